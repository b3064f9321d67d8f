"""A table that is gone through some rows at a time, with as many of its columns as somebody wants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import pyarrow as pa

    Change = Callable[[Sequence[Any]], Iterable[Any]]


@dataclass(frozen=True)
class SnapshotTable:
    """A table of a snapshot, or what is made of one.

    columns: their names.
    batches: gives some columns, by name, some rows at a time, in order.
    """

    columns: tuple[str, ...]
    batches: Callable[[Sequence[str]], Iterable[pa.RecordBatch]]

    @classmethod
    def of(cls, held: pa.Table) -> Self:
        """A table that is in memory."""
        return cls(tuple(held.column_names), lambda columns: held.select(list(columns)).to_batches())

    def rows(self) -> list[dict[str, Any]]:
        """All rows by column, for tables with few."""
        return [row for batch in self.batches(self.columns) for row in batch.to_pylist()]

    def texts(self, column: str) -> Iterator[list[str]]:
        """The different texts of a column but for empty ones, some at a time; the same may come again later."""
        if column in self.columns:
            for batch in self.batches((column,)):
                yield [str(text) for text in distinct(batch.column(0)) if text]

    def held(self, column: str) -> set[str]:
        """The different texts of a column but for empty ones, for columns with few."""
        return {text for some in self.texts(column) for text in some}


def distinct(column: pa.Array) -> list[Any]:
    """The different values of a column."""
    found: list[Any] = column.unique().to_pylist()
    return found


def each(column: pa.Array, change: Change, *, to_few: bool = False) -> pa.Array:
    """A column of texts with each different text changed; `change` takes them all and gives as many.

    The column is coded where it was before, or where it is changed `to_few` different texts.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    is_coded = pa.types.is_dictionary(column.type)
    coded = column if is_coded else column.dictionary_encode()
    used = pc.unique(coded.indices).drop_null()
    shown = list(change(coded.dictionary.take(used).to_pylist()))
    texts = {text: at for at, text in enumerate(dict.fromkeys(shown))}
    places = np.zeros(len(coded.dictionary), dtype=np.int32)
    places[used.to_numpy()] = [texts[text] for text in shown]
    changed = pa.DictionaryArray.from_arrays(
        pc.take(pa.array(places), coded.indices), pa.array(list(texts), pa.large_string())
    )
    return changed if is_coded or to_few else changed.dictionary_decode()


def beside(column: pa.Array, other: pa.Array, change: Callable[[str, Sequence[Any]], Iterable[Any]]) -> pa.Array:
    """A column of texts, each changed by what stands in another: `change` takes that and the texts beside it."""
    import pyarrow as pa

    pairs = list(zip(other.to_pylist(), column.to_pylist(), strict=True))
    texts: dict[str, list[Any]] = {}
    for key, text in dict.fromkeys(pairs):
        texts.setdefault(key, []).append(text)
    seen = {
        (key, text): shown for key, held in texts.items() for text, shown in zip(held, change(key, held), strict=True)
    }
    return pa.array([seen[pair] for pair in pairs], pa.large_string()).dictionary_encode()


def is_text(column: pa.Array) -> bool:
    """Whether a column has texts."""
    import pyarrow as pa

    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def constant(value: object, length: int) -> pa.Array:
    """A column that has the same value, a text or nothing, in every row."""
    import numpy as np
    import pyarrow as pa

    texts = pa.array([value], pa.large_string())
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(length, dtype=np.int32)), texts)
