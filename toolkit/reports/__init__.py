"""The report set: plan the runs, run the templates with papermill, and the sections that the templates call."""

from toolkit.reports.execution import RunResult
from toolkit.reports.planning import REPORT_NAMES, Run, plan
from toolkit.reports.running import run_all, worker_pool

__all__ = ["REPORT_NAMES", "Run", "RunResult", "plan", "run_all", "worker_pool"]
