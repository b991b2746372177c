"""Runs gdb on a process, by its machine interface (MI)."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

__all__ = ["Gdb", "GdbError"]

_PATIENCE = 30.0
_AFTER_INTERRUPT = 5.0
_CHUNK = 2048
# Each is an option of its own: gdb reports one that it does not know, and continues.
_SETTINGS = (
    "set confirm off",
    "set auto-load off",
    "set debuginfod enabled off",
    # No symbols are needed, and to read them takes time in which the process stands still.
    "set auto-solib-add off",
    "set exec-file-mismatch off",
    # If a signal stops a call, the thread continues as if there had been no call.
    "set unwindonsignal on",
    "set breakpoint pending off",
)
_NOT_FOR_GDB = re.compile("PYTHON|DEBUGINFOD").match
# The process gets its signals at once; only those that a call may cause end it. SIGWINCH is for
# ending a call that does not return: by default, a process ignores it.
_PASSED = "nostop noprint pass"
_STOPPING = "SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT"


class GdbError(Exception):
    """Gdb refused a command, or does not answer."""


class Gdb:
    """A gdb that is attached to a process, which stands still while this is open."""

    def __init__(self, program: str, pid: int) -> None:
        self._pid = pid
        self._token = 0
        self._unread = b""
        settings = [word for line in _SETTINGS for word in ("-iex", line)]
        # Variables for this Python would stop the one in gdb; servers of symbols take time.
        kept = {name: value for name, value in os.environ.items() if not _NOT_FOR_GDB(name)}
        # It would take Ctrl-C in a terminal as a command to itself.
        self._process = subprocess.Popen(
            [program, "-nx", "-q", "--interpreter=mi2", *settings, f"/proc/{pid}/exe"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd="/",
            env={**kept, "LC_ALL": "C"},
            start_new_session=True,
        )
        try:
            self._console(f"handle all {_PASSED}")
            self._console(f"handle SIGINT {_PASSED}")
            for name in _STOPPING:
                self._console(f"handle {name} stop print pass")
            self._console("handle SIGWINCH stop print nopass")
            self._ask(f"-target-attach {pid}")
            self._select_main_thread()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Gdb:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def position(self) -> int:
        """Return the address of the instruction at which the main thread stands."""
        return self._number(self._ask("-data-evaluate-expression (long)$pc"))

    def run_alone(self, alone: bool) -> None:
        """Whether the other threads stand still while the main thread runs."""
        self._ask(f"-gdb-set scheduler-locking {'on' if alone else 'off'}")

    def step(self) -> int:
        """Run one instruction of the main thread; return its new position."""
        self._ask("-exec-step-instruction")
        try:
            said = self._line(lambda line: line.startswith("*stopped"), _PATIENCE)
        except TimeoutError:
            raise GdbError("gdb did not answer in time") from None
        found = re.search(r'frame=\{addr="(0x[0-9a-f]+)"', said)
        if found is None:
            raise GdbError(f"the process stopped with {said!r}")
        return int(found[1], 0)

    def call(self, address: int, returns: str, takes: str, arguments: str) -> int:
        """Call a C function in the main thread; return its result."""
        function = f"(({returns}(*)({takes})){address:#x})"
        return self._number(
            self._ask(f'-data-evaluate-expression "(long){function}({arguments})"')
        )

    def read(self, address: int, size: int) -> bytes:
        """Read memory."""
        said = self._ask(f"-data-read-memory-bytes {address:#x} {size}")
        found = re.search(r'contents="([0-9a-f]*)"', said)
        content = bytes.fromhex(found[1]) if found else b""
        if len(content) != size:
            raise GdbError(f"the memory at {address:#x} cannot be read")
        return content

    def write(self, address: int, content: bytes) -> None:
        """Write to memory."""
        for start in range(0, len(content), _CHUNK):
            part = content[start : start + _CHUNK].hex()
            self._ask(f"-data-write-memory-bytes {address + start:#x} {part}")

    def close(self) -> None:
        """Let the process continue, and end gdb."""
        with suppress(GdbError, OSError):
            self._ask("-target-detach")
        with suppress(OSError):
            self._send("-gdb-exit")
        assert self._process.stdin is not None and self._process.stdout is not None
        # At the end of its commands gdb lets the process continue too.
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def _select_main_thread(self) -> None:
        threads = self._ask("-thread-info")
        for number, target in re.findall(r'\{id="(\d+)",target-id="([^"]*)"', threads):
            if re.search(rf"\b(?:LWP|process) {self._pid}\b", target):
                self._ask(f"-thread-select {number}")
                return
        raise GdbError("its main thread has ended")

    def _console(self, command: str) -> None:
        self._ask(f'-interpreter-exec console "{command}"')

    def _ask(self, command: str) -> str:
        """Return the answer to a command."""
        token = self._send(command)

        def is_answer(line: str) -> bool:
            return line.startswith(f"{token}^")

        try:
            said = self._line(is_answer, _PATIENCE)
        except TimeoutError:
            # Only a call, which has the process run, can take so long.
            with suppress(OSError):
                os.kill(self._pid, signal.SIGWINCH)
            with suppress(TimeoutError):
                self._line(is_answer, _AFTER_INTERRUPT)
            raise GdbError("gdb did not answer in time") from None
        kind, _, rest = said.partition("^")[2].partition(",")
        if kind == "error":
            found = re.search(r'msg="((?:[^"\\]|\\.)*)"', rest)
            raise GdbError(found[1].replace('\\"', '"') if found else rest)
        return rest

    def _send(self, command: str) -> int:
        self._token += 1
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{self._token}{command}\n".encode("ascii"))
        except OSError as error:
            raise GdbError(f"gdb has ended ({error.strerror})") from None
        return self._token

    def _line(self, is_wanted: Callable[[str], bool], timeout: float) -> str:
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        ready = select.poll()
        ready.register(descriptor, select.POLLIN)
        deadline = time.monotonic() + timeout
        while True:
            line, newline, rest = self._unread.partition(b"\n")
            if newline:
                self._unread = rest
                text = line.decode("utf-8", "replace")
                if is_wanted(text):
                    return text
                continue
            left = deadline - time.monotonic()
            if left <= 0 or not ready.poll(left * 1000):
                raise TimeoutError
            chunk = os.read(descriptor, 1 << 16)
            if not chunk:
                raise GdbError("gdb has ended")
            self._unread += chunk

    @staticmethod
    def _number(said: str) -> int:
        found = re.search(r'value="(-?(?:0x[0-9a-f]+|\d+))', said)
        if found is None:
            raise GdbError(f"gdb answered {said!r}")
        return int(found[1], 0)
