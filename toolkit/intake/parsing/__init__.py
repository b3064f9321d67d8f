"""Workbook to Return, each value with its cell."""

from toolkit.intake.parsing.book import Reading
from toolkit.intake.parsing.context import CycleContext, ParsingContext, prepare
from toolkit.intake.parsing.reading import parse

__all__ = ["CycleContext", "ParsingContext", "Reading", "parse", "prepare"]
