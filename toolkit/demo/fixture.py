"""The small frozen region with which the notebooks' stored outputs are compared.

`python -m toolkit.demo.fixture tests/fixtures/region` makes it anew.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.demo.arriving import receive_region
from toolkit.demo.region import make_region
from toolkit.project import open_project
from toolkit.store import freeze

if TYPE_CHECKING:
    from toolkit.store import Snapshot

ORGANISATIONS = 14
_OF_THE_FILES = ["source_sha256", "supersedes"]


def make_fixture(folder: Path) -> Path:
    """Make a small region, receive it, and keep its snapshot in `folder/snapshot`, in place of the one there.

    Returns:
        The snapshot's folder.
    """
    with tempfile.TemporaryDirectory() as scratch:
        region = make_region(Path(scratch) / "region", organisations=ORGANISATIONS)
        for _ in receive_region(region):
            pass
        frozen = freeze(open_project(region.root))
        target = folder / "snapshot"
        if target.exists():
            shutil.rmtree(target)
        shutil.copytree(frozen, target)
    return target


def content_digest(snapshot: Snapshot) -> str:
    """A digest of what a snapshot says: its settings, and its tables without the hashes of the workbooks.

    Those follow the zip compression of the platform; the answers do not.
    """
    digest = hashlib.sha256((snapshot.folder / "settings.json").read_bytes().replace(b"\r\n", b"\n"))
    for name in ("responses", "asked", "organisations", "returns", "queries"):
        frame = getattr(snapshot, name)
        frame = frame.drop(columns=[column for column in _OF_THE_FILES if column in frame.columns])
        digest.update(frame.to_csv(index=False, lineterminator="\n").encode("utf-8"))
    return digest.hexdigest()


if __name__ == "__main__":
    sys.stdout.write(f"{make_fixture(Path(sys.argv[1]))}\n")
