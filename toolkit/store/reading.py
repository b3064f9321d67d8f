"""Tables read from Parquet into memory: whole, some columns of them, or some rows at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pandas as pd

AT_ONCE = 50_000
"""Rows that are worked on together, and stand in one row group of Parquet."""


def read(path: Path, columns: Sequence[str], categories: Sequence[str] = ()) -> pd.DataFrame:
    """These columns of a file, a column at a time: all at once they take double.

    `categories` are read as categories of pandas, in the order of their text.
    """
    import pandas as pd
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, read_dictionary=list(categories)) as file:
        frame = pd.DataFrame({name: file.read(columns=[name]).to_pandas()[name] for name in columns})
    let_go()
    for name in set(categories) & set(columns):
        texts = sorted(frame[name].astype("category").cat.categories)
        frame[name] = frame[name].astype(pd.CategoricalDtype(pd.Index(texts, dtype="str")))
    return frame


def read_pieces(path: Path, columns: Sequence[str], categories: Sequence[str] = ()) -> Iterator[pd.DataFrame]:
    """These columns of a file, a row group at a time; `categories` are those of the rows that are read together."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, read_dictionary=list(categories)) as file:
        for group in range(file.num_row_groups):
            yield file.read_row_group(group, columns=list(columns)).to_pandas()[list(columns)]


def pieces_of(frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """The rows of a table in memory, so many at a time that what is made of them takes little memory."""
    for start in range(0, len(frame), AT_ONCE):
        yield frame.iloc[start : start + AT_ONCE]


def let_go() -> None:
    """Give memory that tables were in and are no longer back to the system, which is not done by itself."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()
