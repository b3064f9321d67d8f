"""The `toolkit` command: its options, how it finds the project, how it tells errors."""

from __future__ import annotations

import gc
import getpass
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from toolkit.errors import ToolkitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from toolkit.project import Project

_Item = TypeVar("_Item")
_PLAIN_LINES = 10
_SELDOM = (20_000, 20, 50)
"""When a command looks for garbage: what it imports is none."""


@dataclass
class Desk:
    """What every verb is handed: which project, and whether to show tracebacks."""

    folder: Path | None
    debug: bool

    def project(self) -> Project:
        """The project named with --project, else the nearest folder above with a `toolkit.toml`."""
        from toolkit.project import find_project, open_project

        return open_project(self.folder or find_project(Path.cwd()))


class _Verbs(click.Group):
    """The verbs in the order of an audit's life; each module is imported only when one of its verbs is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _MODULES:
            return None
        from importlib import import_module

        verb: click.Command = getattr(import_module(f"toolkit.cli.{_MODULES[cmd_name]}"), cmd_name.replace("-", "_"))
        return verb


_MODULES = {
    "demo": "showing",
    "init": "setting_up",
    "standards": "setting_up",
    "issue": "setting_up",
    "check-return": "querying",
    "receive": "taking_in",
    "layout": "layouts",
    "status": "taking_in",
    "resolve": "deciding",
    "report": "reporting",
    "audiences": "disclosing",
    "trace": "tracing",
    "explore": "reporting",
    "export": "taking_in",
    "check": "taking_in",
    "correct": "correcting",
    "rebuild": "correcting",
    "schedule": "scheduling",
}


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--project",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The project's folder; without it, the nearest folder above with a toolkit.toml.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(package_name="standards-audit-toolkit", prog_name="toolkit")
@click.pass_context
def toolkit(ctx: click.Context, folder: Path | None, *, debug: bool) -> None:
    """Issue, receive, compare and report audits against domestic abuse and sexual assault standards."""
    ctx.obj = Desk(folder, debug)


def main() -> NoReturn:
    """Run the command line; an error is one sentence on standard error and an exit code, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    gc.set_threshold(*_SELDOM)
    try:
        sys.exit(toolkit.main(standalone_mode=False) or 0)
    except click.exceptions.Abort:
        _stop("Stopped; what was finished is kept, and running the same command again does the rest.", 130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except ToolkitError as error:
        if "--debug" in sys.argv:
            raise
        _stop(str(error), error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if "--debug" in sys.argv:
            raise
        _stop(
            f"Something went wrong inside the toolkit ({type(error).__name__}: {error}); nothing received is lost. "
            "Run the command again with --debug as its first option and send the output to whoever keeps the toolkit.",
            ToolkitError.exit_code,
        )
    finally:
        gc.freeze()  # the process ends: nothing needs to be looked through before


def _stop(sentence: str, code: int) -> NoReturn:
    click.echo(f"toolkit: {sentence}", err=True)
    sys.exit(code)


def logged_in() -> str:
    """Who is logged in on this computer, for the logs."""
    try:
        return getpass.getuser()
    except (OSError, ImportError, KeyError) as error:  # what Python raises differs by version and system
        raise click.UsageError("name --who: this computer does not say who is logged in.") from error


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """One JSON value on one line of standard output."""
    import json

    click.echo(json.dumps(value, ensure_ascii=False))


def progress(items: Iterable[_Item], total: int, doing: str) -> Iterator[_Item]:
    """Pass items on, showing a bar on a terminal and about ten plain lines elsewhere, both on standard error."""
    if sys.stderr.isatty():
        with click.progressbar(items, length=total, label=doing, file=sys.stderr) as bar:
            yield from bar
        return
    every = max(1, total // _PLAIN_LINES)
    for number, item in enumerate(items, start=1):
        yield item
        if number % every == 0 or number == total:
            click.echo(f"{doing}: {number} of {total}", err=True)


def ticker(doing: str) -> Callable[[int, int], None]:
    """The same for work that reports how much of it is done: call it with the number done and the total."""
    shown = 0

    def tick(done: int, total: int) -> None:
        nonlocal shown
        if sys.stderr.isatty():
            click.echo(f"\r{doing}: {done} of {total}", err=True, nl=done == total)
        elif done * _PLAIN_LINES // total > shown:
            shown = done * _PLAIN_LINES // total
            click.echo(f"{doing}: {done} of {total}", err=True)

    return tick


def columns(rows: list[tuple[str, ...]]) -> str:
    """Rows as aligned plain text; columns that are all digits and signs to the right."""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    numeric = [
        all(row[i].replace(",", "").isdigit() or row[i] in {"", "–"} for row in rows[1:]) for i in range(len(widths))
    ]
    lines = (
        "  ".join(
            value.rjust(width) if right else value.ljust(width)
            for value, width, right in zip(row, widths, numeric, strict=True)
        )
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)
