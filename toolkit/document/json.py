"""Blocks to JSON and back, without loss."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from toolkit.document.basis import read_basis
from toolkit.document.blocks import (
    Block,
    Column,
    Cover,
    Figure,
    Heading,
    Items,
    KeyFigure,
    KeyFigures,
    Note,
    Table,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

MIME_TYPE = "application/vnd.standards-audit.document+json"

_KINDS: dict[str, type[Block]] = {
    kind.__name__.lower(): kind for kind in (Cover, Heading, Text, Items, KeyFigures, Table, Figure, Note)
}


def to_json(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """Blocks as JSON values: a list of objects, each with the name of its `block`."""
    return [{"block": type(block).__name__.lower(), **_plain(block)} for block in blocks]


def read_blocks(values: list[dict[str, Any]]) -> tuple[Block, ...]:
    """The blocks that `to_json` wrote. Raises KeyError or TypeError for anything else."""
    return tuple(_block(value) for value in values)


def _plain(value: Any) -> Any:  # noqa: ANN401 - walks any JSON-like value
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        shown = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {name: _plain(item) for name, item in shown if name != "basis" or item is not None}
    return value


def _tuples(value: Any) -> Any:  # noqa: ANN401 - walks any JSON-like value
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


def _table(value: dict[str, Any]) -> Table:
    columns = tuple(Column(**column) for column in value["columns"])
    basis = read_basis(value.get("basis"))
    rest = {key: _tuples(item) for key, item in value.items() if key not in {"columns", "basis"}}
    return Table(columns=columns, basis=basis, **rest)


def _key_figure(value: dict[str, Any]) -> KeyFigure:
    return KeyFigure(**{**value, "basis": read_basis(value.get("basis"))})


def _block(value: dict[str, Any]) -> Block:
    fields = dict(value)
    kind = _KINDS[fields.pop("block")]
    if kind is Table:
        return _table(fields)
    if kind is Figure:
        table = fields.pop("table")
        basis = read_basis(fields.pop("basis", None))
        return Figure(table=_table(table) if table else None, basis=basis, **fields)
    if kind is KeyFigures:
        return KeyFigures(tuple(_key_figure(figure) for figure in fields["figures"]))
    return kind(**{key: _tuples(item) for key, item in fields.items()})
