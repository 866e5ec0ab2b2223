"""Start and end of the program: ``ritui`` and ``python -m ritui``.

Nothing is imported before it is needed, so that ``--version`` costs little more than Python.
"""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the program with the arguments of this process and leave it with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Do what the arguments ask; whatever happens, no traceback reaches the reader.

    Returns:
        The exit code, as the contract has them.
    """
    _open_missing_streams()
    try:
        if arguments == ["--version"]:
            from ritui import __version__

            sys.stdout.write(f"ritui {__version__}\n")
            code = 0
        else:
            from ritui.cli.dispatch import main as dispatch

            code = dispatch(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        # Whoever was reading has seen enough. That is how `ritui | head` ends.
        code = 0
    except KeyboardInterrupt:
        code = 130
    except Exception as error:  # noqa: BLE001  # the program ends here, and reports
        from ritui.cli.crash import report

        code = report(error, arguments)
    _silence_broken_streams()
    return code


def _open_missing_streams() -> None:
    """Give the program streams that lead nowhere for those its caller closed.

    Otherwise the next file opened would take the number of a standard stream, and be written
    to by whoever still believes in it.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: PTH123, SIM115  # kept to the end


def _silence_broken_streams() -> None:
    """Empty the streams, so that Python has nothing left to complain about as it ends."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())


if __name__ == "__main__":
    main()
