"""A proposal as a commented YAML file: what is sure enough as entries, the rest as comments with its alternatives."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from toolkit.layouts.drafting.cover import LABEL_ACTIVE
from toolkit.layouts.drafting.sheets import one_line, printable
from toolkit.layouts.foreign_headers import split_range
from toolkit.layouts.models import fold_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.catalogue import Scale
    from toolkit.layouts.drafting.columns import ProposedColumn
    from toolkit.layouts.drafting.cover import Label
    from toolkit.layouts.drafting.proposing import Draft
    from toolkit.layouts.drafting.vocabulary import Proposal, Word

_MOST_PLACES = 3
_LONGEST = 200


def as_yaml(draft: Draft, layout_id: str, source: str) -> str:
    """The draft as a layout file that always loads: no line has a character that YAML forbids or takes as a line's end.

    Args:
        draft: the proposal; one that has a shape.
        layout_id: what the layout is called.
        source: the name of the file it was drafted from.
    """
    lines = [
        f"# Drafted from {one_line(source, _LONGEST)}. Every entry has its evidence and how sure it is, in per cent.",
        "# Lines that begin with # are not read: take the # away where they are right, and leave the comma. A column",
        "# or a label that is no entry is not read. While `todo` names anything, workbooks of this kind are held.",
        f"id: {layout_id}",
        f"title: {_text(f'Workbooks like {one_line(source, _LONGEST)}')}",
        f"shape: {draft.shape}  # {_shape_told(draft)}",
        *_todo(draft),
        *_recognise(draft),
        *_cover(draft),
        *_table(draft),
        *_ratings(draft.ratings),
    ]
    return "\n".join(printable(line).rstrip() for line in lines) + "\n"


def _text(written: str) -> str:
    """A text in quotes, as YAML reads it; what cannot be printed is left out, as it is when labels are compared."""
    return json.dumps(one_line(written, len(written) + 1), ensure_ascii=False)


def _shape_told(draft: Draft) -> str:
    where = "; ".join(
        f"{one_line(table.sheet.name)}: header in row {table.header.first + 1}" for table in draft.tables[:_MOST_PLACES]
    )
    more = f"; and {len(draft.tables) - _MOST_PLACES} more sheets" if len(draft.tables) > _MOST_PLACES else ""
    return where + more


def _todo(draft: Draft) -> Iterator[str]:
    if not draft.todo:
        return
    yield ""
    yield "todo: [  # take each line out once it is done"
    for line in draft.todo:
        yield f"  {_text(line)},"
    yield "]"


def _recognise(draft: Draft) -> Iterator[str]:
    fields = list(dict.fromkeys(each.field for each in draft.active if each.field != "ignored"))
    yield ""
    yield "# A workbook is of this kind only if it shows all of this."
    yield "recognise:"
    yield "  headers: ["
    yield from (f"    {field}," for field in fields or ["ignored"])
    if draft.shape == "rows" and "rating" not in fields:
        yield "    # rating,  # once the column of the ratings is an entry below"
    yield "  ]"
    yield "  marks: [  # each must be in every workbook of this kind; take out what is only this sender's"
    yield from (f"    {_text(mark.text)},  # {mark.place}" for mark in draft.marks)
    if not draft.marks:
        yield '    # "TODO",  # texts that every workbook of this kind has; none was found that says enough'
    yield "  ]"
    if draft.ratings.uses_key:
        yield "  key: true  # the workbook explains its ratings, and is only read where it does so"


def _cover(draft: Draft) -> Iterator[str]:
    sure = [label for label in draft.labels if label.confidence >= LABEL_ACTIVE and fold_label(label.spelling)]
    unsure = [label for label in draft.labels if label not in sure]
    places = list(dict.fromkeys(label.where for label in sure)) or ["beside"]
    yield ""
    yield "# Labels around the table, by their own text, and where their values stand: beside, below or after_colon."
    yield "cover:"
    yield "  places: ["
    yield from (f"    {where}," for where in places)
    for where in dict.fromkeys(label.where for label in unsure if label.where not in places):
        names = ", ".join(one_line(label.spelling) for label in unsure if label.where == where)
        yield f"    # {where},  # where {names} is an entry below"
    yield "  ]"
    yield "  fields: {"
    for label in sure:
        yield f"    {label.field}: [{_text(label.spelling)}],  # {label.confidence} per cent; {_label_told(label)}"
    for label in unsure:
        others = _alternatives(label.others)
        entry = f"{label.field}: [{_text(label.spelling)}],"
        yield f"    # {entry}  # only {label.confidence} per cent{others}; {_label_told(label)}"
    if not any(label.field == "organisation" for label in draft.labels):
        yield '    # organisation: ["TODO"],  # the text of the label at which the organisation\'s name stands'
    yield "  }"


def _label_told(label: Label) -> str:
    value = f'"{label.value}"' if label.value else "nothing"
    told = f"{label.place}, with {value} {label.where.replace('_', ' ')}"
    return f"{told}, {label.why}" if label.why else told


def _table(draft: Draft) -> Iterator[str]:
    yield ""
    yield "table:"
    if draft.header_rows > 1:
        yield f"  header_rows: {draft.header_rows}"
    if draft.glued:
        yield "  reference: glued  # the reference stands before the text in the same cell"
    if draft.banners:
        yield "  banner:"
        for text, places in draft.banners:
            more = f" and {len(places) - _MOST_PLACES} more" if len(places) > _MOST_PLACES else ""
            yield f"    - {_text(text)}  # {'; '.join(places[:_MOST_PLACES])}{more}"
    yield "  columns: ["
    written = False
    for each in draft.columns:
        if each.is_active:
            written = True
            yield f"    {_entry(each, draft)},  # {each.confidence} per cent; {each.evidence}"
        elif fold_label(each.text):
            others = _alternatives(each.others)
            yield f"    # {_entry(each, draft)},  # only {each.confidence} per cent{others}; {each.evidence}"
        else:
            yield f"    # a column without a header that can be compared ({each.evidence}) cannot be read"
    if not written:
        yield '    {field: ignored, spellings: ["TODO"]},  # no column is sure enough'
    yield "  ]"


def _entry(each: ProposedColumn, draft: Draft) -> str:
    """A column's entry; what stands above its header is named where only that tells it from another column."""
    same = [other for other in draft.columns if fold_label(other.text) == fold_label(each.text)]
    over = split_range(each.under)[0].strip()
    under = f", under: {_text(over)}" if len(same) > 1 and fold_label(over) else ""
    return f"{{field: {each.field}, spellings: [{_text(each.spelling)}]{under}}}"


def _alternatives(others: tuple[tuple[str, int], ...]) -> str:
    return f", or {', '.join(f'{field} ({confidence})' for field, confidence in others)}" if others else ""


def _ratings(ratings: Proposal) -> Iterator[str]:
    yield ""
    if ratings.scale:
        yield "ratings:"
        yield f"  scale: {ratings.scale}  # {ratings.confidence} per cent; {ratings.why}"
        yield from (f"  # {_word_told(word)}" for word in ratings.words)
        return
    if ratings.levels:
        yield f"ratings:  # {ratings.confidence} per cent; {ratings.why}"
        yield "  levels:"
        for level, word in zip(ratings.levels, ratings.words, strict=True):
            value = "null" if level.value is None else f"{level.value:g}"
            entry = (
                f"rating: {level.rating}, label: {_text(level.label)}, meaning: {_text(level.meaning)}, value: {value}"
            )
            yield f"    - {{{entry}}}  # {_word_told(word)}"
        return
    yield "# The workbook does not say what these ratings mean, and they are never guessed. Complete the levels, and"
    yield "# take the # away: rating is met, partly_met, not_met or not_applicable; value is 1 to 0, null for the last."
    yield "ratings: {"
    yield "  levels: ["
    for word in ratings.words:
        meaning = _text(word.meaning) if word.meaning else "TODO"
        entry = f"rating: TODO, label: {_text(word.written)}, meaning: {meaning}, value: TODO"
        yield f"    # {{{entry}}},  # {_word_told(word)}"
    if not ratings.words:
        yield "    # {rating: TODO, label: TODO, meaning: TODO, value: TODO},  # one for each word; a fill is none"
    yield "  ],"
    for scale in ratings.alternatives:
        told = _scale_told(scale, ratings)
        yield f"  # scale: {scale.id},  # instead of levels, if the form means what this scale says: {told}"
    yield "}"


def _word_told(word: Word) -> str:
    used = (
        f"{_text(word.written)} {word.count} times, first in {word.place}"
        if word.count
        else f"{_text(word.written)} not used"
    )
    return f"{used}; key in {word.key_place}: {one_line(word.meaning)}" if word.key_place else used


def _scale_told(scale: Scale, ratings: Proposal) -> str:
    read = [(word.written, level.rating) for word in ratings.words if (level := scale.level(word.written))]
    return ", ".join(f"{one_line(word)} = {rating.replace('_', ' ')}" for word, rating in read)
