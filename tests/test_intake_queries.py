"""The query catalogue: every code can be filled in, says what to do, and is used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import toolkit.intake
from toolkit.errors import CatalogueError
from toolkit.intake import load_queries
from toolkit.intake import queries as catalogue
from toolkit.intake.queries import outcome_of, query, reason
from toolkit.records import Outcome, Severity

SOURCE = "".join(
    path.read_text(encoding="utf-8") for path in sorted(Path(toolkit.intake.__file__).parent.rglob("*.py"))
)
DETAILS = dict.fromkeys(
    ("column", "count", "criterion", "cycle", "field", "file", "of", "organisation", "other", "standard"), "(detail)"
)


@pytest.mark.parametrize("code", sorted(load_queries()))
def test_every_entry_can_be_filled_in(code: str) -> None:
    if "severity" in type(load_queries()[code]).model_fields:
        filled = query(code, sheet="Standard 1", cell="D7", found="this", expected="that", **DETAILS)
        assert isinstance(filled.severity, Severity)
        text = filled.message
    else:
        assert outcome_of(code) is not Outcome.ACCEPTED
        text = reason(code, found="this", expected="that", **DETAILS).removeprefix(f"{code}: ")
    assert re.fullmatch(r"[A-Z\"(].*[.]", text), text
    assert "{" not in text
    assert len(re.findall(r"[.](?= |$)", text)) >= 2, "it says what was found and what to do"


@pytest.mark.parametrize("code", sorted(load_queries()))
def test_every_entry_is_used(code: str) -> None:
    assert f'"{code}"' in SOURCE


def test_a_sender_s_words_are_quoted_on_one_line_and_cannot_fill_in_anything() -> None:
    told = query("rating-not-in-scale", found="{expected}\n" + "x" * 500, expected="Met", criterion="1.1")
    assert "{expected} xxx" in told.message
    assert len(told.found) <= 160
    assert "\n" not in told.message


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- {code: a-b, severity: error, message: 'Is {colour}.', remedy: Do.}", "colour"),
        ("- {code: a-b, severity: fatal, message: Is., remedy: Do.}", "severity"),
        ("- {code: a-b, severity: error, message: Is.}", "remedy"),
        ("- {code: A B, severity: error, message: Is., remedy: Do.}", "code"),
        ("- {code: a-b, outcome: accepted, message: Is., remedy: Do.}", "outcome"),
        ("- {code: a, outcome: held, message: Is., remedy: Do.}\n" * 2, "second time"),
        ("- [", "schema"),
    ],
)
def test_a_wrong_file_is_named(text: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "some.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(catalogue, "_DATA", tmp_path)
    with pytest.raises(CatalogueError, match=problem) as raised:
        catalogue.load_queries.__wrapped__()
    assert "some.yaml" in str(raised.value)
