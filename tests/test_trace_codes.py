"""Short codes beside figures: stable, the same for every audience, printed small; and bases, never printed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.document import (
    Basis,
    Block,
    Blocks,
    Column,
    Counting,
    Figure,
    Heading,
    KeyFigure,
    KeyFigures,
    Table,
    as_html,
    from_json,
    to_json,
    with_codes,
)
from toolkit.publishing import FORMS, read_blocks

TEMPLATES = Path(__file__).parent.parent / "notebooks" / "templates"
TABLE = Table("Met in Dudley", (Column("Area"), Column("Met", "count")), (("Dudley", 3),), notes=("A note.",))
CHART = Figure("Dudley is highest", "Bar chart.", "<svg></svg>", TABLE, "A note.")
NUMBER = KeyFigure("Met", "62%", "31 of 50")
DOCUMENT = Blocks(
    (Heading("Summary"), KeyFigures((NUMBER, NUMBER)), Heading("Gaps"), TABLE, Heading("Late", 3), TABLE, CHART)
)
PUBLISH = """
import hashlib, sys
from datetime import UTC, datetime
from pathlib import Path
from toolkit.publishing import FORMS, DocumentMeta, publish
moment = datetime(2024, 6, 28, tzinfo=UTC)
meta = DocumentMeta("Office", "0123456789abcdef", "1", contact="a@example.org", moment=moment)
for name in ("deep_dive",):
    for path in publish(Path(sys.argv[1]) / f"{name}.ipynb", Path(sys.argv[2]) / name, formats=tuple(FORMS), meta=meta):
        print(path.name, hashlib.sha256(path.read_bytes()).hexdigest())
"""


def codes(report: str, blocks: Blocks) -> list[str]:
    found: list[str] = []
    for block in with_codes(report, blocks):
        match block:
            case KeyFigures():
                found += [one.code for one in block.figures]
            case Table() | Figure():
                found.append(block.code)
    return found


def test_codes_stay_what_they_are_and_are_told_apart_by_report_heading_kind_and_number() -> None:
    found = codes("board-report", DOCUMENT)
    assert found == ["N2T3N2", "CP34RX", "DK464Z", "KW22HD", "RZRZHQ"]
    assert all(re.fullmatch("[CDFGHJKMNPQRTVWXYZ][CDFGHJKMNPQRTVWXYZ234679]{5}", code) for code in found)
    assert not set(found) & set(codes("area-dudley", DOCUMENT))


def test_codes_do_not_depend_on_what_another_audience_must_not_read() -> None:
    anonymous = replace(TABLE, caption="Met in Area A", rows=(("Area A", 3),))
    other: list[Block] = [
        replace(block, title="Area A is highest", table=anonymous)
        if isinstance(block, Figure)
        else anonymous
        if isinstance(block, Table)
        else block
        for block in DOCUMENT
    ]
    assert codes("board-report", Blocks(tuple(other))) == codes("board-report", DOCUMENT)


def test_a_chart_and_its_table_share_a_code_that_the_page_prints_once_and_small() -> None:
    coded = with_codes("board-report", DOCUMENT)
    chart = coded.blocks[-1]
    assert isinstance(chart, Figure)
    assert chart.table is not None
    assert chart.code == chart.table.code
    html = as_html(coded)
    for code in codes("board-report", DOCUMENT):
        assert html.count(f'class="code">Figure code {code}<') == 1
    assert "Figure code" not in as_html(DOCUMENT)


def test_the_codes_of_the_report_set_are_different() -> None:
    notebooks = {path.stem: read_blocks(path) for path in TEMPLATES.glob("*.ipynb") if path.stem != "explorer"}
    reports = {"board-report": "board_report", "peer-review": "peer_review"}
    reports |= {
        f"area-{name}": "area" for name in ("birmingham", "coventry", "dudley", "sandwell", "solihull", "walsall")
    }
    reports |= {f"deep-dive-standard-{number:02}": "deep_dive" for number in range(1, 13)}
    found = [code for report, template in reports.items() for code in codes(report, notebooks[template])]
    assert len(set(found)) == len(found) > 300


words = st.text(max_size=8)
bases = st.builds(
    Basis,
    st.sampled_from(["answers", "returns", "actions", "earlier actions", "pairs", "none"]),
    st.lists(st.tuples(words, st.lists(words, max_size=2).map(tuple)), max_size=2).map(tuple),
    st.sampled_from(["all", "essential", "essential by criterion"]),
    words,
    st.lists(st.tuples(words, words), max_size=2).map(tuple),
    st.lists(st.builds(Counting, words, words, st.sampled_from(["row", "rest"])), max_size=2).map(tuple),
    words,
    words,
)


@given(st.none() | bases)
def test_a_basis_comes_back_from_json_and_is_never_printed(basis: Basis | None) -> None:
    plain = (KeyFigures((NUMBER,)), TABLE, CHART)
    based = Blocks(
        (KeyFigures((replace(NUMBER, basis=basis),)), replace(TABLE, basis=basis), replace(CHART, basis=basis))
    )
    assert from_json(json.loads(json.dumps(to_json(based)))) == based
    assert as_html(based) == as_html(Blocks(plain))


def test_a_notebook_made_before_there_were_bases_is_read() -> None:
    written = to_json(DOCUMENT)
    assert not any("basis" in str(value) for value in written)
    assert from_json(written) == DOCUMENT


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_the_same_bytes_in_another_process_with_other_hashes(
    form: str, published_twice: list[str]
) -> None:
    first, second = ([line for line in each.splitlines() if f".{form} " in line] for each in published_twice)
    assert len(first) == 1
    assert first == second


@pytest.fixture(scope="module")
def published_twice(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What two processes with different hash seeds published of two notebooks, in every form: names and SHA-256."""
    return [
        subprocess.run(
            [sys.executable, "-c", PUBLISH, str(TEMPLATES), str(tmp_path_factory.mktemp(f"seed-{seed}"))],
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Pacific/Auckland"))
    ]
