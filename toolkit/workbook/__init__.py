"""Write the blank audit workbooks that organisations fill in, and the query workbooks that go back to them."""

from toolkit.workbook.issuing import issue
from toolkit.workbook.querying import renew_query_workbooks, write_query_workbooks
from toolkit.workbook.writing import audit_workbook

__all__ = ["audit_workbook", "issue", "renew_query_workbooks", "write_query_workbooks"]
