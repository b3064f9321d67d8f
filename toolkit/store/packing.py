"""Many rows of a table in little memory: kept by column, as Parquet will have them."""

from __future__ import annotations

import io
from collections.abc import Collection
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from toolkit.store.reading import AT_ONCE
from toolkit.store.snapshots import DTYPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
        packed = chain.from_iterable(zip(*map(_values, each.columns), strict=True) for each in self._packed)
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
        import pyarrow as pa

        if self._loose:
            kinds = self._kinds()
            values = zip(*self._loose, strict=True)
            arrays = [pa.array(column, kind) for column, kind in zip(values, kinds, strict=True)]
            self._packed.append(pa.RecordBatch.from_arrays(arrays, names=list(self.columns)))
            self._loose = []

    def parquet(self) -> bytes:
        """The rows as Parquet; the same rows, packed at the same places, give the same bytes."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.pack()
        kinds = (kind.value_type if pa.types.is_dictionary(kind) else kind for kind in self._kinds())
        schema = pa.schema(list(zip(self.columns, kinds, strict=True)))
        buffer = io.BytesIO()
        with pq.ParquetWriter(buffer, schema, compression="zstd") as writer:
            for each in self._packed:
                writer.write_table(pa.Table.from_batches([each]).cast(schema))
            if not self._packed:
                writer.write_table(schema.empty_table())
        return buffer.getvalue()

    def _kinds(self) -> list[pa.DataType]:
        """The types of the columns; texts are kept once for each batch, as most of them stand in many rows."""
        import pyarrow as pa

        numbers = {"float64": pa.float64(), "int64": pa.int64(), "bool": pa.bool_()}
        text = pa.dictionary(pa.int32(), pa.string())
        return [numbers[self._types[name]] if name in self._types else text for name in self.columns]


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
