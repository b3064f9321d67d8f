"""The warm engine: papermill runs a notebook in IPython's shell in this very process, without a kernel.

Papermill finds it by its entry point under the name `ENGINE` (`papermill --engine standards-audit IN OUT` works too).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from papermill.engines import Engine

from toolkit.reports.isolation import isolated
from toolkit.reports.shell import captured, opened

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from papermill.engines import NotebookExecutionManager

    from toolkit.reports.shell import NotebookShell

ENGINE = "standards-audit"
"""The engine's name for papermill."""

_GO_ON = "raises-exception"
"""The tag of a cell that may fail, as Jupyter knows it."""


class WarmEngine(Engine):  # type: ignore[misc]  # papermill ships no types
    """Runs a notebook in this process, in a namespace and from a state that no other run has touched."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,  # noqa: ARG003 - there is no kernel
        **options: Any,  # noqa: ANN401 - papermill passes those of every engine
    ) -> None:
        """Run the code cells in order, until one fails.

        Of papermill's options, `resources` says in which folder the notebook starts, as with an ordinary kernel.
        """
        folder = Path(options.get("resources", {}).get("metadata", {}).get("path") or Path.cwd())
        with isolated(folder), opened() as shell, captured(shell.recording):
            for number, cell in enumerate(nb_man.nb["cells"]):
                if cell["cell_type"] != "code" or not cell["source"].strip():
                    continue
                nb_man.cell_start(cell, number)
                failed = _run(cell, shell)
                if failed:
                    nb_man.cell_exception(cell, number)
                nb_man.cell_complete(cell, number)
                if failed and _GO_ON not in cell["metadata"].get("tags", ()):
                    break


def _run(cell: NotebookNode, shell: NotebookShell) -> bool:
    """Run one cell and put its outputs in it; whether it failed."""
    cell["execution_count"] = shell.execution_count
    cell["outputs"] = shell.recording.start(shell.execution_count)
    result = shell.run_cell(cell["source"], store_history=True)  # type: ignore[no-untyped-call]  # IPython is typed in part
    shell.recording.flush()
    return not result.success
