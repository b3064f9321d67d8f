"""Reports on a Dask cluster: a real scheduler and two workers, one of which is killed in the middle."""

from __future__ import annotations

import functools
import math
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import CancelledError, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from distributed import Client
from reports_region import Plan, make_project

from toolkit.cli.desk import toolkit
from toolkit.errors import NEEDS_A_PERSON, ReportError
from toolkit.publishing import DocumentMeta, file_of, publish
from toolkit.reports import cluster_executor, plan, run_all, worker_pool
from toolkit.store import freeze, open_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PUBLISH = functools.partial(publish, meta=DocumentMeta(office="Office", snapshot="snapshot", toolkit_version="version"))
PATIENCE = 60


@dataclass
class Cluster:
    """A scheduler and its workers."""

    address: str
    scheduler: subprocess.Popen[bytes]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler on loopback with two workers, each a process of its own."""
    told, log = tmp_path / "scheduler.json", (tmp_path / "cluster.log").open("wb")
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    work = [sys.executable, "-m", "distributed.cli.dask_worker", "--host", "127.0.0.1", "--nthreads", "1"]
    quiet = {"env": {**os.environ, "PYTHONWARNINGS": "ignore"}, "stdout": log, "stderr": log}
    ours = ["--no-dashboard", "--scheduler-file", str(told)]
    started = [subprocess.Popen([*dask, *ours], **quiet)]  # type: ignore[call-overload]  # by name
    try:
        started += [
            subprocess.Popen([*work, *ours, "--local-directory", str(tmp_path / f"worker-{number}")], **quiet)  # type: ignore[call-overload]  # by name
            for number in range(2)
        ]
        with Client(scheduler_file=str(told), timeout=PATIENCE) as client:
            client.wait_for_workers(2, timeout=PATIENCE)
            address = str(client.scheduler.address)
        yield Cluster(address, started[0])
    finally:
        for process in reversed(started):
            process.send_signal(signal.SIGTERM)
        for process in started:
            process.wait(PATIENCE)
        log.close()


def test_a_worker_that_is_killed_in_the_middle_costs_no_report(tmp_path: Path, cluster: Cluster) -> None:
    project = make_project(tmp_path / "project", Plan(each_area=1, areas=("Walsall", "Dudley")))
    runs = plan(project, open_snapshot(freeze(project)), "2024")
    with worker_pool(2) as executor:
        local = {result.run.name: result for result in run_all([(run, PUBLISH) for run in runs], executor)}
    pages = {run.name: file_of(run.published, "html").read_bytes() for run in runs}
    for run in runs:
        file_of(run.published, "html").unlink()

    found = {}
    with Client(cluster.address) as client, cluster_executor(cluster.address) as executor:
        workers = client.run(os.getpid)
        assert len(set(workers.values())) == 2
        for result in run_all([(run, PUBLISH) for run in runs], executor):
            found[result.run.name] = result
            if len(found) == 3:
                os.kill(min(workers.values()), signal.SIGKILL)
    assert {name: (each.state, each.message) for name, each in found.items()} == dict.fromkeys(local, ("made", ""))
    assert {run.name: file_of(run.published, "html").read_bytes() for run in runs} == pages


def test_the_desk_takes_a_cluster_and_says_when_none_answers(tmp_path: Path, cluster: Cluster) -> None:
    project = make_project(tmp_path / "project", Plan(each_area=1))
    desk = ["--project", str(project.root), "report", "board", "--format", "html", "--cluster"]
    told = CliRunner().invoke(toolkit, [*desk, cluster.address], catch_exceptions=False)
    assert "1 report made" in told.output
    assert (project.published("2024", "internal") / "board-report.html").is_file()

    started = time.monotonic()
    with pytest.raises(ReportError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        CliRunner().invoke(toolkit, [*desk, "tcp://127.0.0.1:9", "--force"], catch_exceptions=False)
    assert time.monotonic() - started < PATIENCE


def test_what_a_cluster_that_ends_has_not_run_is_told_apart_and_made_later(tmp_path: Path, cluster: Cluster) -> None:
    project = make_project(tmp_path / "project", Plan(each_area=1))
    desk = [sys.executable, "-m", "toolkit", "--project", str(project.root), "report", "area", "--format", "html"]
    runs, published = project.runs / "2024" / "internal", project.published("2024", "internal")
    desk_on_cluster = [*desk, "--cluster", cluster.address]
    with subprocess.Popen(desk_on_cluster, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        until = time.monotonic() + PATIENCE
        while len(list(runs.glob("area-*.json"))) < 2 and time.monotonic() < until:
            time.sleep(0.01)
        cluster.scheduler.kill()
        try:
            told, noise = program.communicate(timeout=PATIENCE)
        finally:
            program.kill()  # where it is still there
    assert program.returncode == NEEDS_A_PERSON
    assert "Traceback" not in noise
    made = sorted(path.stem for path in published.glob("area-*.html"))
    lost = [line for line in told.splitlines() if "was not run, because its workers are gone; start them again" in line]
    assert lost
    assert len(made) == 7 - len(lost) >= 2
    assert f"{len(lost)} not run:" in told
    index = (published / "index.html").read_text(encoding="utf-8")
    assert index.count("was not run, because its workers are gone") == len(lost)

    told = subprocess.run(desk, check=True, capture_output=True, text=True).stdout
    assert f" made, {len(made)} reused" in told
    assert "was not run" not in (published / "index.html").read_text(encoding="utf-8")


def test_a_scheduler_that_ends_with_results_on_their_way_leaves_nobody_waiting(cluster: Cluster) -> None:
    with cluster_executor(cluster.address) as executor:
        futures = [executor.submit(math.sqrt, number) for number in range(500)]
        futures[50].add_done_callback(lambda _: cluster.scheduler.kill())
        assert not wait(futures, PATIENCE).not_done
        lost = [future for future in futures if isinstance(future.exception(), CancelledError)]
        assert lost
        assert all(future.result() == math.sqrt(at) for at, future in enumerate(futures) if future not in lost)

        later = executor.submit(math.sqrt, 4)
        with pytest.raises(CancelledError):
            later.result(PATIENCE)
