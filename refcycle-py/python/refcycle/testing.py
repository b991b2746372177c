"""Assertions for tests: a block creates no cyclic garbage, an object is freed."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, ContextDecorator, contextmanager
from types import TracebackType
from typing import Any, TypeVar, overload

from refcycle._arguments import check_call
from refcycle._cycles.reports import failure_on, report_on
from refcycle._refcycle import ObjectGraph, garbage_preview, object_name, snapshot
from refcycle._text.escapes import escaped
from refcycle._text.signatures import allowed_signatures

__all__ = ["ObjectWatch", "RefcycleMixin", "Watch", "assert_freed", "assert_no_cycles"]

_T = TypeVar("_T")


@overload
def assert_no_cycles(
    callable: None = None, *, allow: Iterable[str] = ()
) -> AbstractContextManager[None]: ...


@overload
def assert_no_cycles(callable: Callable[[], _T], *, allow: Iterable[str] = ()) -> _T: ...


def assert_no_cycles(
    callable: Callable[[], _T] | None = None, *, allow: Iterable[str] = ()
) -> _T | AbstractContextManager[None]:
    """Assert that a block, or the call of `callable`, leaves no cyclic garbage behind.

    Without a callable, this is a context manager, and can be called as a decorator; with one, it
    returns the callable's result. A cycle through this result counts, because it will be garbage
    when you drop the result. The `AssertionError` names a shortest cycle of each kind by its
    signature, what to cut, and, if `tracemalloc` is tracing, where an object of it was allocated.
    `allow` contains signatures that are allowed, or is a single one: see `Cycle.signature`.
    `TypeError` if it is anything else.

    Earlier garbage does not count; blocks may be nested. The collector is off in the block; its
    state is restored afterwards. No finalizer runs: the garbage is examined with two calls of
    `garbage_preview`, each of which takes about as long as a collection. An exception of the block
    is passed on. Garbage that other threads create meanwhile counts too.

    >>> import refcycle
    >>> with refcycle.assert_no_cycles():
    ...     numbers = [1, 2]
    >>> def careless():
    ...     numbers = []
    ...     numbers.append(numbers)
    >>> refcycle.assert_no_cycles(careless)
    Traceback (most recent call last):
        ...
    AssertionError: garbage left behind: list[*]   (1 object)
        to cut it: ...
    >>> refcycle.assert_no_cycles(careless, allow=["list[*]"])
    """
    __tracebackhide__ = True
    allowed = allowed_signatures(allow)
    if callable is None:
        return _NoCycles(allowed)
    check_call("callable", callable)
    return _result_of(callable, allowed)


def _result_of(make: Callable[[], _T], allowed: Collection[str]) -> _T:
    """Call a function, and assert that it leaves no cyclic garbage, nor will its result."""
    __tracebackhide__ = True
    with _without_collector():
        # Earlier garbage is not garbage as long as it is held.
        before = garbage_preview()
        # The result must not be held while the garbage is examined, but is needed afterwards. So
        # only garbage holds it meanwhile.
        box: list[Any] = [make()]
        box.append(box)
        own = id(box)
        del box
        garbage = garbage_preview()
        [box] = [obj for obj in garbage.find_by_typename("list") if id(obj) == own]
        reports = report_on(garbage, allowed, lambda cycle: cycle.objects[0] is box)
        result: _T = box[0]
        del box[:], garbage, before
    if reports:
        raise AssertionError(failure_on(reports))
    return result


@contextmanager
def _without_collector() -> Iterator[None]:
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        (gc.enable if was_enabled else gc.disable)()


class _NoCycles(ContextDecorator, AbstractContextManager[None]):
    """Asserts that a block leaves no cyclic garbage behind.

    It is a class so that a traceback of pytest ends in the block itself.
    """

    def __init__(self, allowed: Collection[str]) -> None:
        self._allowed = allowed
        self._was_enabled = True
        self._before: ObjectGraph | None = None

    def _recreate_cm(self) -> _NoCycles:
        """Return one for a call of the function that this one decorates."""
        return _NoCycles(self._allowed)

    def __enter__(self) -> None:
        self._was_enabled = gc.isenabled()
        gc.disable()
        try:
            # Earlier garbage is not garbage as long as it is held.
            self._before = garbage_preview()
        except BaseException:
            self._end()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        __tracebackhide__ = True
        try:
            found = [] if kind is not None else report_on(garbage_preview(), self._allowed)
        finally:
            self._end()
        if found:
            raise AssertionError(failure_on(found))

    def _end(self) -> None:
        self._before = None
        (gc.enable if self._was_enabled else gc.disable)()


class ObjectWatch:
    """Remembers objects that should be freed, without keeping them alive.

    `with assert_freed() as watch` returns one: call it with an object.
    """

    def __init__(self) -> None:
        self._references: list[weakref.ref[Any]] = []

    def __call__(self, obj: _T) -> _T:
        """Remember an object, and return it. TypeError if it cannot have weak references."""
        self._references.append(_weak_reference(obj))
        return obj

    def check(self, *, collect: bool = True) -> None:
        """Assert that all of them are freed, as `assert_freed` does."""
        __tracebackhide__ = True
        _check(self._references, collect)


Watch = ObjectWatch  # its former name


@overload
def assert_freed(*, collect: bool = True) -> AbstractContextManager[ObjectWatch]: ...


@overload
def assert_freed(
    target: weakref.ref[Any] | Callable[[], object],
    /,
    *targets: weakref.ref[Any] | Callable[[], object],
    collect: bool = True,
) -> None: ...


def assert_freed(
    *targets: weakref.ref[Any] | Callable[[], object], collect: bool = True
) -> AbstractContextManager[ObjectWatch] | None:
    """Assert that objects are freed once they are no longer needed here.

    An argument would keep its object alive. So pass

    - a weak reference: `ref = weakref.ref(window); del window; assert_freed(ref)`;
    - a function that creates the object and returns it, or several in a list or tuple:
      `assert_freed(lambda: open_and_close())`; a class works too;
    - or no argument, and use a block, which must release the object before its end:

          with assert_freed() as watch:
              window = watch(Window())
              window.close()
              del window

    The `AssertionError` shows what keeps the object alive, as `why` does. With `collect`, a
    collection runs first if the object is still alive; with `collect=False`, the object must be
    freed without one, and the message says if only a cycle holds it. TypeError for an object
    itself, and for one that cannot have weak references, such as a list. Fast if the object is
    freed; otherwise it takes a snapshot.

    >>> import refcycle
    >>> class Window:
    ...     opened = []
    ...     def __init__(self):
    ...         self.opened.append(self)
    >>> refcycle.assert_freed(set)
    >>> refcycle.assert_freed(Window)
    Traceback (most recent call last):
        ...
    AssertionError: Window is not freed: ...
    ...
    """
    __tracebackhide__ = True
    if not targets:
        return _Freed(collect)
    watch = ObjectWatch()
    references: list[weakref.ref[Any]] = []
    for target in targets:
        if issubclass(type(target), weakref.ref):
            references.append(target)  # type: ignore[arg-type]
        elif _is_callable(target):
            _watch_results(watch, target)
        else:
            raise TypeError(
                f"assert_freed would keep this object of type {_type_name(target)} alive: pass "
                "weakref.ref(obj) and delete obj, or pass a function that creates it"
            )
    _check([*references, *watch._references], collect)
    return None


class _Freed(AbstractContextManager[ObjectWatch]):
    """Asserts that the objects that a block remembers are freed at its end."""

    def __init__(self, collect: bool) -> None:
        self._collect = collect
        self._watch = ObjectWatch()

    def __enter__(self) -> ObjectWatch:
        return self._watch

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        __tracebackhide__ = True
        if kind is None:
            self._watch.check(collect=self._collect)


def _is_callable(target: object) -> bool:
    return callable(target)


def _watch_results(watch: ObjectWatch, make: Callable[[], object]) -> None:
    __tracebackhide__ = True
    made: Any = make()
    is_several = type(made) is list or type(made) is tuple
    for obj in made if is_several else (made,):
        watch(obj)


def _weak_reference(obj: _T) -> weakref.ref[_T]:
    try:
        return weakref.ref(obj)
    except TypeError:
        raise TypeError(
            f"an object of type {_type_name(obj)} cannot have weak references: watch an object "
            "that holds it"
        ) from None


def _type_name(obj: object) -> str:
    return escaped(str(object_name(type(obj)).name))


def _check(references: Iterable[weakref.ref[Any]], collect: bool) -> None:
    __tracebackhide__ = True
    held = [reference for reference in references if reference() is not None]
    if held and collect:
        gc.collect()
        held = [reference for reference in held if reference() is not None]
    messages = [message for message in map(_message_on_held, held) if message]
    if messages:
        raise AssertionError("\n".join(messages))


def _message_on_held(reference: weakref.ref[Any]) -> str:
    """Return why an object is alive; an empty string if it is freed after all."""
    # Before this function holds the object itself.
    garbage = garbage_preview()
    if reference() in garbage:
        around = garbage.ancestors(reference())
        what = f"{_type_name(reference())} waits for the collector, because only cycles hold it"
        return f"{what}; {failure_on(report_on(around))}"
    del garbage
    # Not stored in a variable of this frame, which is in the snapshot: that would be a cycle.
    return _why_held(snapshot(), reference) or _why_held(snapshot(untracked=True), reference)


def _why_held(graph: ObjectGraph, reference: weakref.ref[Any]) -> str:
    """Return why the object is alive; an empty string if it is freed or not in the graph."""
    obj = reference()
    if obj is None or obj not in graph:
        return ""
    why = graph.why(obj)
    # The first line names the signature: a test runner may show no more.
    holder = escaped(why.chains[0].signature) if why.chains else "see below"
    return f"{_type_name(obj)} is not freed: {holder}\n{why.to_text()}"


class RefcycleMixin:
    """The assertions as methods, for a `unittest.TestCase`.

    >>> import unittest
    >>> class TestWindows(RefcycleMixin, unittest.TestCase):
    ...     refcycle_allow = ("app.Known.itself",)
    ...     def test_windows(self):
    ...         with self.assertNoCycles():
    ...             list(range(3))
    ...         self.assertFreed(set)
    >>> TestWindows("test_windows").run().wasSuccessful()
    True

    Attributes:
        refcycle_allow: Signatures that `assertNoCycles` allows in addition to its own.
    """

    refcycle_allow: Iterable[str] = ()

    def assertNoCycles(self, *, allow: Iterable[str] = ()) -> AbstractContextManager[None]:
        """Assert that a block leaves no cyclic garbage behind: see `assert_no_cycles`."""
        __tracebackhide__ = True
        always = allowed_signatures(self.refcycle_allow, "refcycle_allow")
        return assert_no_cycles(allow=always | allowed_signatures(allow))

    def assertFreed(
        self, *targets: weakref.ref[Any] | Callable[[], object], collect: bool = True
    ) -> AbstractContextManager[ObjectWatch] | None:
        """Assert that objects are freed: see `assert_freed`."""
        __tracebackhide__ = True
        return assert_freed(*targets, collect=collect)
