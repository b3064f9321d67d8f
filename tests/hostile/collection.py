"""The hostile collection: crafted files that must end quarantined or held, each with one of the right codes.

Nothing of it is kept as a file: `python -m hostile.collection FOLDER`, run in `tests/`, writes it out to be looked at.
"""

from __future__ import annotations

import itertools
import os
import socket
import sys
from pathlib import Path
from typing import NamedTuple

from hostile import documents, records, sheets, zips
from hostile.crafting import cut, turned
from hostile.honest import HONEST, distinct


class Hostile(NamedTuple):
    """A file's bytes, and the codes of which its receipt must have one."""

    content: bytes
    codes: frozenset[str]


HARMLESS = "layout-unknown"
"""What can be read, and is no audit."""
UNREADABLE = ("damaged-file", "unreadable-file", "unsafe-archive", "not-a-spreadsheet", "unusual-encoding")
CUTS = (0.05, 0.3, 0.6, 0.9, 0.99)
SEEDS = range(6)


def files() -> dict[str, Hostile]:
    """Every file that can be made of bytes alone, by its name."""
    made = {
        name: Hostile(content, frozenset(codes.split()))
        for shelf in (zips, sheets, records, documents)
        for name, (content, codes) in shelf.made().items()
    }
    return made | _disguised() | _broken()


def _disguised() -> dict[str, Hostile]:
    """Every kind under every other's extension."""
    return {
        f"{kind} disguised.{other}": Hostile(distinct(kind, f"as {other}"), frozenset({HARMLESS}))
        for kind, other in itertools.permutations(HONEST, 2)
    }


def _broken() -> dict[str, Hostile]:
    """Every kind cut off at several places, and with bits turned over."""
    made = {}
    for kind in HONEST:
        for share in CUTS:
            content = cut(distinct(kind, f"cut at {share}"), share)
            made[f"{kind} cut at {share:.0%}.{kind}"] = Hostile(content, frozenset({*UNREADABLE, HARMLESS}))
        for seed in SEEDS:
            content = turned(distinct(kind, f"turned {seed}"), seed)
            codes = frozenset(
                {*UNREADABLE, HARMLESS, "too-large-inside", "cell-too-far", "unsafe-xml", "password-protected"}
            )
            made[f"{kind} turned {seed}.{kind}"] = Hostile(content, codes)
    return made


def write(folder: Path) -> dict[str, frozenset[str]]:
    """Write the collection into a folder, with what is no ordinary file where the system has it.

    Returns:
        The codes of which each must get one, by its name in the folder.
    """
    expected = {}
    for name, (content, codes) in files().items():
        (folder / name).write_bytes(content)
        expected[name] = codes
    (folder / "folder.xlsx").mkdir()
    (folder / "folder.xlsx" / "inner.xlsx").write_bytes(distinct("xlsx", "in a folder"))
    expected["folder.xlsx/inner.xlsx"] = frozenset({HARMLESS})
    for name in _special(folder):
        expected[name] = frozenset({"not-a-file"})
    return expected


def _special(folder: Path) -> list[str]:
    """A pipe, a socket and links; what the system does not have, or does not let us make, is left out."""
    made = []
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.xlsx")
        made.append("pipe.xlsx")
    if hasattr(socket, "AF_UNIX"):
        here = Path.cwd()
        os.chdir(folder)  # the name of a socket must be short
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("socket.xlsx")
        os.chdir(here)
        made.append("socket.xlsx")
    for name, target in (("link.xlsx", "xlsx disguised.csv"), ("link to itself.xlsx", "link to itself.xlsx")):
        try:
            (folder / name).symlink_to(target)
        except OSError:
            continue
        made.append(name)
    return made


if __name__ == "__main__":
    write(Path(sys.argv[1]))
