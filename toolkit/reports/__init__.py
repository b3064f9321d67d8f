"""The report set: plan the runs, run the templates with papermill, and the sections that the templates call."""

from toolkit.reports.copying import Copy, copy_for, pseudonyms_of, withheld_from
from toolkit.reports.execution import RunResult
from toolkit.reports.planning import REPORT_NAMES, Run, audience_named, plan
from toolkit.reports.running import run_all, worker_pool

__all__ = [
    "REPORT_NAMES",
    "Copy",
    "Run",
    "RunResult",
    "audience_named",
    "copy_for",
    "plan",
    "pseudonyms_of",
    "run_all",
    "withheld_from",
    "worker_pool",
]
