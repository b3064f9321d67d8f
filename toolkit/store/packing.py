"""Many rows of a table in little memory: kept by column, as Parquet will have them."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, BinaryIO

from toolkit.store.reading import AT_ONCE
from toolkit.store.snapshots import DTYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pyarrow as pa

Row = tuple[Any, ...]


class PackedRows(Collection[Row]):
    """Rows that can be added to, counted, and gone through again as tuples, any number of times.

    Args:
        columns: the names of the columns; text unless DTYPES says otherwise.
        rows: the first rows.
        all_text: every column is text, whatever its name.
    """

    def __init__(self, columns: tuple[str, ...], rows: Iterable[Row] = (), *, all_text: bool = False) -> None:
        self.columns = columns
        self._types = {name: kind for name, kind in DTYPES.items() if name in columns and not all_text}
        self._loose: list[Row] = []
        self._packed: list[pa.RecordBatch] = []
        for some in in_parts(rows):
            self.extend(some)

    def __len__(self) -> int:
        packed: int = sum(each.num_rows for each in self._packed)
        return packed + len(self._loose)

    def __contains__(self, row: object) -> bool:
        return any(each == row for each in self)

    def __iter__(self) -> Iterator[Row]:
        packed = chain.from_iterable(map(rows_of, self._packed))
        return chain(packed, self._loose)

    def append(self, row: Row) -> None:
        """Add a row."""
        self.extend((row,))

    def extend(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        self._loose.extend(rows)
        if len(self._loose) >= AT_ONCE:
            self.pack()

    def pack(self) -> None:
        """Put the rows added so far into columns; the next begin a row group of their own."""
        if self._loose:
            self._packed.append(self._batch(self._loose))
            self._loose = []

    def _batch(self, rows: list[Row]) -> pa.RecordBatch:
        import pyarrow as pa

        columns = zip(zip(*rows, strict=True), self._kinds(), strict=True)
        return pa.RecordBatch.from_arrays([pa.array(*column) for column in columns], names=list(self.columns))

    def write(self, file: BinaryIO, more: Iterable[Row] = ()) -> None:
        """Write the rows as Parquet, and more rows after them, which are let go as soon as they are written.

        The same rows, packed at the same places, give the same bytes.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.pack()
        kinds = (kind.value_type if pa.types.is_dictionary(kind) else kind for kind in self._kinds())
        schema = pa.schema(list(zip(self.columns, kinds, strict=True)))
        batches = chain(self._packed, map(self._batch, in_parts(more)))
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            first = next(batches, None)
            if first is None:
                writer.write_table(schema.empty_table())
            else:
                for each in chain((first,), batches):
                    writer.write_table(pa.Table.from_batches([each]).cast(schema))

    def _kinds(self) -> list[pa.DataType]:
        """The types of the columns; texts are kept once for each batch, as most of them stand in many rows."""
        import pyarrow as pa

        numbers = {"float64": pa.float64(), "int64": pa.int64(), "bool": pa.bool_()}
        text = pa.dictionary(pa.int32(), pa.string())
        return [numbers[self._types[name]] if name in self._types else text for name in self.columns]


class BatchedRows(Collection[Row]):
    """Rows of a table that is read, or made, some rows at a time each time that they are gone through.

    Args:
        batches: gives them, always the same.
    """

    def __init__(self, batches: Callable[[], Iterable[pa.RecordBatch]]) -> None:
        self._batches = batches

    @cached_property
    def _length(self) -> int:
        return sum(each.num_rows for each in self._batches())

    def __len__(self) -> int:
        return self._length

    def __contains__(self, row: object) -> bool:
        return any(each == row for each in self)

    def __iter__(self) -> Iterator[Row]:
        return chain.from_iterable(map(rows_of, self._batches()))


def rows_of(batch: pa.RecordBatch) -> Iterator[Row]:
    """The rows of a batch as Python has them; None for nothing."""
    return zip(*map(_values, batch.columns), strict=True)


def _values(column: pa.Array) -> list[Any]:
    """A column as Python has it; a text that stands in many rows is made once."""
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        return list(column.to_pylist())
    texts = [*column.dictionary.to_pylist(), None]
    places = column.indices.fill_null(len(texts) - 1).to_numpy(zero_copy_only=False).tolist()
    return [texts[place] for place in places]


def in_parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows, so many at a time that what is made of them takes little memory."""
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        yield some
