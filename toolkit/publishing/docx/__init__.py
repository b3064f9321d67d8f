"""One document as a Word file: real headings, header rows, alternative texts, no link to anything outside."""

from toolkit.publishing.docx.checking import faults
from toolkit.publishing.docx.writing import as_bytes

__all__ = ["as_bytes", "faults"]
