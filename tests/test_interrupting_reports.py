"""Ctrl+C while a report set is made, at any moment: one sentence, no traceback, and the next run does the rest."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from reports_region import Plan, make_project

if TYPE_CHECKING:
    from pathlib import Path

STOPPED = {130, -signal.SIGINT}
"""How a program ends that was interrupted; by the signal itself where Python was in the middle of an `exec`."""


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C is sent another way there")
def test_ctrl_c_ends_in_one_sentence_and_the_next_run_does_the_rest(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", Plan(each_area=1, areas=("Walsall", "Dudley")))
    command = [sys.executable, "-m", "toolkit", "--project", str(project.root), "report", "area", "--format", "html"]
    ended = set()
    for delay in (0.5, 0.9, 1.4, 2.0):
        with subprocess.Popen(
            [*command, "--force"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        ) as program:
            time.sleep(delay)
            os.killpg(program.pid, signal.SIGINT)  # as a terminal does: to workers, too
            _, told = program.communicate(timeout=60)
        ended.add(program.returncode)
        assert "Traceback" not in told, f"after {delay} s: {told}"
        assert (program.returncode in STOPPED) == ("toolkit: Stopped; " in told), told
    assert ended & STOPPED
    subprocess.run(command, check=True, capture_output=True)
    assert len(list(project.published("2024", "internal").glob("area-*.html"))) == 7
