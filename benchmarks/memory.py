"""Memory: the peak of a process, as its system counts it."""

from __future__ import annotations

import resource
import sys
from pathlib import Path


def peak_mb(pid: int | None = None) -> float | None:
    """Most megabytes that a process had in memory so far; None where nobody says.

    On Linux ``ru_maxrss`` survives ``exec``, so that a child is never smaller than its parent
    was; the kernel's high-water mark is of the program alone.

    Args:
        pid: A running process; None is this one.
    """
    status = Path("/proc", str(pid) if pid else "self", "status")
    if status.is_file():
        for line in status.read_text("ascii", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    if pid is not None:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024) / 1e6
