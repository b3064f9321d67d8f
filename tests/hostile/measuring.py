"""Guard and read every file of a folder in one process, and print its greatest memory: bytes, then failures."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from toolkit.intake.guards import inspect
from toolkit.intake.parsing.opening import open_sheets


def main(folder: Path) -> None:
    """Print what it cost; an error of a reader that is no Exception ends the process."""
    for path in sorted(folder.iterdir()):
        inspection = inspect(path)
        if inspection.ok:
            try:
                open_sheets(inspection)
            except Exception as error:  # noqa: BLE001 - what a reader may raise is what is looked at
                print(f"{path.name}: {type(error).__name__}", file=sys.stderr)  # noqa: T201 - for the reader of a failure
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)  # noqa: T201 - the answer


if __name__ == "__main__":
    main(Path(sys.argv[1]))
