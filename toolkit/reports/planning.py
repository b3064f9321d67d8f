"""Which notebooks to run for a cycle: a deep dive a standard, a report an area, a peer review, a board report."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.errors import ReportError
from toolkit.project import AUDIENCES, shipped_templates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from toolkit.project import AudienceName, Project
    from toolkit.store import Snapshot

TEMPLATES = {
    "deep-dive": "deep_dive.ipynb",
    "area": "area.ipynb",
    "peer-review": "peer_review.ipynb",
    "board": "board_report.ipynb",
}
"""The template of each report."""

REPORT_NAMES = tuple(TEMPLATES)
"""The reports there are, as `toolkit.toml` and the command line name them."""


@dataclass(frozen=True, slots=True)
class Run:
    """One notebook to run and the document to make of it.

    `report` is one of `REPORT_NAMES`; `name` is the file stem ("deep-dive-standard-05"); `title` is for people
    ("Deep dive: standard 5"). `parameters` are what papermill puts into the template. `notebook` is where the executed
    notebook goes, `published` where the document goes, without its ending; `cache` holds what Jupyter and matplotlib
    write for themselves.
    """

    report: str
    name: str
    title: str
    template: Path
    parameters: tuple[tuple[str, str], ...]
    notebook: Path
    published: Path
    cache: Path


def plan(
    project: Project,
    snapshot: Snapshot,
    cycle: str,
    names: Iterable[str] = REPORT_NAMES,
    *,
    standard: str | None = None,
    area: str | None = None,
    audience: str = "internal",
) -> tuple[Run, ...]:
    """The runs that make the named reports for one cycle.

    Args:
        project: whose `reports/` folder is written to, and whose templates go before ours.
        snapshot: the frozen responses that every run reads.
        cycle: a cycle of the snapshot's settings.
        names: which of `REPORT_NAMES` to make.
        standard: only the deep dive into this standard ("5"); None for every standard of the cycle's framework.
        area: only the report of this area (name in any case, or ONS code); None for every area.
        audience: who the reports are for; the snapshot is the one that was made for it.

    Raises:
        ReportError: an unknown report, standard, area or audience, or a template is missing.
        ProjectError: an unknown cycle.
    """
    check_audience(audience, snapshot)
    names = tuple(dict.fromkeys(names))
    unknown = [name for name in names if name not in TEMPLATES]
    if unknown:
        raise ReportError(f"There is no report {', '.join(unknown)}; use one of {', '.join(REPORT_NAMES)}.")
    snapshot.settings.cycle(cycle)
    runs: list[Run] = []
    for report, stem, title, parameters in _chosen(snapshot, cycle, names, standard, area):
        runs.append(
            Run(
                report=report,
                name=stem,
                title=title,
                template=_template(project, report),
                parameters=(
                    ("snapshot", snapshot.folder.resolve().as_posix()),
                    ("cycle", cycle),
                    *parameters,
                    ("audience", audience),
                ),
                notebook=project.runs / cycle / audience / f"{stem}.ipynb",
                published=project.published(cycle, audience) / stem,
                cache=project.runs / ".cache",
            )
        )
    return tuple(runs)


def audience_named(name: str) -> AudienceName:
    """The audience of this name. Raises ReportError where there is none."""
    for audience in AUDIENCES:
        if name == audience:
            return audience
    raise ReportError(f"There is no audience {name!r}; use one of {', '.join(AUDIENCES)}, or several with commas.")


def check_audience(audience: str, snapshot: Snapshot) -> None:
    """Raises ReportError for an audience that there is not, or that the snapshot was not made for."""
    if snapshot.audience != audience_named(audience):
        raise ReportError(
            f"The snapshot {snapshot.folder.name} is for the audience {snapshot.audience}, not for {audience}; make "
            f"these reports with toolkit report and --audience {audience}, which makes a copy for it."
        )


def _chosen(
    snapshot: Snapshot, cycle: str, names: tuple[str, ...], standard: str | None, area: str | None
) -> Iterator[tuple[str, str, str, tuple[tuple[str, str], ...]]]:
    for name in names:
        if name == "deep-dive":
            for number in _standards(snapshot, cycle, standard):
                yield name, f"deep-dive-standard-{number:0>2}", f"Deep dive: standard {number}", (("standard", number),)
        elif name == "area":
            stems = _area_stems(snapshot)
            for one in _areas(snapshot, area):
                yield name, f"area-{stems[one]}", f"Area report: {one}", (("area", one),)
        elif name == "peer-review":
            yield name, "peer-review", "Peer review: all areas", ()
        else:
            yield name, "board-report", "Board report", ()


def _standards(snapshot: Snapshot, cycle: str, wanted: str | None) -> tuple[str, ...]:
    framework = snapshot.framework(cycle)
    numbers = tuple(one.standard for one in framework.standards)
    if wanted is None:
        return numbers
    if wanted not in numbers:
        raise ReportError(
            f"{framework.short_title} (cycle {cycle}) has no standard {wanted!r}; use one of {', '.join(numbers)}."
        )
    return (wanted,)


def _areas(snapshot: Snapshot, wanted: str | None) -> tuple[str, ...]:
    codes = snapshot.settings.area_codes
    if wanted is None:
        return tuple(codes)
    found = [name for name, code in codes.items() if wanted.strip().casefold() in {name.casefold(), code.casefold()}]
    if not found:
        raise ReportError(f"There is no area {wanted!r} in toolkit.toml; use one of {', '.join(codes)}.")
    return (found[0],)


def _area_stems(snapshot: Snapshot) -> dict[str, str]:
    """A file stem for each area: its name in plain letters, its ONS code where that is empty or not unique."""
    codes = snapshot.settings.area_codes
    plain = {name: re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") for name in codes}
    stems = list(plain.values())
    return {name: stem if stem and stems.count(stem) == 1 else codes[name] for name, stem in plain.items()}


def _template(project: Project, report: str) -> Path:
    file = TEMPLATES[report]
    for folder in (project.templates, shipped_templates()):
        if (folder / file).is_file():
            return folder / file
    raise ReportError(f"There is no template {project.templates / file}; copy it from the toolkit's own templates.")
