"""Store the templates' outputs anew: `python -m toolkit.reports.refresh`.

Each template is run with its own defaults, which read the fixture region, and saved in place without anything that
changes from run to run. nbval then compares them: `pytest --nbval notebooks/templates`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.project import shipped_templates
from toolkit.reports.execution import execute, settle
from toolkit.reports.planning import TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Iterator


def refresh(folder: Path) -> list[Path]:
    """Run every template of a folder and save it with its outputs.

    Raises:
        papermill.PapermillExecutionError: a template failed; it is left as it was.
    """
    refreshed = []
    with tempfile.TemporaryDirectory() as cache, _own_environment():
        settle(Path(cache))
        for name in TEMPLATES.values():
            executed = Path(cache) / name
            execute(folder / name, executed, {})
            notebook = json.loads(executed.read_text(encoding="utf-8"))
            text = json.dumps(_lasting(notebook), indent=1, ensure_ascii=False, sort_keys=True)
            (folder / name).write_text(f"{text}\n", encoding="utf-8", newline="\n")
            refreshed.append(folder / name)
    return refreshed


@contextmanager
def _own_environment() -> Iterator[None]:
    """What `settle` sets goes with the folder it points to."""
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _lasting(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook without times, paths and versions of this run."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook["metadata"] = {"kernelspec": kernel, "language_info": {"name": "python"}}
    for cell in notebook["cells"]:
        tags = [tag for tag in cell["metadata"].get("tags", []) if tag == "parameters"]
        cell["metadata"] = {"tags": tags} if tags else {}
    return notebook


if __name__ == "__main__":
    for path in refresh(Path(sys.argv[1]) if len(sys.argv) > 1 else shipped_templates()):
        sys.stdout.write(f"{path}\n")
