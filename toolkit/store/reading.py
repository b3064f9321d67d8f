"""Tables read from Parquet into memory: whole, some columns of them, or some rows at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

AT_ONCE = 50_000
"""Rows that are worked on together, and stand in one row group of Parquet."""


def read(path: Path, columns: Sequence[str], categories: Sequence[str] = ()) -> pd.DataFrame:
    """These columns of a file; of many rows a column at a time, because all at once they take double.

    `categories` are read as categories of pandas, in the order of their text.
    """
    import pandas as pd

    with _opened(path, categories) as file:
        if file.metadata.num_rows <= AT_ONCE:
            frame: pd.DataFrame = file.read(columns=list(columns)).to_pandas()[list(columns)]
        else:
            frame = pd.DataFrame({name: file.read(columns=[name]).to_pandas()[name] for name in columns})
    let_go()
    for name in set(categories) & set(columns):
        texts = sorted(frame[name].astype("category").cat.categories)
        frame[name] = frame[name].astype(pd.CategoricalDtype(pd.Index(texts, dtype="str")))
    return frame


def read_batches(path: Path, columns: Sequence[str], categories: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
    """These columns of a file, a row group at a time; `categories` are coded, each row group having its own codes."""
    with _opened(path, categories) as file:
        for group in range(file.num_row_groups):
            table = file.read_row_group(group, columns=list(columns)).select(list(columns))
            yield from table.combine_chunks().to_batches()


def _opened(path: Path, categories: Sequence[str]) -> pq.ParquetFile:
    """A file, read into memory of the system's own: what Arrow would take by itself it keeps when it is free again."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pa.set_memory_pool(pa.system_memory_pool())
    return pq.ParquetFile(path, read_dictionary=list(categories))


def batches_of(frame: pd.DataFrame) -> Iterator[pa.RecordBatch]:
    """The rows of a table in memory, so many at a time that what is made of them takes little memory."""
    import pyarrow as pa

    for start in range(0, len(frame), AT_ONCE):
        yield pa.RecordBatch.from_pandas(frame.iloc[start : start + AT_ONCE], preserve_index=False)


def let_go() -> None:
    """Give memory that tables were in and are no longer back to the system, which is not done by itself."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()
