"""Make the synthetic region: a project with its register, its issued workbooks, and the files that came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.demo.definitions import load_returning
from toolkit.demo.filling import Filled, fill
from toolkit.demo.organisations import members, register_csv
from toolkit.demo.planning import plan_cycle
from toolkit.demo.ratings import RatingModel
from toolkit.demo.strays import report_as_pdf, workbook_with_password
from toolkit.demo.truth import Batch, Expected, ExpectedFile, Region, write_truth
from toolkit.errors import FileAccessError
from toolkit.project import create_project, open_project
from toolkit.project.settings import SETTINGS_FILE
from toolkit.records import Rating
from toolkit.workbook import issue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from toolkit.demo.organisations import Member
    from toolkit.demo.planning import Parcel
    from toolkit.project import Project

RETURNED = "returned"
_PASSWORD = "workbook with a password"  # noqa: S105 - what a file is, not a password


def make_region(
    folder: Path,
    seed: int = 2024,
    organisations: int | None = None,
    *,
    progress: Callable[[int, int], object] | None = None,
) -> Region:
    """Make a synthetic region as a project in `folder`; every organisation, person and answer in it is invented.

    Writes `toolkit.toml` (marked synthetic), `register.csv`, the current cycle's blank workbooks, and under
    `returned/<cycle>/<batch>/` what came back, with `files.csv` and `truth.csv` beside it. Nothing is received yet.
    About a tenth of the organisations return nothing, about a tenth of the returns are messy.

    Args:
        folder: where to make it; it must not hold a project.
        seed: the same seed gives the same bytes.
        organisations: how many; None for all (about 120). A smaller region still has every sector and area.
        progress: called with the number of workbooks written so far and in all.

    Raises:
        ProjectError: there is a project in the folder already.
        FileAccessError: the folder cannot be written.
    """
    project, everyone = _make_project(folder, seed, organisations)
    settings = project.settings
    plan = load_returning()
    areas = tuple(area.name for area in settings.areas)
    model = RatingModel(seed, areas, {cycle: held.gain for cycle, held in plan.cycles.items()})
    cycles = [cycle for cycle in settings.cycles if cycle.id in plan.cycles]
    parcels = [(cycle.id, p) for cycle in cycles for p in plan_cycle(everyone, settings, cycle, model, seed)]
    step = _Steps(progress, len(everyone) + len(parcels))
    for _ in issue(project, settings.current_cycle.id, (member.organisation for member in everyone)):
        step.done()
    files: list[ExpectedFile] = []
    truth: list[Expected] = []
    for (cycle_id, parcel), filled in zip(parcels, _filled(parcels), strict=True):
        path = _write(project.root / RETURNED / cycle_id / parcel.batch / parcel.name, filled.content)
        files.append(ExpectedFile(cycle_id, path, parcel.organisation_id, parcel.outcome, parcel.mess))
        truth.extend(_expected(cycle_id, parcel, filled, path))
        step.done()
    write_truth(project.root / RETURNED, files, truth)
    return Region(project.root, tuple(_batches(files)), tuple(files), tuple(truth))


class _Steps:
    """Counts workbooks for whoever shows progress."""

    def __init__(self, progress: Callable[[int, int], object] | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self._count = 0

    def done(self) -> None:
        self._count += 1
        if self._progress:
            self._progress(self._count, self._total)


def _make_project(folder: Path, seed: int, count: int | None) -> tuple[Project, tuple[Member, ...]]:
    create_project(folder)
    settings_file = folder / SETTINGS_FILE
    text = settings_file.read_text(encoding="utf-8").replace("synthetic = false", "synthetic = true ")
    _write(settings_file, text.encode("utf-8"))
    project = open_project(folder)
    everyone = members(tuple(area.name for area in project.settings.areas), seed, count)
    register = register_csv(tuple(member.organisation for member in everyone))
    _write(project.register_file, register.encode("utf-8"))
    return project, everyone


def _filled(parcels: list[tuple[str, Parcel]]) -> Iterator[Filled]:
    """The content of each parcel in order: a job's workbook, a copy of an earlier file, or no workbook at all."""
    made: dict[tuple[str, str], Filled] = {}
    for cycle_id, parcel in parcels:
        if parcel.job:
            content = fill(parcel.job)
        elif parcel.copy_of:
            content = made[cycle_id, parcel.copy_of]
        elif parcel.mess == _PASSWORD:
            content = Filled(workbook_with_password(f"{cycle_id} {parcel.name}"), {})
        else:
            content = Filled(report_as_pdf(f"Standards audit {cycle_id} (synthetic data)"), {})
        made[cycle_id, parcel.name] = content
        yield content


def _expected(cycle_id: str, parcel: Parcel, filled: Filled, path: Path) -> Iterator[Expected]:
    if not (parcel.counts and parcel.job):
        return
    for reference, answer in parcel.job.answers.items():
        acceptable = {answer.rating}
        if parcel.job.steps:
            left = filled.lost.get(reference)
            acceptable = {left} if left else {answer.rating, Rating.UNREADABLE, Rating.BLANK}
        quality = "messy" if parcel.job.steps else "clean"
        owner = parcel.organisation_id
        yield Expected(cycle_id, owner, reference, answer.rating, quality, frozenset(acceptable), path)  # type: ignore[arg-type]  # one of the two words


def _batches(files: Iterable[ExpectedFile]) -> Iterator[Batch]:
    held: dict[tuple[str, str], list[Path]] = {}
    for file in files:
        held.setdefault((file.cycle_id, file.path.parent.name), []).append(file.path)
    for cycle_id, plan in load_returning().cycles.items():
        for batch in plan.batches:
            paths = held.get((cycle_id, batch.id))
            if paths:
                yield Batch(cycle_id, batch.received_at, tuple(sorted(paths)))


def _write(path: Path, content: bytes) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise FileAccessError(f"{path} cannot be written ({error.strerror}); choose another folder.") from error
    return path
