"""Every command in the README exists, and every command that exists is in the README."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from toolkit.cli.desk import toolkit

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"`(toolkit [^`]+)`", README)))


def resolved(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the words name, and the words that are left for it."""
    command: click.Command = toolkit
    while isinstance(command, click.Group):
        with click.Context(command) as context:
            if words[:1] == ["--project"]:
                words = words[2:]
            found = command.get_command(context, words[0])
        assert found is not None, f"no command {words[0]}"
        command, words = found, words[1:]
    return command, words


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_in_the_readme_parses(line: str) -> None:
    command, rest = resolved(shlex.split(line)[1:])
    command.make_context("toolkit", rest, resilient_parsing=False)


def test_every_verb_is_in_the_readme() -> None:
    with click.Context(toolkit) as context:
        verbs = set(toolkit.list_commands(context))
    assert verbs - {"demo"} == {shlex.split(line)[1:][2 if "--project" in line else 0] for line in COMMANDS}


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#]+)\)", README))
def test_every_link_leads_somewhere(target: str) -> None:
    assert (Path(__file__).parent.parent / target).exists()


def test_the_first_command_comes_within_sixty_words() -> None:
    before = README.partition("```")[0].partition("\n")[2]
    assert len(before.split()) <= 60
