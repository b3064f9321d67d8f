"""The workers of a Dask cluster, as an executor whose every future comes to an end."""

from __future__ import annotations

import functools
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from toolkit.errors import ReportError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import distributed

_ANSWER = 20
"""Seconds in which a scheduler must answer."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


class ClusterExecutor(Executor):
    """Hands work to a Dask client. Where its scheduler ends, what is under way is cancelled.

    Dask has an executor of its own. Its futures never end where the scheduler does while a result is on its way.
    """

    def __init__(self, client: distributed.Client) -> None:
        self._client = client

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Give the cluster something to do; where it has ended, the future is cancelled at once."""
        from distributed.client import ClosedClientError

        future: Future[_T] = Future()
        if self._client.status == "running":
            with suppress(ClosedClientError):
                asked = self._client.submit(fn, *args, pure=False, **kwargs)
                asked.add_done_callback(functools.partial(_pass_on, future))
                return future
        future.set_exception(CancelledError())
        return future


def _pass_on(future: Future[Any], asked: distributed.Future[Any]) -> None:
    """Tell what has become of it: its result, what it raised, or that it is lost."""
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = asked.result()
    except BaseException as error:  # noqa: BLE001 - whatever it or the network raised; asyncio has one that is no Exception
        future.set_exception(error if asked.status == "error" else CancelledError())
    else:
        future.set_result(result)


@contextmanager
def cluster_executor(address: str) -> Iterator[Executor]:
    """The executor of a Dask cluster whose workers see the same folders under the same names.

    Raises ReportError where Dask is not installed, or no scheduler answers.
    """
    try:
        import dask

        dask.config.set({"logging": dict.fromkeys(("distributed", "distributed.client"), "critical")})  # no tracebacks
        from distributed import Client
    except ImportError:
        raise ReportError(
            "Dask is not installed, which --cluster needs; install the toolkit with its extra: pip install "
            "'standards-audit-toolkit[cluster]', or leave --cluster out."
        ) from None
    try:
        client = Client(address, timeout=_ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ReportError(
            f"No Dask scheduler answers at {address} ({type(error).__name__}); start one there with dask scheduler, "
            "correct the address, or leave --cluster out."
        ) from error
    with client:
        yield ClusterExecutor(client)
