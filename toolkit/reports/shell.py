"""IPython's own shell in this process: what a cell shows is recorded as a kernel would have sent it."""

from __future__ import annotations

import atexit
import base64
import io
import os
import sys
import tempfile
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, Any, cast

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from nbformat import NotebookNode

if TYPE_CHECKING:
    from collections.abc import Iterator

_STREAMS = {"stdout": 1, "stderr": 2}


class Recording:
    """The outputs of the cells that a shell has run, in the form of a notebook's."""

    def __init__(self) -> None:
        self.outputs: list[NotebookNode] = []
        self.count = 0
        self._by_id: dict[str, list[NotebookNode]] = {}
        self._clear_next = False
        self.below: dict[str, io.BufferedRandom] = {}

    def start(self, count: int) -> list[NotebookNode]:
        """Begin with the cell of this execution count; its outputs are in the list that is returned."""
        self.outputs, self.count, self._clear_next = [], count, False
        return self.outputs

    def add(self, kind: str, **content: Any) -> None:  # noqa: ANN401 - nbformat's own fields of an output
        """Record one output after what was written before it."""
        self.flush()
        self._add(kind, content)

    def flush(self) -> None:
        """Record what programs and C libraries have written to the standard streams since the last time."""
        for name, file in self.below.items():
            if os.fstat(file.fileno()).st_size:
                file.seek(0)
                self._add("stream", {"name": name, "text": file.read().decode("utf-8", errors="replace")})
                file.seek(0)
                file.truncate()

    def _add(self, kind: str, content: dict[str, Any]) -> None:
        """Record one output; text of the same stream is joined, as notebooks have it."""
        if self._clear_next:
            self.outputs.clear()
            self._clear_next = False
        last = self.outputs[-1] if self.outputs else None
        if kind == "stream" and last is not None and last.get("name") == content["name"]:
            last["text"] += content["text"]
            return
        output = NotebookNode(output_type=kind, **content)  # type: ignore[no-untyped-call]  # nbformat ships no types
        self.outputs.append(output)  # checked with the notebook, when that is written

    def show(self, data: dict[str, Any], metadata: dict[str, Any], display_id: str | None, *, update: bool) -> None:
        """Record what `display` was given, or change what it showed under the same id."""
        known = self._by_id.setdefault(display_id, []) if display_id else []
        if update:
            for output in known:
                output["data"], output["metadata"] = _as_text(data), metadata
            return
        self.add("display_data", data=_as_text(data), metadata=metadata)
        known.append(self.outputs[-1])

    def clear(self, *, wait: bool) -> None:
        """Forget the cell's outputs, at once or when the next one comes."""
        if wait:
            self._clear_next = True
        else:
            self.outputs.clear()


def _as_text(data: dict[str, Any]) -> dict[str, Any]:
    """Pictures as base64, as a kernel sends them."""
    return {
        kind: base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value
        for kind, value in data.items()
    }


class _Result(DisplayHook):
    """What a cell's last line gives."""

    @property
    def recording(self) -> Recording:
        return cast("NotebookShell", self.shell).recording

    def write_output_prompt(self) -> None:
        """There is no prompt in a notebook."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        self.recording.add(
            "execute_result",
            data=_as_text(format_dict),
            metadata=md_dict or {},
            execution_count=self.recording.count,
        )

    def finish_displayhook(self) -> None:
        """Nothing was printed that would need an end."""

    def flush(self) -> None:
        """Results go with the shell; `isolated` collects what is left, once a run."""


class _Publisher(DisplayPublisher):
    """What a cell shows with `display`."""

    def publish(
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        source: object = None,  # noqa: ARG002 - IPython no longer uses it
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **_: Any,  # noqa: ANN401 - what IPython may pass besides
    ) -> None:
        self.shell.recording.show(data, metadata or {}, (transient or {}).get("display_id"), update=update)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.recording.clear(wait=wait)


class NotebookShell(InteractiveShell):
    """A shell for one notebook; `opened` makes it and puts it away again."""

    recording: Recording

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        self.recording.add("error", ename=etype.__name__, evalue=str(evalue), traceback=list(stb))

    def init_history(self) -> None:
        """Keep no history on disk."""
        self.config.HistoryManager.enabled = False
        super().init_history()  # type: ignore[no-untyped-call]  # IPython is typed in part


@contextmanager
def opened() -> Iterator[NotebookShell]:
    """A fresh shell with a namespace of its own, as the one that `display` and `get_ipython` find."""
    before = InteractiveShell._instance  # noqa: SLF001 - there is no other way to lay a singleton aside
    main = sys.modules.get("__main__")
    hooks = sys.displayhook, sys.excepthook
    _forget_singleton()
    shell = NotebookShell.instance(displayhook_class=_Result, display_pub_class=_Publisher)
    shell.recording = Recording()
    try:
        yield shell
    finally:
        atexit.unregister(shell.atexit_operations)
        shell.atexit_operations()  # type: ignore[no-untyped-call]  # IPython is typed in part
        shell.restore_sys_module_state()  # type: ignore[no-untyped-call]  # IPython is typed in part
        NotebookShell.clear_instance()
        _forget_singleton()
        if before is not None:
            type(before)._instance = InteractiveShell._instance = before  # noqa: SLF001 - as above
        if main is not None:
            sys.modules["__main__"] = main
        sys.displayhook, sys.excepthook = hooks


def _forget_singleton() -> None:
    for kind in (NotebookShell, InteractiveShell):
        kind._instance = None  # noqa: SLF001 - as above


@contextmanager
def captured(recording: Recording) -> Iterator[None]:
    """Everything that is written to the standard streams goes to a recording, by programs and C libraries too."""
    with ExitStack() as stack:
        recording.below = {
            name: stack.enter_context(_descriptor_in_file(number))
            for name, number in _STREAMS.items()
            if _is_open(number)
        }
        stack.enter_context(redirect_stdout(_Stream(recording, "stdout")))
        stack.enter_context(redirect_stderr(_Stream(recording, "stderr")))
        yield
        recording.flush()


@contextmanager
def _descriptor_in_file(number: int) -> Iterator[io.BufferedRandom]:
    with tempfile.TemporaryFile("w+b") as file:
        kept = os.dup(number)
        try:
            os.dup2(file.fileno(), number)
            yield file
        finally:
            os.dup2(kept, number)
            os.close(kept)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:  # a window without a console has no such stream
        return False
    return True


class _Stream(io.TextIOBase):
    """One of Python's own streams."""

    encoding = "utf-8"

    def __init__(self, recording: Recording, name: str) -> None:
        self._recording = recording
        self.name = name

    def write(self, text: str, /) -> int:
        if text:
            self._recording.add("stream", name=self.name, text=text)
        return len(text)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        """The descriptor under it, for programs that are started from a cell."""
        return _STREAMS[self.name]
