"""One document's tables and figures as a spreadsheet that follows the Analysis Function's guidance."""

from toolkit.publishing.xlsx.checking import faults
from toolkit.publishing.xlsx.writing import as_bytes

__all__ = ["as_bytes", "faults"]
