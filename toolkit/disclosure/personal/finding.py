"""What can be found in a text, and where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """A kind of personal data; its value is what it is called in queries and masks."""

    NAME = "name"
    TELEPHONE = "telephone number"
    EMAIL = "e-mail address"
    POSTCODE = "postcode"
    ADDRESS = "address"
    NHS_NUMBER = "NHS number"
    INSURANCE = "National Insurance number"
    BIRTH = "date of birth"
    CASE = "case or crime reference"

    @property
    def mask(self) -> str:
        """What stands in its place."""
        return f"[{self.value} removed]"


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A passage of a text, `text[start:end]`, and the kind of personal data that it is."""

    start: int
    end: int
    kind: Kind
