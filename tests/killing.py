"""A process that has the toolkit loaded, and starts one receive after the other to be ended at some moment.

Starting anew takes longer than receiving: most moments would lie before there is anything to end.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from intake_workbooks import MOMENT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST = 60
"""Seconds after which a receive hangs."""
INTERRUPTED = 130
SERVER = f"""
import datetime as dt, os, signal, sys, time
from multiprocessing import forkserver, resource_tracker
from pathlib import Path
from toolkit.intake import receive
from toolkit.project import open_project
from toolkit.processes.starting import context_for, without_main

def interrupting(left):
    def trace(frame, event, _):
        nonlocal left
        if frame.f_code.co_name != "__enter__" or not frame.f_code.co_filename.endswith("threading.py"):
            return None
        if event == "return":
            left -= 1
            if left == 0:
                signal.raise_signal(signal.SIGINT)
        return trace
    return trace

def answers():
    # Whether the server of workers still starts one. It ends when somebody who asked it was killed in the middle of a
    # sentence; it hears one after the other, so that once it has answered this, nothing is left that could end it.
    forkserver.ensure_running()
    try:
        with without_main():
            worker = context.Process(target=int)
            worker.start()
        worker.join()
    except (OSError, EOFError):
        return False
    return worker.exitcode == 0

context = context_for(("toolkit.intake.receiving.loaded",))
resource_tracker.ensure_running()
for line in sys.stdin:
    while not answers():
        pass
    root, delay, number, lock = line.rstrip("\\n").split("\\t")
    child = os.fork()
    if child == 0:
        # workers come from this one; a child cannot look after it
        forkserver._forkserver.ensure_running = forkserver.ensure_running = lambda: None
        break
    if int(number):
        time.sleep(float(delay))
        os.kill(child, int(number))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
else:
    sys.exit()
signal.alarm({LONGEST})
try:
    if int(lock):
        sys.settrace(interrupting(int(lock)))
    for receipt in receive(open_project(Path(root)), received_at=dt.datetime.fromisoformat("{MOMENT.isoformat()}")):
        pass
except KeyboardInterrupt:
    sys.exit({INTERRUPTED})
"""


class Receives:
    """Starts to receive and ends it, as often as asked."""

    def __init__(self, server: subprocess.Popen[str]) -> None:
        self._server = server

    def killed(self, root: Path, seconds: float, with_signal: signal.Signals) -> bool:
        """End it by a signal after so many seconds; whether there was anything left to end."""
        code = self._code(root, f"{seconds}\t{int(with_signal)}\t0")
        expected = {0, -with_signal, *([INTERRUPTED] if with_signal is signal.SIGINT else [])}
        assert code in expected, (code, with_signal)
        return code != 0

    def interrupted(self, root: Path, lock: int) -> bool:
        """Interrupt it right after it has taken a lock for the nth time; whether it came to that."""
        code = self._code(root, f"0\t0\t{lock}")
        assert code in {0, INTERRUPTED}
        return code != 0

    def _code(self, root: Path, how: str) -> int:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(f"{root}\t{how}\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())


@contextmanager
def receives() -> Iterator[Receives]:
    """The process that starts them."""
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        yield Receives(server)
