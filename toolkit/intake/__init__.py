"""One road in: is a file safe, what does it say, what is wrong with it, and where does it go."""

from toolkit.intake.guards import Inspection, inspect
from toolkit.intake.parsing import ParsingContext, Reading, parse, prepare
from toolkit.intake.queries import load_queries
from toolkit.intake.receiving import receive
from toolkit.intake.validation import validate

__all__ = [
    "Inspection",
    "ParsingContext",
    "Reading",
    "inspect",
    "load_queries",
    "parse",
    "prepare",
    "receive",
    "validate",
]
