"""What is installed: a figure that stays can only be reused by the program that made it."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from pathlib import Path

import toolkit


@cache
def installed() -> str:
    """A digest of the toolkit's own code and data and of the names and versions of everything installed beside it."""
    code = Path(toolkit.__file__).parent
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(each for each in code.rglob("*") if each.suffix not in {".pyc", ".ipynb"} and each.is_file()):
        digest.update(f"{path.relative_to(code).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    for folder in sorted({Path(each) for each in sys.path if each.endswith(("site-packages", "dist-packages"))}):
        digest.update("\n".join(sorted(each.name for each in folder.glob("*.dist-info"))).encode())
    return digest.hexdigest()
