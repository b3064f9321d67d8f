"""How every report ends: limits and method, and where its figures come from."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from toolkit.document import Blocks, Column, Heading, Items, Table, Text, day
from toolkit.reports.sentences import are, counted, have, listed, out_of, percent

if TYPE_CHECKING:
    from toolkit.reports.source import Source

_DISTRIBUTION = "standards-audit-toolkit"


def limits_and_method(source: Source) -> Blocks:
    """What the figures cannot say, with this cycle's counts, and how each measure is made."""
    return Blocks((Items(_limits(source)), Heading("How the figures are made", 3), Items(_method(source))))


def provenance(source: Source) -> Blocks:
    """The snapshot, data cut, frameworks and toolkit version behind every figure of the report."""
    snapshot = source.snapshot
    rows = [
        ("Snapshot", snapshot.id),
        ("Latest return received", day(snapshot.data_cut) if len(snapshot.returns) else "none yet"),
        ("Cycle", f"{source.cycle.id}, issued {day(source.cycle.issued)}, due {day(source.cycle.deadline)}"),
        ("Framework", f"{source.framework.title} ({source.framework.published}); {source.framework.source}"),
        ("Rating scale", snapshot.scale(source.cycle.id).title),
        ("Returns counted", f"{len(source.returns):,}"),
        ("Responses counted", f"{len(source.responses):,}"),
    ]
    if source.before is not None:
        earlier = snapshot.returns[snapshot.returns["cycle"] == source.before.id]
        framework = snapshot.framework(source.before.id)
        rows.append(
            ("Cycle before", f"{source.before.id} ({framework.short_title}), {counted(len(earlier), 'return')}")
        )
    rows.append(("Toolkit version", toolkit_version()))
    return Blocks(
        (
            Text(
                "Every figure is computed from one frozen copy of the returns, the snapshot named below. The same "
                "snapshot always gives the same report. The command toolkit export writes its responses as a "
                "spreadsheet, each with the file, sheet and cell it came from."
            ),
            Table("What the figures were made from", (Column("What"), Column("Value")), tuple(rows)),
        )
    )


def toolkit_version() -> str:
    """The installed toolkit's version."""
    try:
        return version(_DISTRIBUTION)
    except PackageNotFoundError:
        return "not installed"


def _limits(source: Source) -> tuple[str, ...]:
    expected = source.asked["organisation_id"].nunique()
    missing = expected - len(source.returns)
    states = source.responses["rating"].value_counts()
    blank, unreadable = int(states.get("blank", 0)), int(states.get("unreadable", 0))
    several = int(source.organisations["areas"].str.contains(";").sum())
    queried = source.queried
    found = ["Every rating is an organisation's own view of itself; the evidence has not been checked for this report."]
    if missing:
        found.append(
            f"{out_of(missing, expected, 'organisation')} {have(missing)} not returned. Bounds show how low and how "
            "high a share could be once they do."
        )
    if blank or unreadable:
        parts = [f"{n:,} {are(n)} {word}" for n, word in ((blank, "blank"), (unreadable, "unreadable")) if n]
        found.append(
            f"Of {counted(len(source.responses), 'response')}, {listed(parts)}. They count as asked and not as met, "
            "and widen the bounds."
        )
    if queried:
        found.append(
            f"{out_of(queried, len(source.returns), 'return')} {have(queried)} points queried with the sender; "
            "figures may move when they are settled."
        )
    if several:
        found.append(
            f"{counted(several, 'organisation')} {'serves' if several == 1 else 'serve'} more than one area. One "
            "return counts in each of its areas and once in the region, so areas do not add up to the region."
        )
    found.append(
        f"Where either side of a comparison has fewer than {source.thresholds.too_few} answering organisations, the "
        "report says too few to compare."
    )
    if source.framework.numbering == "ours":
        found.append(source.framework.numbering_note or "The framework's criteria are numbered by this toolkit.")
    return tuple(found)


def _method(source: Source) -> tuple[str, ...]:
    thresholds = source.thresholds
    return (
        "Share met: responses rated met, divided by those asked of organisations that returned, less not applicable.",
        (
            "Essential met: the same for essential criteria only. How strongly a criterion binds depends on an "
            "organisation's tiers; where it has several, the strongest counts."
        ),
        (
            "Bounds: the share if every blank, unreadable or missing answer were not met, and if every one were met. A "
            "missing return counts with everything it was asked."
        ),
        (
            f"Attainment: the mean of what the scale gives each answer ({_scale_values(source)}), over answered and "
            "applicable responses. Weighted, essential counts 3, desired 2, recommended 1."
        ),
        (
            f"A gap is a share met below {percent(thresholds.gap)}, a strength one of {percent(thresholds.strength)} "
            f"or more; a gap is common when at least {thresholds.common} areas have it."
        ),
        (
            "Intervals are 95% intervals that treat the organisation as the unit, because one organisation's answers "
            "hang together. A difference is called higher or lower only where its interval leaves out zero."
        ),
        (
            "Change since the last cycle follows the crosswalk between the two frameworks and compares only "
            "organisations that answered in both. Only criteria that ask the same, or less than before, carry a trend."
        ),
    )


def _scale_values(source: Source) -> str:
    levels = [level for level in source.snapshot.scale(source.cycle.id).levels if level.value is not None]
    return ", ".join(f"{level.label.lower()} {level.value:g}" for level in levels)
