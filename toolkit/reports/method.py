"""How every report ends: limits and method, and where its figures come from."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from toolkit.comparison import answer_states
from toolkit.document import Basis, Blocks, Column, Heading, Items, Table, Text, day
from toolkit.reports.corrected import corrected_answers
from toolkit.reports.disclosing import disclosure_limits
from toolkit.reports.sentences import are, counted, have, listed, out_of, percent

if TYPE_CHECKING:
    from toolkit.reports.source import Source

_DISTRIBUTION = "standards-audit-toolkit"


def limits_and_method(source: Source, *, area: str | None = None, standard: str | None = None) -> Blocks:
    """What the figures cannot say, with the page's own counts, and how each measure is made.

    Args:
        source: what to read.
        area: the area that the page is about; None for the region.
        standard: the standard that the page is about; None for all.
    """
    return Blocks(
        (
            Items(_limits(source, area, standard)),
            *corrected_answers(source, area, standard),
            Heading("How the figures are made", 3),
            Items(_method(source)),
        )
    )


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
        ("Responses counted", f"{source.answered():,}"),
    ]
    if source.before is not None:
        earlier = snapshot.returns[snapshot.returns["cycle"] == source.before.id]
        framework = snapshot.framework(source.before.id)
        rows.append(
            ("Cycle before", f"{source.before.id} ({framework.short_title}), {counted(len(earlier), 'return')}")
        )
    rows.append(("Toolkit version", toolkit_version()))
    basis = Basis.none("It names the snapshot; toolkit export writes all of its responses.")
    return Blocks(
        (
            Text(
                "Every figure is computed from one frozen copy of the returns, the snapshot named below. The same "
                f"snapshot always gives the same report. {_behind(source)}"
            ),
            Table("What the figures were made from", (Column("What"), Column("Value")), tuple(rows), basis=basis),
        )
    )


def _behind(source: Source) -> str:
    """Where a reader of this audience finds what is behind the figures."""
    if source.audience == "internal":
        return (
            "The command toolkit export writes its responses as a spreadsheet, each with the file, sheet and cell it "
            "came from; toolkit trace, with the code printed beside a figure, lists those behind that figure and "
            "counts it again."
        )
    return "It lacks whatever this edition may not show; the office can trace every figure to its returns."


def toolkit_version() -> str:
    """The installed toolkit's version."""
    try:
        return version(_DISTRIBUTION)
    except PackageNotFoundError:
        return "not installed"


def _limits(source: Source, area: str | None, standard: str | None) -> tuple[str, ...]:
    frame = answer_states(source.snapshot, source.cycle.id, standard, area)
    asked = frame.drop_duplicates("organisation_id")
    returned = set(frame["organisation_id"][frame["state"] != "missing"])
    expected, missing = len(asked), len(asked) - len(returned)
    states = frame["state"].value_counts()
    blank, unreadable = int(states.get("blank", 0)), int(states.get("unreadable", 0))
    several = int(asked["areas"].str.contains(";").sum())
    queried = len(source.queried_organisations & returned)
    found = ["Every rating is an organisation's own view of itself; the evidence has not been checked for this report."]
    if missing:
        of_page = f" asked about standard {standard}" if standard else f" of {area}" if area else ""
        found.append(
            f"{out_of(missing, expected, 'organisation')}{of_page} {have(missing)} not returned. Bounds show how low "
            f"and how high a share could be once {'it does' if missing == 1 else 'they do'}."
        )
    if blank or unreadable:
        parts = [f"{n:,} {are(n)} {word}" for n, word in ((blank, "blank"), (unreadable, "unreadable")) if n]
        responses = int((frame["state"] != "missing").sum())
        one = blank + unreadable == 1
        found.append(
            f"Of {counted(responses, 'response')}, {listed(parts)}. {'It counts' if one else 'They count'} as "
            f"applicable and not as met, and {'widens' if one else 'widen'} the bounds."
        )
    if queried:
        found.append(
            f"{out_of(queried, len(returned), 'return')} {'carries' if queried == 1 else 'carry'} queries that are "
            "still to be settled; figures may move when they are."
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
    found += disclosure_limits(source)
    if source.framework.numbering == "ours":
        found.append(source.framework.numbering_note or "The framework's criteria are numbered by this toolkit.")
    return tuple(found)


def _method(source: Source) -> tuple[str, ...]:
    thresholds = source.thresholds
    return (
        (
            "Applicable: the answers that count, which are those asked of organisations that returned, less those "
            "rated not applicable. Share met: answers rated met, divided by those applicable."
        ),
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
            f"or more; a gap is common when at least {thresholds.common} areas have it. Both count essential answers, "
            "and all answers where a criterion or standard is essential for nobody."
        ),
        (
            "Intervals treat the organisation as the unit, because one organisation's answers hang together. Where "
            "several comparisons are made side by side, each interval is wider than a 95% interval, so that all of "
            "them hold together with 95% confidence (Bonferroni). A difference is called higher or lower only where "
            "its interval leaves out zero."
        ),
        (
            "Organisations' ratings are not counts of people, so none of them is hidden for being small. Counts of "
            f"people (the data set of 2024 criterion 9.4) are: for audiences other than internal, {_small(source)}."
        ),
        (
            "Change since the last cycle follows the crosswalk between the two frameworks and compares only "
            "organisations that answered in both. Only criteria that ask the same, or less than before, carry a trend."
        ),
    )


def _scale_values(source: Source) -> str:
    levels = [level for level in source.snapshot.scale(source.cycle.id).levels if level.value is not None]
    return ", ".join(f"{level.label.lower()} counts {level.value:.2g}" for level in levels)


def _small(source: Source) -> str:
    """How small numbers are treated, in words."""
    policy = source.settings.small_numbers
    if policy.threshold == 1 and not policy.rounding:
        return "the project's policy hides none"
    least = "0" if policy.zeros == "hidden" else "1"
    rounded = f", and all others are rounded to multiples of {policy.rounding}" if policy.rounding else ""
    return (
        f"totals from {least} to {policy.threshold - 1} are hidden, with any other total from which one could be "
        f"worked out by sums, parts or an earlier report{rounded}"
    )
