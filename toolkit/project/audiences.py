"""What each audience may see: the policy that `[audiences.…]` of `toolkit.toml` states."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

ReportName = Literal["deep-dive", "area", "peer-review", "board"]
AudienceName = Literal["internal", "partners", "public"]

AUDIENCES: tuple[AudienceName, ...] = ("internal", "partners", "public")
"""The audiences there are."""

_EVERY: tuple[ReportName, ...] = ("deep-dive", "area", "peer-review", "board")


class Policy(BaseModel):
    """What one audience may see.

    organisations, areas: "named", or "pseudonym" (a code that says nothing).
    free_text: evidence, actions and notes "as written", "masked" (without personal data), or "none".
    leads: whether people are named.
    smallest_sector: where organisations are pseudonymous, a sector with fewer of them is one of "Other sectors".
    reports: which reports the audience's set has.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    organisations: Literal["named", "pseudonym"]
    areas: Literal["named", "pseudonym"]
    free_text: Literal["as written", "masked", "none"]
    leads: bool
    smallest_sector: Annotated[int, Field(ge=1)] = 3
    reports: tuple[ReportName, ...] = _EVERY

    @model_validator(mode="after")
    def _keeps_its_promise(self) -> Self:
        """Refuse a pseudonym that something else beside it would give away."""
        if self.organisations == "named" and self.areas == "pseudonym":
            raise ValueError('names of organisations give areas away: where areas = "pseudonym", organisations is too')
        if self.organisations == "pseudonym" and (self.free_text != "none" or self.leads):
            raise ValueError(
                'where organisations = "pseudonym", free_text must be "none" and leads false, because people and what '
                "they wrote give organisations away"
            )
        return self

    @property
    def pseudonymous(self) -> bool:
        """Whether organisations, and perhaps areas, have pseudonyms."""
        return self.organisations == "pseudonym"


class Internal(Policy):
    """The office itself: everything, as it was written."""

    organisations: Literal["named"] = "named"
    areas: Literal["named"] = "named"
    free_text: Literal["as written"] = "as written"
    leads: Literal[True] = True


class Partners(Policy):
    """The organisations and areas of the audit: each other's names, nobody's person."""

    organisations: Literal["named", "pseudonym"] = "named"
    areas: Literal["named", "pseudonym"] = "named"
    free_text: Literal["as written", "masked", "none"] = "masked"
    leads: bool = False


class Public(Policy):
    """Everybody: figures, and pseudonyms where figures are of one organisation or area."""

    organisations: Literal["named", "pseudonym"] = "pseudonym"
    areas: Literal["named", "pseudonym"] = "pseudonym"
    free_text: Literal["as written", "masked", "none"] = "none"
    leads: bool = False
    reports: tuple[ReportName, ...] = ("board", "peer-review", "deep-dive")


class Audiences(BaseModel):
    """The policy of each audience."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    internal: Internal = Internal()
    partners: Partners = Partners()
    public: Public = Public()

    def of(self, audience: AudienceName) -> Policy:
        """The policy of one audience."""
        policy: Policy = getattr(self, audience)
        return policy
