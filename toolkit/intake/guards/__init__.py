"""Is this file safe to open? Decided before anything opens it, by five steps from cheap to dear."""

from toolkit.intake.guards.inspection import LARGEST_FILE, Facts, Inspection, facts_of, inspect, to_be_ignored
from toolkit.intake.guards.noting import notes
from toolkit.intake.guards.package import Package

__all__ = ["LARGEST_FILE", "Facts", "Inspection", "Package", "facts_of", "inspect", "notes", "to_be_ignored"]
