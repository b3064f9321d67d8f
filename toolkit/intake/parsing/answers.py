"""The answers in a row: rating, evidence, action, lead, target date, each kept as written and read if it can be."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.intake.parsing.dates import means_no_date, read_date
from toolkit.intake.parsing.ratings import clash
from toolkit.intake.parsing.text import ErrorCell, as_text, column_letters, has_unshown, is_empty, without_unshown
from toolkit.intake.queries import query
from toolkit.records import Rating, Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from toolkit.intake.parsing.placing import Claim
    from toolkit.intake.parsing.ratings import RatingReader
    from toolkit.intake.parsing.tables import TableRow
    from toolkit.records import Query

_FIELD_NAMES = {
    "rating": "rating",
    "evidence": "evidence",
    "action": "action",
    "lead": "lead",
    "target_date": "target date",
}


def read_row(row: TableRow, standard: str, criterion: str, ratings: RatingReader) -> tuple[Response, tuple[Query, ...]]:
    """The response in a row, with a query on every cell that cannot be read."""
    plain = None if row.rivals else _plain_row(row, standard, criterion, ratings)
    return (plain, ()) if plain is not None else _any_row(row, standard, criterion, ratings)


def _plain_row(row: TableRow, standard: str, criterion: str, ratings: RatingReader) -> Response | None:
    """The response in a row as it was issued, whose answers can all be read; None where a closer look is needed."""
    columns, cells = row.columns, row.cells
    try:
        at = columns["rating"]
        value, target = cells[at], cells[columns["target_date"]]
        texts = cells[columns["evidence"]], cells[columns["action"]], cells[columns["lead"]]
    except KeyError:
        return None
    read = ratings.known.get((str, value)) if isinstance(value, str) and value[:1].isalnum() else None
    date, date_written = (None, "") if target == "" else _day(target) if type(target) is dt.date else _NO_DAY
    if read is None or date_written is None or not read[1].isprintable():
        return None
    evidence, action, lead = texts
    if not (isinstance(evidence, str) and isinstance(action, str) and isinstance(lead, str)):
        return None
    if not (evidence.isprintable() and action.isprintable() and lead.isprintable()):
        return None
    return Response(
        standard,
        criterion,
        *read,
        evidence.strip(),
        action.strip(),
        lead.strip(),
        date,
        date_written,
        row.sheet,
        f"{column_letters(at)}{row.row + 1}",
    )


_NO_DAY: tuple[None, None] = (None, None)


@lru_cache(maxsize=1024)
def _day(value: dt.date) -> tuple[dt.date, str] | tuple[None, None]:
    """A date as it is read and written; nothing where it may not be meant."""
    return (value, value.isoformat()) if read_date(value) == value else _NO_DAY


def _any_row(row: TableRow, standard: str, criterion: str, ratings: RatingReader) -> tuple[Response, tuple[Query, ...]]:
    """The same for a row whatever its sender made of it."""
    queries: list[Query] = []
    rating, written = Rating.BLANK, ""
    differs = clash(row, criterion, ratings) if row.rivals else None
    value = row.value("rating")
    cells = row.cells
    columns = row.columns
    if differs is not None:
        rating, written = Rating.UNREADABLE, without_unshown(differs[0])
        queries.append(differs[1])
    elif not is_empty(value):
        read = None if isinstance(value, ErrorCell) else ratings.read(value)
        rating, written = read or (Rating.UNREADABLE, as_text(value))
        if read is None:
            queries.append(_rating_query(row, criterion, value, ratings))
        written = written if written.isprintable() else without_unshown(written)
    texts = {}
    for name in ("evidence", "action", "lead"):
        column = columns.get(name)
        value = "" if column is None else cells[column]
        is_plain = isinstance(value, str) and value.isprintable()
        texts[name] = value.strip() if is_plain else _text(row, criterion, name, value, queries)
    target = row.value("target_date")
    date, date_written = _date(row, criterion, target, queries) if target != "" else (None, "")
    response = Response(
        standard,
        criterion,
        rating,
        written,
        texts["evidence"],
        texts["action"],
        texts["lead"],
        date,
        date_written,
        row.sheet,
        row.cell("rating"),
    )
    return response, tuple(queries)


def _rating_query(row: TableRow, criterion: str, value: object, ratings: RatingReader) -> Query:
    place = {"sheet": row.sheet, "cell": row.cell("rating"), "found": as_text(value), "criterion": criterion}
    labels = ", ".join(level.label for level in ratings.scale.levels)
    if isinstance(value, ErrorCell):
        return query(value.code, expected=labels, field="rating", **place)
    if ratings.would_read(value):
        return query("rating-scale-unsure", expected="met, partly met, not met, not applicable", **place)
    return query("rating-not-in-scale", expected=labels, **place)


def _text(row: TableRow, criterion: str, name: str, value: object, queries: list[Query]) -> str:
    if value == "":
        return ""
    if isinstance(value, ErrorCell):
        queries.append(_error_query(row, criterion, name, value))
        return ""
    text = as_text(value)
    if not has_unshown(text):
        return text
    queries.append(
        query("characters-removed", sheet=row.sheet, cell=row.cell(name), criterion=criterion, field=_FIELD_NAMES[name])
    )
    return without_unshown(text).strip()


def _date(row: TableRow, criterion: str, value: object, queries: list[Query]) -> tuple[dt.date | None, str]:
    if isinstance(value, ErrorCell):
        queries.append(_error_query(row, criterion, "target_date", value))
        return None, value.text
    written = as_text(value)
    written = written if written.isprintable() else without_unshown(written)
    date = read_date(value)
    if date is None and written and not means_no_date(written):
        queries.append(
            query(
                "date-unclear",
                sheet=row.sheet,
                cell=row.cell("target_date"),
                found=written,
                expected="a date",
                criterion=criterion,
            )
        )
    return date, written


def _error_query(row: TableRow, criterion: str, name: str, value: ErrorCell) -> Query:
    return query(
        value.code,
        sheet=row.sheet,
        cell=row.cell(name),
        found=value.text,
        expected=_FIELD_NAMES[name],
        field=_FIELD_NAMES[name],
        criterion=criterion,
    )


def merge(responses: list[Response]) -> tuple[Response, tuple[Query, ...]]:
    """One response from several rows of a criterion: what they agree on, joined; unreadable where they do not.

    A row without a rating does not agree with one that has it, unless it is an empty row of another sheet.
    """
    rated_on = {r.sheet for r in responses if r.rating is not Rating.BLANK}
    filled = [r for r in responses if not is_silent(r) or r.sheet in rated_on]
    if len({_answers(r) for r in filled}) <= 1:
        return (filled or responses)[0], ()
    rated = [r for r in filled if r.rating is not Rating.BLANK]
    lead = (rated or filled)[0]
    joined = replace(
        lead,
        evidence=_joined([r.evidence for r in filled]),
        action=_joined([r.action for r in filled]),
        lead=_joined([r.lead for r in filled]),
        target_date=_only([r.target_date for r in filled if r.target_date_as_written]),
        target_date_as_written=_joined([r.target_date_as_written for r in filled], "; "),
    )
    cells = ", ".join(f"{r.sheet} {r.cell}" for r in filled)
    place = {"sheet": lead.sheet, "cell": lead.cell, "criterion": lead.criterion}
    said = rated and filled
    if len({r.rating for r in said}) <= 1 and len({r.rating_as_written.casefold() for r in said}) <= 1:
        return joined, (query("rows-repeated", found=cells, **place),)
    written = " / ".join(dict.fromkeys(r.rating_as_written or "nothing" for r in said))
    doubtful = replace(joined, rating=Rating.UNREADABLE, rating_as_written=written)
    return doubtful, (query("rows-disagree", found=f"{written}: {cells}", expected="one answer", **place),)


def doubtful_responses(
    doubtful: Mapping[str, Sequence[Claim]], certain: Mapping[str, Response], standard_of: Mapping[str, str]
) -> tuple[dict[str, Response], tuple[Query, ...]]:
    """An unreadable response for every criterion that a row may have been meant for, and queries.

    Where the criterion's own row has answers, they stand, unless another that may be its own has another rating.

    Args:
        doubtful: each criterion, and what claims to be for it.
        certain: the responses that were read.
        standard_of: the standard of each criterion.
    """
    found: dict[str, Response] = {}
    queries: list[Query] = []
    for criterion, claims in doubtful.items():
        answered = [claim for claim in claims if claim.row.is_answered]
        own = certain.get(criterion)
        if own is not None and not is_silent(own):
            if (told := _contradicted(own, answered)) is not None:
                found[criterion] = told[0]
                queries.append(told[1])
        elif answered:
            row = answered[0].row
            written = without_unshown(as_text(row.value("rating")))
            found[criterion] = Response(
                standard_of[criterion],
                criterion,
                Rating.UNREADABLE,
                written,
                sheet=row.sheet,
                cell=row.cell("rating"),
            )
    return found, tuple(queries)


def _contradicted(own: Response, claims: Iterable[Claim]) -> tuple[Response, Query] | None:
    """A response as unreadable, with a query, where another row that may be its own has another rating."""
    others = {
        f"{claim.row.sheet} {claim.row.cell('rating')}": written
        for claim in claims
        if claim.may_be_its_own
        and (written := without_unshown(as_text(claim.row.value("rating"))))
        and written.casefold() != own.rating_as_written.casefold()
    }
    if not others or own.rating is Rating.UNREADABLE:
        return None
    written = " / ".join(dict.fromkeys((own.rating_as_written or "nothing", *others.values())))
    found = f"{written}: {', '.join((f'{own.sheet} {own.cell}', *others))}"
    place = {"sheet": own.sheet, "cell": own.cell, "criterion": own.criterion}
    unreadable = replace(own, rating=Rating.UNREADABLE, rating_as_written=written)
    return unreadable, query("rows-disagree", found=found, expected="one answer", **place)


def is_silent(response: Response) -> bool:
    """Whether a response says nothing at all."""
    return not any(_answers(response)[1:]) and response.rating is Rating.BLANK


def _answers(response: Response) -> tuple[str, ...]:
    return (
        response.rating,
        response.rating_as_written.casefold(),
        response.evidence,
        response.action,
        response.lead,
        response.target_date_as_written,
    )


def _joined(texts: list[str], mark: str = "\n") -> str:
    return mark.join(dict.fromkeys(text for text in texts if text))


def _only(dates: list[dt.date | None]) -> dt.date | None:
    return dates[0] if len(set(dates)) == 1 else None
