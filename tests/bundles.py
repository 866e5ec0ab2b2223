"""Bundles as somebody makes them by other means, right or wrong."""

from __future__ import annotations

import hashlib
import io
import json
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RECORD = {"id": "one", "kind": "infrastructure", "name": "One"}
EVENT = {"date": "2026-11", "title": "Workshop"}


def lines(*values: Any) -> bytes:
    return b"".join(
        each if isinstance(each, bytes) else json.dumps(each).encode() + b"\n" for each in values
    )


def manifest(members: Mapping[str, bytes], /, **changes: Any) -> dict[str, Any]:
    """The manifest that is right for some members."""
    counts = {
        name: members.get(f"{name}.jsonl", b"").count(b"\n") for name in ("records", "events")
    }
    stated = {
        "format": "ritui-bundle",
        "version": 1,
        "title": "Theirs",
        "created": "2026-11-24T09:00:00-03:00",
        "counts": counts,
        "members": {
            name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in members.items()
        },
        **changes,
    }
    return {key: value for key, value in stated.items() if value is not None}


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", method) as archive:
        warnings.simplefilter("ignore", UserWarning)  # of names that are there twice
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def made(
    records: bytes | None = None,
    *,
    extra: tuple[tuple[str, bytes], ...] = (),
    method: int = zipfile.ZIP_DEFLATED,
    stated: Mapping[str, Any] | None = None,
    **others: bytes,
) -> bytes:
    """A bundle as somebody makes it by other means."""
    members = {"records.jsonl": lines(RECORD) if records is None else records}
    members |= {name.replace("_", "."): content for name, content in others.items()}
    whole = json.dumps(manifest(members, **(stated or {}))).encode()
    return zipped(("manifest.json", whole), *members.items(), *extra, method=method)


def put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
