"""Objects that should be freed: what is still alive when its time is over is reported.

`refcycle.expect_freed(obj)` remembers an object without keeping it alive. It is cheap enough for
production: nothing is examined as long as the objects are freed in time.

>>> import refcycle
>>> from refcycle.expectations import Expectations
>>> class Request: pass
>>> kept = [Request()]
>>> expectations = Expectations(report=lambda found: print(found.count, found.note))
>>> expectations.expect_freed(kept[0], within=0, note="request 17")
>>> [found] = expectations.check()
1 request 17
>>> found.signature.endswith("list[*] -> refcycle.expectations.Request")
True
"""

from __future__ import annotations

import itertools
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from refcycle._arguments import check_call, check_flags, check_seconds, index_of, wrong_type
from refcycle._background import Background
from refcycle._dumps.hooks import Closing
from refcycle._dumps.limits import Limit
from refcycle._dumps.new_files import complain, new_path, say, writable_directory
from refcycle._objects.expected import (
    Expected,
    ExpectedMark,
    no_weak_references,
    type_name_of,
)
from refcycle._objects.requests import requests_of
from refcycle._refcycle import ObjectGraph, snapshot
from refcycle._text.escapes import escaped
from refcycle._text.numbers import counted, size_text
from refcycle._why.redaction import redacted_fixes, redacted_signature, redacted_type

if TYPE_CHECKING:
    from _typeshed import StrPath

    from refcycle.holder_groups import HolderGroup

__all__ = ["Counts", "Expectations", "NotFreed", "configure", "default", "expect_freed"]

_WITHIN = 30.0
_PAUSE = 60.0
# A check may take this share of the time.
_SHARE = 0.01
# Of each check, the groups that have a chain.
_MOST_CHAINS = 10
# The signatures that are remembered, so that each is reported as new once.
_MOST_SIGNATURES = 1000
_UNSEEN = "unknown: refcycle does not see the object"


class NotFreed(NamedTuple):
    """Objects that were not freed in time and are held in the same way.

    It has texts and numbers, and keeps no object alive.

    Attributes:
        type_name: The type of the example, with its module.
        signature: The signature of the chain that holds them: see
            `refcycle.holder_groups.HolderGroup`.
        count: The number of these objects.
        retained_size: The bytes that would be freed with them, of objects that the collector
            tracks: without strings, numbers and buffers such as a bytearray. `to_text` therefore
            says "at least".
        note: The note of the example, as passed to `expect_freed`.
        is_garbage: Whether only cycles hold them: they wait for the next collection.
        is_new: Whether these expectations have not reported the signature before.
        chain: How the example is held, as `why` shows it, with the fixes. With `redact`, only the
            fixes that show nothing that a redacted file hides. Empty after the first ten groups of
            a check.
    """

    type_name: str
    signature: str
    count: int  # type: ignore[assignment]  # a tuple has a method of this name
    retained_size: int
    note: str
    is_garbage: bool
    is_new: bool
    chain: str

    def to_text(self) -> str:
        """Return the report as a text: a line, and the chain below it."""
        objects = counted(self.count, f"{self.type_name} object")
        state = "garbage that waits for the collector" if self.is_garbage else "not freed in time"
        note = f" ({self.note})" if self.note else ""
        size = size_text(self.retained_size)
        title = f"{objects}{note} {state}, at least {size} retained: {self.signature}"
        return "\n".join(filter(None, (escaped(title), self.chain)))


class Counts(NamedTuple):
    """The numbers of objects since the start of the process.

    `expected` is the sum of the other numbers of objects, and of those that were alive when
    `Expectations.close` was called.

    Attributes:
        expected: Objects that `expect_freed` was called with.
        freed: Those that were freed before they were reported, or sessions that were used again.
        waiting: Those that are alive and whose time is not over or that were not yet examined.
        not_freed: Those that something held after their time.
        garbage: Those that only cycles held after their time.
        checks: How often the heap was examined.
    """

    expected: int
    freed: int
    waiting: int
    not_freed: int
    garbage: int
    checks: int


class Expectations(Closing):
    """Remembers objects that should be freed, and reports those that are not.

    `refcycle.expect_freed` uses one for the whole process, which `configure` changes. Others are
    for tests and for parts of a program. They examine nothing until `check` is called, unless
    `thread` is True: then a daemon thread calls `check` when the time of an object is over. It
    sleeps as long as nothing is due.

    A check takes a snapshot of the tracked objects, only if an object is overdue, and not more
    often than every `pause` seconds, nor than that all checks take 1 % of the time. Other threads
    wait meanwhile for about a tenth of a second for a million objects. As with each snapshot, an
    object whose last reference is dropped during the check is finalized at its end, in the thread
    of the check.

    `report` is called with a `NotFreed` for each group of a check; without it, new signatures are
    logged as warnings of the logger `refcycle`, others are only counted. An exception of `report`
    is printed in one line. With `dump_to`, a folder, a new signature other than garbage also
    causes a dump, at most `most_dumps` and one per hour. Unless `redact` is False, dumps are
    redacted, and reports have `?` or `(type)` in place of names that a redacted file hides, and no
    fix that shows one. The note is shown as it is.

    A fork of the process starts without expectations and with counts of 0. At the end of the
    process, nothing is reported.

    TypeError and ValueError for unusable arguments, OSError if no files can be written to
    `dump_to`.
    """

    __slots__ = (
        "_background",
        "_calls",
        "_check_lock",
        "_checks",
        "_clock",
        "_counted",
        "_discard",
        "_dump_limit",
        "_dump_to",
        "_examined_now",
        "_forgotten",
        "_freed",
        "_garbage",
        "_not_before",
        "_not_freed",
        "_pause",
        "_pending",
        "_reads",
        "_redact",
        "_report",
        "_seen",
        "_shortest",
        "_thread",
    )

    def __init__(
        self,
        *,
        report: Callable[[NotFreed], object] | None = None,
        dump_to: StrPath | None = None,
        most_dumps: int = 3,
        redact: bool = True,
        pause: float = _PAUSE,
        thread: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        check_flags(thread=thread)
        check_call("clock", clock)
        self._clock = clock
        self._thread = thread
        self._pending: set[Expected] = set()
        self._discard = self._pending.discard
        self._background = Background("refcycle expect_freed", self._work, self._be_forked)
        self._not_before = -float("inf")
        self._begin()
        self.configure(
            report=report, dump_to=dump_to, most_dumps=most_dumps, redact=redact, pause=pause
        )

    def configure(
        self,
        *,
        report: Callable[[NotFreed], object] | None = None,
        dump_to: StrPath | None = None,
        most_dumps: int = 3,
        redact: bool = True,
        pause: float = _PAUSE,
    ) -> None:
        """Replace these options by new ones; options that are not passed get their defaults."""
        if report is not None:
            check_call("report", report)
        check_flags(redact=redact)
        check_seconds("pause", pause)
        limit = Limit(index_of("most_dumps", most_dumps), 3600.0, clock=self._clock)
        self._dump_to = None if dump_to is None else writable_directory(dump_to)
        self._dump_limit = limit
        self._report = report
        self._redact = redact
        self._pause = pause

    def _begin(self) -> None:
        """Begin without expectations and counts."""
        self._pending.clear()
        self._calls = itertools.count()
        self._reads = 0
        # A finalizer may call `counts` or `check` while this thread does.
        self._counted = threading.RLock()
        self._check_lock = threading.RLock()
        self._shortest = float("inf")
        self._freed = self._not_freed = self._garbage = self._checks = self._forgotten = 0
        self._examined_now = 0
        self._seen: set[str] = set()

    def expect_freed(self, obj: object, *, within: float = _WITHIN, note: str = "") -> None:
        """Expect an object to be freed: see `refcycle.expect_freed`."""
        self._expect(obj, within, note)

    def _expect(
        self, obj: object, within: float, note: str, kind: type[Expected] = Expected
    ) -> Expected:
        if type(note) is not str:
            raise wrong_type("note", "a str", note)
        try:
            if not within >= 0:
                raise ValueError(f"within is {within}: it must be 0 seconds or more")
            deadline = self._clock() + within
        except TypeError:
            raise wrong_type("within", "a number", within) from None
        try:
            expected = kind(obj, self._discard)
        except TypeError:
            raise TypeError(no_weak_references(obj)) from None
        expected.deadline = deadline
        expected.note = note
        # In this order, an object never counts as freed before it is: see `counts`.
        self._pending.add(expected)
        next(self._calls)
        if within < self._shortest:
            self._shorten(within)
        return expected

    def _withdraw(self, expected: Expected) -> None:
        """Expect nothing of an object any more: it counts as freed."""
        self._pending.discard(expected)

    def _shorten(self, within: float) -> None:
        """Start the thread, or let it plan anew: no earlier time was as short as this one."""
        self._shortest = within
        if not self._thread:
            return
        if self._background.is_running:
            self._background.wake()
        elif not self._background.start() and not sys.is_finalizing():
            say(
                "expect_freed cannot start a thread here, so nothing is checked: call "
                "refcycle.expectations.default.check() from time to time"
            )

    @property
    def counts(self) -> Counts:
        """The numbers of objects so far."""
        with self._counted:
            # Each look at the number takes one.
            self._reads += 1
            expected = next(self._calls) - (self._reads - 1)
            # Objects move from one number to the next. In this order, one may count twice, but
            # none is missed and taken for freed.
            waiting = len(self._pending)
            examined = self._examined_now
            not_freed, garbage = self._not_freed, self._garbage
            freed = expected - waiting - examined - not_freed - garbage - self._forgotten
            self._freed = max(self._freed, freed)
            return Counts(
                expected, self._freed, waiting + examined, not_freed, garbage, self._checks
            )

    def check(self) -> tuple[NotFreed, ...]:
        """Examine what is overdue now; report it and return the reports, a tuple of `NotFreed`.

        Takes a snapshot if something is overdue. Each object is reported once.
        """
        with self._check_lock:
            if self._examined_now:
                return ()
            now = self._clock()
            # A copy is made in one step: objects may be freed at any time.
            due = [expected for expected in self._pending.copy() if expected.deadline <= now]
            if not due:
                return ()
            due.sort(key=lambda expected: expected.deadline)
            self._examined_now = len(due)
            self._pending.difference_update(due)
            self._checks += 1
            try:
                found = self._examined(due)
            except BaseException:
                # For the next check. What was freed meanwhile is left out there.
                self._pending.update(due)
                raise
            finally:
                self._examined_now = 0
            self._not_before = self._clock() + max(
                self._pause, (self._clock() - now) * (1 / _SHARE - 1)
            )
        for each in found:
            self._tell(each)
        if any(each.is_new and not each.is_garbage for each in found):
            self._dump()
        return found

    def close(self) -> None:
        """Forget what was expected, and end the thread.

        Objects that are alive then count as expected, and as nothing else.
        """
        self._background.stop()
        with self._counted:
            forgotten = self._pending.copy()
            self._forgotten += len(forgotten)
            self._pending.difference_update(forgotten)
        self._shortest = float("inf")

    def _examined(self, due: list[Expected]) -> tuple[NotFreed, ...]:
        # Not stored in a variable of this frame, which is in the snapshot: that would be a cycle.
        found, unseen = self._groups_in(snapshot(), due)
        if unseen:
            others, unseen = self._groups_in(snapshot(untracked=True), unseen)
            found += others
        for expected in unseen:
            obj = expected()
            if obj is not None:
                name = self._type_of(obj)
                row = NotFreed(name, _UNSEEN, 1, 0, expected.note, False, False, "")
                found.append(self._counted_one(row))
        return tuple(found)

    def _type_of(self, obj: object) -> str:
        name = type_name_of(obj)
        return redacted_type(obj, name) if self._redact else name

    def _groups_in(
        self, graph: ObjectGraph, due: Iterable[Expected]
    ) -> tuple[list[NotFreed], list[Expected]]:
        """Return the reports on objects of a snapshot, and what of `due` is not in it."""
        # Not before the snapshot, in which these variables would hold the objects.
        alive = [(expected, obj) for expected in due if (obj := expected()) is not None]
        unseen = [expected for expected, obj in alive if obj not in graph]
        inside = [(expected, obj) for expected, obj in alive if obj in graph]
        if not inside:
            return [], unseen
        marks = [pair for pair in inside if type(pair[0]) is ExpectedMark]
        others = [pair for pair in inside if type(pair[0]) is not ExpectedMark]
        objects = [obj for _, obj in others]
        if marks:
            objects += requests_of(graph, (mark for _, mark in marks))
        notes = {
            id(obj): expected.note
            for obj, (expected, _) in zip(objects, others + marks, strict=True)
        }
        groups = graph.why_all(objects, limit=_MOST_CHAINS).groups
        rows = [self._row_of(group, notes[id(group.example)]) for group in groups]
        return [self._counted_one(row) for row in rows], unseen

    def _row_of(self, group: HolderGroup, note: str) -> NotFreed:
        why, signature, lines = group.why, group.signature, []
        if self._redact:
            signature = redacted_signature(signature, why)
        if why is not None:
            lines = redacted_fixes(why) if self._redact else why.lines(ascii=True)[1:]
        chain = "\n".join(escaped(line.branches + line.text) for line in lines)
        return NotFreed(
            self._type_of(group.example),
            signature,
            group.count,
            group.retained_size,
            note,
            group.is_garbage,
            False,
            chain,
        )

    def _counted_one(self, row: NotFreed) -> NotFreed:
        if row.is_garbage:
            self._garbage += row.count
        else:
            self._not_freed += row.count
        is_new = row.signature not in self._seen and len(self._seen) < _MOST_SIGNATURES
        if is_new:
            self._seen.add(row.signature)
        return row._replace(is_new=is_new)

    def _tell(self, found: NotFreed) -> None:
        try:
            if self._report is not None:
                self._report(found)
            elif found.is_new:
                import logging  # now: most processes have nothing to report

                logging.getLogger("refcycle").warning("%s", found.to_text())
        except Exception as error:
            say(f"the report of expect_freed failed with {type(error).__name__}: {error}")

    def _dump(self) -> None:
        if self._dump_to is None or self._dump_limit.reason_against():
            return
        from refcycle.dumping import dump_new  # later: most processes need none

        try:
            dump_new(new_path(self._dump_to), redact=self._redact, untracked=True)
        except Exception as error:
            complain(self._dump_to, error)

    def _work(self) -> float:
        """Check what is due; return the seconds until something may be due."""
        try:
            if self._clock() >= self._not_before:
                self.check()
        except Exception as error:  # such as a MemoryError
            say(f"expect_freed could not check: {type(error).__name__}: {error}")
            self._not_before = self._clock() + self._pause
        now = self._clock()
        # What is expected meanwhile is due after the shortest time.
        nearest = min(
            (expected.deadline for expected in self._pending.copy()), default=float("inf")
        )
        return max(min(nearest, now + self._shortest), self._not_before) - now

    def _be_forked(self, was_running: bool) -> None:
        # The copies of other threads' objects are never freed here.
        self._begin()


default = Expectations(thread=True)
"""The `Expectations` of `refcycle.expect_freed`."""


def expect_freed(obj: object, *, within: float = _WITHIN, note: str = "") -> None:
    """Expect that an object is freed within some seconds, and report it if it is not.

    Only a weak reference is kept. When the time is over, a daemon thread examines what is still
    alive: see `refcycle.expectations.Expectations`. Each object is reported once, with the
    signature of the chain that holds it. By default, the report is a warning of the logger
    `refcycle`, the first time that a signature occurs; `refcycle.expectations.configure` passes
    reports to a function or writes dumps. `note` is a text that the report shows, as the request
    that the object belongs to. Nothing runs if the object is freed in time.

    A call takes about a microsecond, and 200 bytes until the object is freed. Call it when the
    object should no longer be needed: at the end of a request, or when a window is closed.

    TypeError if the object cannot have weak references, as a list, or an object of a class whose
    `__slots__` have no `__weakref__`; also if `note` is not a str. ValueError if `within` is less
    than 0.

    >>> import refcycle
    >>> class Request: pass
    >>> request = Request()
    >>> refcycle.expect_freed(request, within=30, note="request 17")
    >>> del request
    >>> refcycle.expect_freed([])
    Traceback (most recent call last):
    TypeError: an object of type list cannot have weak references, because list has no ...
    """
    default._expect(obj, within, note)


def configure(
    *,
    report: Callable[[NotFreed], object] | None = None,
    dump_to: StrPath | None = None,
    most_dumps: int = 3,
    redact: bool = True,
    pause: float = _PAUSE,
) -> None:
    """Set what `refcycle.expect_freed` does with objects that are not freed.

    The options are those of `Expectations`. Options that are not passed get their defaults.

    >>> import refcycle.expectations
    >>> found = []
    >>> refcycle.expectations.configure(report=found.append)
    >>> refcycle.expectations.configure()
    """
    default.configure(
        report=report, dump_to=dump_to, most_dumps=most_dumps, redact=redact, pause=pause
    )
