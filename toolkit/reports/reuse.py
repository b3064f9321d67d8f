"""Nothing is run twice: what a published report was made of, kept beside its notebook and compared before a run."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import BrokenExecutor, CancelledError
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from toolkit.errors import FileAccessError
from toolkit.processes.interrupting import answer_of
from toolkit.project import shipped_templates
from toolkit.reports.execution import look_at
from toolkit.store import installed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from concurrent.futures import Executor, Future
    from pathlib import Path

    from toolkit.reports.planning import Run
    from toolkit.reports.reads import Parts
    from toolkit.store import Snapshot

    _Which = tuple[Path, tuple[tuple[str, str], ...]]

_FORMAT = 1

WHY = MappingProxyType(
    {
        "template": "its template has changed",
        "parameters": "its parameters have changed",
        "toolkit": "the toolkit or a library has changed",
        "look": "theme, marking or contact has changed",
        "project": "settings, framework or scale have changed",
        "organisations": "the register has changed",
        "asked": "who is asked what has changed",
        "returns": "who has returned has changed",
        "queries": "open queries have changed",
        "corrections": "corrections have been made",
        "responses": "responses have changed",
        "comparisons": "more or fewer comparisons with the cycle before can be made",
        "dates": "target dates have come nearer or passed",
        "data_sets": "data sets have changed",
        "people_counts": "counts of people have changed",
        "snapshot": "the snapshot has changed",
    }
)
"""Each ingredient of a report, and what is said when it differs; the first that differs counts, in this order."""

_LENGTH = MappingProxyType({"deep-dive": 1, "area": 2, "peer-review": 3, "board": 4})
"""Which reports take longer than others, where it is not known how long each took."""

NOT_MADE = "it has not been made before"
FORCED = "--force was given"


@dataclass(frozen=True, slots=True)
class Made:
    """What a published report was made of.

    snapshot: the snapshot (or copy for an audience) that it was made from, and names.
    checked: the latest snapshot of which it is known that it would give the same report.
    ingredients: a digest for each key of `WHY` that applies to it.
    files: the SHA-256 of its file in each form.
    seconds: how long its run took.
    """

    snapshot: str
    checked: str
    ingredients: dict[str, str]
    files: dict[str, str]
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Choice:
    """Whether a run is made or reused: `why` is empty for one that is reused; `seconds` is how long it took before."""

    run: Run
    why: str
    seconds: float = 0.0


class Ingredients:
    """What runs of one snapshot are made of now; of the snapshot only what is asked for is read.

    Args:
        snapshot: which they read.
        look: a digest of what publishing adds: theme, marking, contact.
    """

    def __init__(self, snapshot: Snapshot, look: str) -> None:
        self.snapshot = snapshot
        self._look = look
        self._cells: dict[Path, str] = {}
        self._read: dict[_Which, dict[str, str]] = {}
        self._looked_at: tuple[list[_Which], Future[list[dict[str, str]]]] | None = None

    def of(self, run: Run, made: Made | None = None) -> dict[str, str]:
        """A digest for each key of `WHY` that applies to a run.

        Args:
            run: a run of the snapshot.
            made: what its report was made of; where that was checked against this very snapshot, the snapshot is not
                looked at again.
        """
        found = {
            "template": self.cells(run.template),
            "parameters": _digest({name: value for name, value in run.parameters if name != "snapshot"}),
            "toolkit": installed(),
            "look": self._look,
        }
        if made is not None and made.checked == self.snapshot.id:
            return made.ingredients | found
        which = run.template, run.parameters
        if which not in self._read:
            self._take_in()
        if which not in self._read:
            self._read[which] = self._parts.of(run, own_template=self._is_own(run.template))
        return found | self._read[which]

    def look_at(self, runs: Iterable[Run], executor: Executor, *, force: bool = False) -> None:
        """Have a worker look at what runs read of the snapshot, where that is not known from when they were made.

        It has imported what that takes, and `of` waits for it.
        """
        made = {run: None if force else read_made(record_of(run)) for run in runs}
        unknown = [run for run, each in made.items() if each is None or each.checked != self.snapshot.id]
        if unknown:
            asked = [(run, self._is_own(run.template)) for run in unknown]
            with suppress(BrokenExecutor):
                found = executor.submit(look_at, unknown[0].cache, self.snapshot.folder, asked)
                self._looked_at = [(run.template, run.parameters) for run in unknown], found

    def _take_in(self) -> None:
        """Take what a worker has found; one that has ended has found nothing."""
        if self._looked_at is not None:
            which, found = self._looked_at
            self._looked_at = None
            with suppress(BrokenExecutor, CancelledError):
                told = answer_of(found)
                self._read |= zip(which, told, strict=True)

    def cells(self, template: Path) -> str:
        """The digest of a template's cells, as they were when it was first asked for: before anything ran."""
        if template not in self._cells:
            self._cells[template] = _cells(template)
        return self._cells[template]

    def _is_own(self, template: Path) -> bool:
        """Whether a template is the project's own, and so may read whatever it likes."""
        shipped = shipped_templates() / template.name
        if not shipped.is_file():
            return True
        return shipped.read_bytes() != template.read_bytes() and self.cells(shipped) != self.cells(template)

    @cached_property
    def _parts(self) -> Parts:
        from toolkit.reports.reads import Parts

        return Parts(self.snapshot)


def choose(
    runs: Iterable[Run],
    ingredients: Ingredients,
    *,
    forms: Mapping[str, Iterable[str]],
    places: tuple[Path, ...],
    force: bool = False,
) -> list[Choice]:
    """What to make and what to reuse of a plan; the longest runs first, as far as is known how long they take.

    Args:
        runs: what `plan` gave.
        ingredients: those of the snapshot that they read.
        forms: the forms that each run, by name, is wanted in.
        places: the folders in which the files of a report may stand: where readers find them, and where they wait.
        force: make everything.
    """
    found, now = [], ingredients.snapshot.id
    for run in runs:
        ingredients.cells(run.template)
        made = read_made(record_of(run)) if run.notebook.is_file() else None
        if force or made is None:
            why = FORCED if force else NOT_MADE
        else:
            why = _why(made, ingredients.of(run, made), forms[run.name], run.name, places)
            if not why and made.checked != now:
                write_made(record_of(run), replace(made, checked=now))
        found.append(Choice(run, why, made.seconds if made else 0.0))
    return sorted(found, key=lambda choice: (-choice.seconds, -_LENGTH[choice.run.report]))


def _why(made: Made, ingredients: dict[str, str], forms: Iterable[str], name: str, places: tuple[Path, ...]) -> str:
    for key, sentence in WHY.items():
        if made.ingredients.get(key) != ingredients.get(key):
            return sentence
    for form in forms:
        if form not in made.files:
            return f"it has not been made as {form.upper()}"
        if not any(_sha256(folder / f"{name}.{form}") == made.files[form] for folder in places):
            return f"its {form.upper()} is gone or was changed"
    return ""


def record_of(run: Run) -> Path:
    """Where it is kept what a run's report was made of: beside its executed notebook."""
    return run.notebook.with_suffix(".json")


def read_made(record: Path) -> Made | None:
    """What something was made of the last time; None where that is not known."""
    try:
        content = json.loads(record.read_text(encoding="utf-8"))
        return Made(**content) if content.pop("format") == _FORMAT else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_made(path: Path, made: Made) -> None:
    """Keep what something was made of. Raises FileAccessError where it cannot be written."""
    part = path.with_suffix(".part")
    try:
        part.write_text(json.dumps({"format": _FORMAT, **asdict(made)}, indent=1), encoding="utf-8", newline="\n")
        part.replace(path)
    except OSError as error:
        raise FileAccessError(f"{path} cannot be written ({error.strerror}); make room and try again.") from error


def digests(folder: Path, name: str, forms: Iterable[str]) -> dict[str, str]:
    """The SHA-256 of a document's files in a folder, by form."""
    return {form: _sha256(folder / f"{name}.{form}") for form in forms}


def _cells(template: Path) -> str:
    """A digest of what a template's cells say; its stored outputs do not count."""
    cells = json.loads(template.read_text(encoding="utf-8"))["cells"]
    return _digest([(cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("tags", [])) for cell in cells])


def _digest(content: Any) -> str:  # noqa: ANN401 - anything that JSON knows
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode("utf-8")).hexdigest()


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
