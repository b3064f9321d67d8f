"""Many rows of a table in little memory: kept by column, as Parquet will have them."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from itertools import accumulate, chain, islice
from typing import TYPE_CHECKING, Any, BinaryIO

from toolkit.store.reading import AT_ONCE
from toolkit.store.snapshots import DTYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

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

        columns = zip(self.columns, zip(*rows, strict=True), strict=True)
        arrays = [_array(values, self._types.get(name)) for name, values in columns]
        return pa.RecordBatch.from_arrays(arrays, names=list(self.columns))

    def write(self, file: BinaryIO, more: Iterable[Row] = ()) -> None:
        """Write the rows as Parquet, and more rows after them, which are let go as soon as they are written.

        The same rows, packed at the same places, give the same bytes.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.pack()
        schema = pa.schema(list(zip(self.columns, self._kinds(), strict=True)))
        batches = chain(self._packed, map(self._batch, in_parts(more)))
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            first = next(batches, None)
            if first is None:
                writer.write_table(pa.Table.from_batches([], schema))
            else:
                for each in chain((first,), batches):
                    writer.write_table(pa.Table.from_batches([each]).cast(schema))

    def _kinds(self) -> list[pa.DataType]:
        """The types of the columns as they are written."""
        import pyarrow as pa

        return [_numbers()[self._types[name]] if name in self._types else pa.string() for name in self.columns]


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
    import numpy as np
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        return list(column.to_pylist())
    texts = [*column.dictionary.to_pylist(), None]
    codes = column.indices.fill_null(len(texts) - 1) if column.null_count else column.indices
    places = np.frombuffer(codes.buffers()[1], dtype=codes.type.to_pandas_dtype())
    return [texts[place] for place in places[codes.offset : codes.offset + len(codes)].tolist()]


def _array(values: Sequence[Any], kind: str | None) -> pa.Array:
    """A column as Arrow has it, of numbers or of texts, which are kept once for each batch as most stand in many rows.

    It is put together here because `pyarrow.array` imports pandas, which takes longer than many a freeze.
    """
    import numpy as np
    import pyarrow as pa

    there = np.array([value is not None for value in values], dtype=bool)
    held = None if there.all() else pa.py_buffer(np.packbits(there, bitorder="little"))
    if kind is None:
        place: dict[str, int] = {}
        codes = [0 if value is None else place.setdefault(value, len(place)) for value in values]
        indices = pa.Array.from_buffers(pa.int32(), len(codes), [held, pa.py_buffer(np.array(codes, dtype=np.int32))])
        return pa.DictionaryArray.from_arrays(indices, _texts([*place]))
    numbers = np.array([0 if value is None else value for value in values], dtype=kind)
    data = np.packbits(numbers, bitorder="little") if kind == "bool" else numbers
    return pa.Array.from_buffers(_numbers()[kind], len(values), [held, pa.py_buffer(data)])


def _texts(texts: Sequence[str]) -> pa.Array:
    import numpy as np
    import pyarrow as pa

    parts = [text.encode("utf-8") for text in texts]
    ends = np.array([0, *accumulate(map(len, parts))], dtype=np.int32)  # more bytes than that do not fit
    return pa.StringArray.from_buffers(len(parts), pa.py_buffer(ends), pa.py_buffer(b"".join(parts)))


def _numbers() -> dict[str, pa.DataType]:
    import pyarrow as pa

    return {"float64": pa.float64(), "int64": pa.int64(), "bool": pa.bool_()}


def in_parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows, so many at a time that what is made of them takes little memory."""
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        yield some
