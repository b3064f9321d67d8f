"""Personal data in free text is in no report and not in the explorer; the office's own export has what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from reports_region import Plan, make_project

from toolkit.explorer.choosing import Choice, responses
from toolkit.reports.masking import open_masked
from toolkit.store import correct, export, freeze, open_snapshot

if TYPE_CHECKING:
    from pathlib import Path

WRITTEN = "Agreed by Sarah Jones, 07700 900123, with the whole team; the policy is on our site."
SHOWN = "Agreed by [name removed], [telephone number removed], with the whole team; the policy is on our site."


def test_reports_and_explorer_mask_what_the_export_keeps(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", Plan(each_area=1))
    row = open_snapshot(freeze(project)).responses.query("evidence != ''").iloc[0]
    correct(
        project,
        organisation_id=row["organisation_id"],
        criterion=row["criterion"],
        field="evidence",
        value=WRITTEN,
        why="as told",
        who="an analyst",
        cycle=row["cycle"],
    )
    folder = freeze(project)
    seen = open_masked(folder)
    assert SHOWN in set(seen.responses["evidence"])
    assert WRITTEN not in set(seen.responses["evidence"])
    assert list(seen.corrections["value"]) == [SHOWN]
    untouched = open_snapshot(folder).responses.drop(columns=["evidence", "action"])
    pd.testing.assert_frame_equal(seen.responses.drop(columns=["evidence", "action"]), untouched)

    path, *_ = export(open_snapshot(folder), tmp_path / "out.csv")
    assert WRITTEN in path.read_text(encoding="utf-8-sig")
    chosen = responses(seen, Choice(row["cycle"], row["standard"], row["criterion"]))
    assert "[name removed]" in str(chosen)
    assert "Sarah Jones" not in str(chosen)
