"""Write the blank audit workbooks that organisations fill in."""

from toolkit.workbook.issuing import issue
from toolkit.workbook.writing import audit_workbook

__all__ = ["audit_workbook", "issue"]
