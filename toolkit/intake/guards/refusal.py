"""Why a guard turns a file away."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - not an error of the program: the guard's answer, which never leaves the guards
    """A file is not let in: the code of the reason in the query catalogue, and what was found."""

    def __init__(self, code: str, found: str, expected: str = "") -> None:
        super().__init__(code, found)
        self.code = code
        self.found = found
        self.expected = expected
