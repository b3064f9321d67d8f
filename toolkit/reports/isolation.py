"""What a notebook may change in the process that runs it, put back afterwards, so that no run sees an earlier one."""

from __future__ import annotations

import decimal
import gc
import locale
import logging
import os
import random
import signal
import sys
import threading
import warnings
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 0
"""What random numbers start from in every run, so that a report that draws some is the same every time."""

_ONE = threading.RLock()


def one_at_a_time() -> threading.RLock:
    """What runs hold: streams, folder and environment are the process's, so its threads run notebooks in turn."""
    return _ONE


@contextmanager
def isolated(folder: Path) -> Iterator[None]:
    """Run what is inside in a folder, from known beginnings, and leave the process as it was found.

    Put back are the working folder, the environment, warning filters, random state, `sys.path` and hooks, logging,
    locale, decimal context, signal handlers, the options of pandas, numpy and matplotlib, and open figures. Not put
    back is what code does to the insides of modules.
    """
    with one_at_a_time(), ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        for keep in (_own_modules, _interpreter, _environment, _logging, _signals, _libraries, _randomness):
            stack.enter_context(keep())
        warnings.resetwarnings()
        warnings.simplefilter("ignore")  # as kernels start here: advice to developers is not for readers of a report
        os.chdir(folder)
        yield
    gc.collect()  # figures and frames hold each other; without it they pile up over many runs
    _freeze()


@cache
def _freeze() -> None:
    """What the first run leaves is there to stay (modules, the snapshot), and is not gone through again."""
    gc.freeze()


@contextmanager
def _interpreter() -> Iterator[None]:
    path, arguments, limit = list(sys.path), list(sys.argv), sys.getrecursionlimit()
    hooks = sys.displayhook, sys.excepthook, threading.excepthook
    context, language = decimal.getcontext().copy(), locale.setlocale(locale.LC_ALL)
    try:
        yield
    finally:
        sys.path[:], sys.argv[:] = path, arguments
        sys.setrecursionlimit(limit)
        sys.displayhook, sys.excepthook, threading.excepthook = hooks
        decimal.setcontext(context)
        locale.setlocale(locale.LC_ALL, language)


@contextmanager
def _own_modules() -> Iterator[None]:
    """The module `__main__`, for which IPython puts its own."""
    main = sys.modules.get("__main__")
    try:
        yield
    finally:
        if main is not None:
            sys.modules["__main__"] = main


@contextmanager
def _environment() -> Iterator[None]:
    folder, variables = Path.cwd(), dict(os.environ)
    try:
        yield
    finally:
        os.chdir(folder)
        if dict(os.environ) != variables:
            os.environ.clear()
            os.environ.update(variables)


@contextmanager
def _logging() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers, disabled = root.level, list(root.handlers), root.manager.disable
    try:
        yield
    finally:
        root.setLevel(level)
        root.handlers[:] = handlers
        logging.disable(disabled)


@contextmanager
def _signals() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():  # only there may they be set
        yield
        return
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


@contextmanager
def _libraries() -> Iterator[None]:
    """The options of the libraries that templates use, where they are imported at all."""
    numpy, pandas, matplotlib = _imported("numpy"), _imported("pandas"), _imported("matplotlib")
    printing, errors = (numpy.get_printoptions(), numpy.geterr()) if numpy else ({}, {})
    options = _all_options(pandas) if pandas else {}
    drawing = dict(matplotlib.rcParams) if matplotlib else {}
    try:
        yield
    finally:
        pyplot = _imported("matplotlib.pyplot")
        if numpy:
            numpy.set_printoptions(**printing)
            numpy.seterr(**errors)
        if pandas:
            _put_back(pandas, options)
        if pyplot:
            pyplot.close("all")
        if matplotlib:
            dict.update(matplotlib.rcParams, drawing)


def _all_options(pandas: Any) -> dict[str, Any]:  # noqa: ANN401 - the module
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an option that pandas is about to drop is kept like the others
        return _options(pandas.options)


def _put_back(pandas: Any, options: dict[str, Any]) -> None:  # noqa: ANN401 - the module
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as above
        for name, value in _options(pandas.options).items():
            if options[name] != value:
                pandas.set_option(name, options[name])


def _options(branch: Any, name: str = "") -> dict[str, Any]:  # noqa: ANN401 - pandas' tree of options has no public type
    """Each of pandas' options with its full name and value."""
    found: dict[str, Any] = {}
    for key in dir(branch):
        value = getattr(branch, key)
        full = f"{name}.{key}" if name else key
        found.update(_options(value, full) if isinstance(value, type(branch)) else {full: value})
    return found


@contextmanager
def _randomness() -> Iterator[None]:
    state, numpy = random.getstate(), _imported("numpy")
    numbers = numpy.random.get_state() if numpy else None
    random.seed(SEED)
    if numpy:
        numpy.random.seed(SEED)
    try:
        yield
    finally:
        random.setstate(state)
        if numpy:
            numpy.random.set_state(numbers)


def _imported(name: str) -> Any:  # noqa: ANN401 - a module, whose insides are then used
    return sys.modules.get(name)
