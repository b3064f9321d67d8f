"""Read one YAML file into one checked, frozen model; what is wrong becomes one sentence with file, line and remedy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from toolkit.catalogue.models import AREA_CODE_FORM, IDENTIFIER_FORM, REFERENCE_FORM, TIER_FORM
from toolkit.errors import CatalogueError

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails

try:
    from yaml import CSafeLoader as _Safe
except ImportError:  # a PyYAML without libyaml: the same answers, more slowly
    from yaml import SafeLoader as _Safe  # type: ignore[assignment]  # mypy sees two unrelated classes of one shape

_Model = TypeVar("_Model", bound=BaseModel)

_NAMES_OF_ENTRIES = ("criterion", "standard", "tier", "label")


class _Loader(_Safe):
    """The safe loader, but a mapping's keys are text and stand once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                problem = "a key must be text; write a word or a reference in quotes"
                if isinstance(key_node, yaml.ScalarNode):
                    problem = f'the key {key_node.value} stands without quotes; write "{key_node.value}"'
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key_node.start_mark)
            if key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key!r} stands twice; keep one of the two", problem_mark=key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def place_of(path: Path) -> str:
    """A file as error sentences name it: its folder and name."""
    return f"{path.parent.name}/{path.name}"


def read_yaml(path: Path) -> object:
    """The content of a YAML file, keys as text and each once.

    Raises:
        CatalogueError: the file cannot be read, is not YAML, or has a key twice or a key that is not text.
    """
    return _parse(path, _text(path))


def read_model(path: Path, model: type[_Model]) -> _Model:
    """A YAML file as a checked model.

    Raises:
        CatalogueError: as `read_yaml`, or the content breaks the model's schema.
    """
    text = _text(path)
    content = _parse(path, text)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise CatalogueError(_sentence(path, text, error)) from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CatalogueError(f"{place_of(path)} cannot be opened ({error.strerror}); check the file.") from error
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{place_of(path)} is not UTF-8 text; save it again with the encoding UTF-8.") from error


def _parse(path: Path, text: str) -> object:
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        problem = error.problem or "this is not YAML"
        remedy = "" if ";" in problem else "; mend that line"
        raise CatalogueError(f"{place_of(path)}{line}: {problem}{remedy}.") from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: an impossible date such as 2015-13-45
        raise CatalogueError(f"{place_of(path)} is not YAML ({str(error).splitlines()[0]}); mend the file.") from error


def _sentence(path: Path, text: str, error: ValidationError) -> str:
    problems = error.errors()
    # A misspelt key is also a missing one: the spelling says more.
    first = next((problem for problem in problems if problem["type"] == "extra_forbidden"), problems[0])
    node, names = _find(yaml.compose(text, Loader=_Safe), first["loc"])
    line = f", line {node.start_mark.line + 1}" if node and names else ""
    where = f", at {', '.join(names)}" if names else ""
    others = len(problems) - 1
    more = f" (and {others} more {'problem' if others == 1 else 'problems'} in this file)" if others else ""
    return f"{place_of(path)}{line}{where}: {_problem(first, node)}{more}."


def _find(node: yaml.Node | None, location: tuple[int | str, ...]) -> tuple[yaml.Node | None, list[str]]:
    """The node nearest to a place in the content, and the place in the file's own words."""
    names: list[str] = []
    for part in location:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            names[-1:] = [_entry(node, names[-1] if names else "entry", part)]
            continue
        if isinstance(node, yaml.MappingNode):
            inside = next((value for key, value in node.value if key.value == str(part)), None)
            names.append(str(part))
            if inside is None:
                break
            node = inside
    return node, names


def _entry(node: yaml.Node, of: str, place: int) -> str:
    if isinstance(node, yaml.MappingNode):
        scalars = {key.value: value.value for key, value in node.value if isinstance(value, yaml.ScalarNode)}
        if "earlier" in scalars and "later" in scalars:
            return f"{of} link {scalars['earlier']} to {scalars['later']}"
        for name in _NAMES_OF_ENTRIES:
            if name in scalars:
                return f"{name} {scalars[name]}"
    return f"{of} number {place + 1}"


_PROBLEMS = {
    "missing": "this key is missing; add it",
    "extra_forbidden": "there is no such key; correct its spelling or take it out",
    "string_too_short": "this is empty; fill it in",
    "too_short": "this is empty; fill it in",
    "string_pattern_mismatch": "{written!r} is not {pattern}; correct it",
    "literal_error": "{written!r} is not one of {expected}; use one of these",
    "enum": "{written!r} is not one of {expected}; use one of these",
    "model_type": "{kind} stands where keys with values are expected; correct the indentation",
    "dict_type": "{kind} stands where keys with values are expected; correct the indentation",
    "tuple_type": "{kind} stands where a list is expected; put each entry on a line of its own after a hyphen",
    "float_type": "{written!r} is not a number; write a number without quotes",
    "value_error": "{message}; correct it",
}


_FORMS = {
    REFERENCE_FORM: 'a reference such as "5" or "5.10"',
    AREA_CODE_FORM: 'an ONS code such as "E08000025"',
    IDENTIFIER_FORM: 'a name in small letters, digits and hyphens such as "wm-2024"',
    TIER_FORM: 'a tier such as "1"',
}
_ENUM_MEMBER = re.compile(r"<[\w.]+: ('[^']*')>")


def _problem(problem: ErrorDetails, node: yaml.Node | None) -> str:
    """One clause on what is wrong and one on what to do."""
    given = problem["input"]
    written = node.value if isinstance(node, yaml.ScalarNode) else given
    if problem["type"] == "string_type":
        return _not_text(given, written)
    message = str(problem["msg"]).removeprefix("Value error, ")
    context = problem.get("ctx", {})
    template = _PROBLEMS.get(problem["type"], "{message}; correct it")
    return template.format(
        written=written,
        kind=_kind(given),
        message=message[:1].lower() + message[1:],
        pattern=_FORMS.get(context.get("pattern", ""), "in the right form"),
        expected=_ENUM_MEMBER.sub(r"\1", str(context.get("expected", ""))),
    )


def _not_text(given: object, written: object) -> str:
    if given is None:
        return "there is nothing here; fill it in"
    if isinstance(given, (dict, list)):
        return f"{_kind(given)} stands where text is expected; write text, in quotes if it has a colon"
    read_as = "yes or no" if isinstance(given, bool) else "a date"
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        read_as = f"the number {given}"
    return f'{written} stands without quotes and would be read as {read_as}; write "{written}"'


def _kind(given: object) -> str:
    if given is None:
        return "nothing"
    return {"dict": "a mapping", "list": "a list"}.get(type(given).__name__, "a single value")
