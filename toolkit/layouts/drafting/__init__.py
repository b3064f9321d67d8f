"""A proposal for the layout of a workbook nobody knows yet: what each cell may be, why, and how sure that is."""

from toolkit.layouts.drafting.known import Known, know
from toolkit.layouts.drafting.proposing import Draft, propose
from toolkit.layouts.drafting.sheets import TextSheet, one_line
from toolkit.layouts.drafting.writing import as_yaml

__all__ = ["Draft", "Known", "TextSheet", "as_yaml", "know", "one_line", "propose"]
