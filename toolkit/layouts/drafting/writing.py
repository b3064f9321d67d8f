"""A proposal as a commented YAML file: what is sure enough as entries, the rest as comments with its alternatives."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from toolkit.layouts.drafting.sheets import one_line
from toolkit.layouts.foreign_headers import split_range
from toolkit.layouts.models import fold_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.catalogue import Scale
    from toolkit.layouts.drafting.columns import ProposedColumn
    from toolkit.layouts.drafting.cover import Label
    from toolkit.layouts.drafting.proposing import Draft
    from toolkit.layouts.drafting.vocabulary import Proposal, Word

LABEL_ACTIVE = 80
"""Per cent from which a label of the cover is proposed as an entry."""
_MOST_PLACES = 3
_LONGEST = 200


def as_yaml(draft: Draft, layout_id: str, source: str) -> str:
    """The draft as a layout file.

    Args:
        draft: the proposal; one that has a shape.
        layout_id: what the layout is called.
        source: the name of the file it was drafted from.
    """
    lines = [
        f"# Drafted from {one_line(source, _LONGEST)}. Every entry has its evidence and how sure it is, in per cent.",
        "# Lines that begin with # are not read: take the # away where they are right. A column or a label that is not",
        "# here is not read. While the list `todo` names anything, workbooks of this kind are recognised, and held.",
        f"id: {layout_id}",
        f"title: {_text(f'Workbooks like {one_line(source, _LONGEST)}')}",
        f"shape: {draft.shape}  # {_shape_told(draft)}",
        *_todo(draft),
        *_recognise(draft),
        *_cover(draft),
        *_table(draft),
        *_ratings(draft.ratings),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


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
    yield "# TODO: take each line out once it is done; take out the whole list at the end."
    yield "todo:"
    for line in draft.todo:
        yield f"  - {_text(line)}"


def _recognise(draft: Draft) -> Iterator[str]:
    fields = list(dict.fromkeys(each.field for each in draft.active if each.field != "ignored"))
    yield ""
    yield "# A workbook is of this kind only if it shows all of this."
    yield "recognise:"
    yield f"  headers: [{', '.join(fields or ['ignored'])}]"
    if draft.marks:
        yield "  marks:  # each must be in every workbook of this kind; take out what is only this sender's"
        for mark in draft.marks:
            yield f"    - {_text(mark.text)}  # {mark.place}"
    else:
        yield "  # marks: []  # texts that every workbook of this kind has; none was found that says enough"
    if draft.ratings.uses_key:
        yield "  key: true  # the workbook explains its ratings, and is only read where it does so"


def _cover(draft: Draft) -> Iterator[str]:
    sure = [label for label in draft.labels if label.confidence >= LABEL_ACTIVE and fold_label(label.spelling)]
    unsure = [label for label in draft.labels if label not in sure]
    if not draft.labels:
        return
    yield ""
    yield "cover:" if sure else "# cover:"
    if sure:
        yield f"  places: [{', '.join(dict.fromkeys(label.where for label in sure))}]"
        yield "  fields:"
    for label in sure:
        yield f"    {label.field}: [{_text(label.spelling)}]  # {label.confidence} per cent; {_label_told(label)}"
    for label in unsure:
        others = _alternatives(label.others)
        entry = f"{label.field}: [{_text(label.spelling)}]"
        yield f"    # {entry}  # only {label.confidence} per cent{others}; {_label_told(label)}"


def _label_told(label: Label) -> str:
    value = f'"{label.value}"' if label.value else "nothing"
    return f"{label.place}, with {value} {label.where.replace('_', ' ')}"


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
    yield "  columns:"
    written = False
    for each in draft.columns:
        if each.is_active:
            written = True
            yield f"    - {_entry(each, draft)}  # {each.confidence} per cent; {each.evidence}"
        elif fold_label(each.text):
            others = _alternatives(each.others)
            yield f"    # - {_entry(each, draft)}  # only {each.confidence} per cent{others}; {each.evidence}"
        else:
            yield f"    # a column without a header that can be compared ({each.evidence}) cannot be read"
    if not written:
        yield '    - {field: ignored, spellings: ["TODO"]}  # no column is sure enough'


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
    yield "# TODO: the workbook does not say what these ratings mean, and they are never guessed. Complete the levels"
    yield "# (rating: met, partly_met, not_met or not_applicable; value: 1 to 0, null for not applicable), and take"
    yield "# away the signs # before them."
    yield "# ratings:"
    yield "#   levels:"
    for word in ratings.words:
        meaning = _text(word.meaning) if word.meaning else "TODO"
        entry = f"rating: TODO, label: {_text(word.written)}, meaning: {meaning}, value: TODO"
        yield f"#     - {{{entry}}}  # {_word_told(word)}"
    if not ratings.words:
        yield "#     - {rating: TODO, label: TODO, meaning: TODO, value: TODO}  # no cell has a word; a fill is none"
    for scale in ratings.alternatives:
        entry = f"ratings: {{scale: {scale.id}}}"
        yield f"# or, if the form means what this scale says: {entry}  # {_scale_told(scale, ratings)}"


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
