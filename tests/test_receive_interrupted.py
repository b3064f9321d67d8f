"""Ctrl+C right after a lock was taken: receiving ends, waits for nothing that never comes, and can run again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from intake_workbooks import answers, drop, filled, take_in
from killing import receives

from toolkit.store import check

if TYPE_CHECKING:
    from toolkit.project import Project


@pytest.mark.skipif(sys.platform == "win32", reason="processes are forked")
def test_interrupted_at_any_lock_it_ends(project: Project) -> None:
    for number in range(12):
        who = ("COV-COM", "WM-POL", "DUD-SVC")[number % 3]
        drop(project, f"{number}.xlsx", filled(project, who, answers(project, who, seed=number)))
    with receives() as them:
        ended = sum(them.interrupted(project.root, lock) for lock in range(1, 30))
    assert ended > 10
    take_in(project)
    assert not any(project.inbox.iterdir())
    assert check(project) == []
