"""The report set: plan the runs, run the templates with papermill, and the sections that the templates call."""

from toolkit.reports.cluster import cluster_executor
from toolkit.reports.copying import Copy, copy_for, pseudonyms_of, withheld_from
from toolkit.reports.execution import RunResult
from toolkit.reports.planning import REPORT_NAMES, Run, audience_named, plan
from toolkit.reports.reuse import Choice, Ingredients, Made, choose, digests, read_made, record_of, write_made
from toolkit.reports.running import open_ahead, run_all, warm_up, worker_pool

__all__ = [
    "REPORT_NAMES",
    "Choice",
    "Copy",
    "Ingredients",
    "Made",
    "Run",
    "RunResult",
    "audience_named",
    "choose",
    "cluster_executor",
    "copy_for",
    "digests",
    "open_ahead",
    "plan",
    "pseudonyms_of",
    "read_made",
    "record_of",
    "run_all",
    "warm_up",
    "withheld_from",
    "worker_pool",
    "write_made",
]
