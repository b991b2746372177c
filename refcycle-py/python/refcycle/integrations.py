"""Requests, tasks and sessions that should be freed, for web frameworks, Celery and SQLAlchemy.

Each of these calls `refcycle.expect_freed` at the right time. None of them imports a library that
the program does not use.

>>> from refcycle.integrations import WSGIMiddleware
>>> def application(environ, start_response):
...     start_response("200 OK", [])
...     return [b"hello"]
>>> application = WSGIMiddleware(application, within=30)
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any, TypeVar

from refcycle._arguments import check_call, check_seconds
from refcycle._dumps.hooks import Closing
from refcycle._objects.expected import ExpectedMark
from refcycle.expectations import Expectations, default

__all__ = [
    "ASGIMiddleware",
    "CeleryTasks",
    "DjangoMiddleware",
    "RequestMark",
    "SQLAlchemySessions",
    "WSGIMiddleware",
    "expect_sessions_freed",
    "expect_tasks_freed",
]

_WITHIN = 30.0
_A = TypeVar("_A", bound=Callable[..., Any])
_SESSION_WITHIN = 300.0
# The key of the mark in the dict of a request.
_KEY = "refcycle.request"
# Where a session keeps what is expected of it, in a dict that is there for programs.
_INFO = "refcycle.expected"

_Environment = dict[str, Any]
_Application = Callable[[_Environment, Callable[..., Any]], Iterable[bytes]]
_Receive = Callable[[], Awaitable[Any]]
_Send = Callable[[Any], Awaitable[None]]
_AsgiApplication = Callable[[Any, _Receive, _Send], Awaitable[None]]


class RequestMark:
    """Marks a request: it lives as long as the dict of the request or a copy of it.

    The dict itself, WSGI's `environ` and ASGI's `scope`, cannot have weak references.
    """

    __slots__ = ("__weakref__",)


def _checked(name: str, application: _A, within: float) -> tuple[_A, float]:
    """Return the arguments of a middleware; what is wrong is an error before the first request."""
    check_call(name, application)
    check_seconds("within", within)
    return application, within


class WSGIMiddleware:
    """Expects what belongs to a request to be freed when the request is over.

    The environment of a request gets a `RequestMark` as `refcycle.request`. A request is over when
    the server closes its response, or when the application returns a list or tuple. Then the mark
    is expected to be freed within `within` seconds. If it is not, the report names the request and
    says what it retains: the environment, which holds the mark, or an object of a framework that
    holds the environment in an attribute, if nothing else does. The note of a report has the
    method and the path, without the query. Costs some microseconds for each request.
    """

    def __init__(
        self,
        application: _Application,
        *,
        within: float = _WITHIN,
        expectations: Expectations = default,
    ) -> None:
        self._application, self._within = _checked("application", application, within)
        self._expectations = expectations

    def __call__(
        self, environ: _Environment, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Handle a request with the application."""
        mark = environ[_KEY] = RequestMark()
        path = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"
        note = f"{environ.get('REQUEST_METHOD', '')} {path}"
        try:
            response = self._application(environ, start_response)
        except BaseException:
            self._expect_freed(mark, note)
            raise
        # The time of a response that is still to be created counts from its end.
        if type(response) is list or type(response) is tuple or _is_file(response, environ):
            self._expect_freed(mark, note)
            return response
        return _Response(response, self._expect_freed, weakref.ref(mark), note)

    def _expect_freed(self, mark: RequestMark, note: str) -> None:
        self._expectations._expect(mark, self._within, note, ExpectedMark)


def _is_file(response: object, environ: _Environment) -> bool:
    """Return whether a response is an object by which the server sends a file itself."""
    wrapper = environ.get("wsgi.file_wrapper")
    return isinstance(wrapper, type) and issubclass(type(response), wrapper)


class _Response:
    """A response whose end is noticed."""

    __slots__ = ("_ended", "_mark", "_note", "_response")

    def __init__(
        self,
        response: Iterable[bytes],
        ended: Callable[[RequestMark, str], None],
        mark: weakref.ref[RequestMark],
        note: str,
    ) -> None:
        self._response = response
        self._ended = ended
        self._mark = mark
        self._note = note

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._response)

    def close(self) -> None:
        """Close the response; the server calls this at the end of a request."""
        try:
            close = getattr(self._response, "close", None)
            if close is not None:
                close()
        finally:
            mark = self._mark()
            if mark is not None:
                self._ended(mark, self._note)


class ASGIMiddleware:
    """Expects what belongs to a request or a WebSocket to be freed when it is over.

    The application gets a copy of the scope with a `RequestMark` as `refcycle.request`, because
    servers keep the scope itself until the connection is closed. The request is over when the
    application returns. Then the mark is expected to be freed within `within` seconds. If it is
    not, the report names the request and says what it retains: the scope, which holds the mark, or
    an object of a framework that holds the scope in an attribute, if nothing else does. The note
    of a report has the method and the path, without the query. Costs some microseconds for each
    request.
    """

    def __init__(
        self,
        app: _AsgiApplication,
        *,
        within: float = _WITHIN,
        expectations: Expectations = default,
    ) -> None:
        self._application, self._within = _checked("app", app, within)
        self._expectations = expectations

    async def __call__(self, scope: Any, receive: _Receive, send: _Send) -> None:
        """Handle a connection with the application."""
        if scope["type"] not in ("http", "websocket"):
            await self._application(scope, receive, send)
            return
        mark = RequestMark()
        note = f"{scope.get('method', 'websocket')} {scope.get('path', '')}"
        try:
            await self._application({**scope, _KEY: mark}, receive, send)
        finally:
            self._expectations._expect(mark, self._within, note, ExpectedMark)


class DjangoMiddleware:
    """Expects the request objects of Django to be freed when the response is sent.

    Add "refcycle.integrations.DjangoMiddleware" to the setting `MIDDLEWARE`, before all others.
    Works with WSGI and ASGI, in synchronous and asynchronous handlers. The time of a streaming
    response counts from its end. The note of a report has the method and the path, without the
    query.

    Attributes:
        sync_capable: Whether it works in a synchronous handler; Django reads it.
        async_capable: Whether it works in an asynchronous handler; Django reads it.
    """

    sync_capable = True
    async_capable = True

    def __new__(cls, get_response: Callable[[Any], Any]) -> Any:
        """Return the middleware: for an asynchronous handler, a coroutine function."""
        import inspect  # now: it imports much that only this class needs

        self = super().__new__(cls)
        if not inspect.iscoroutinefunction(get_response):
            return self

        # Django recognises a coroutine function, but not an object with an asynchronous call.
        async def middleware(request: Any) -> Any:
            response = await get_response(request)
            self._expect_freed(request, response)
            return response

        return middleware

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self._get_response = get_response

    def __call__(self, request: Any) -> Any:
        """Handle a request."""
        response = self._get_response(request)
        self._expect_freed(request, response)
        return response

    def _expect_freed(self, request: Any, response: Any) -> None:
        note = f"{request.method} {request.path}"
        closers = getattr(response, "_resource_closers", None)
        if getattr(response, "streaming", False) and type(closers) is list:
            closers.append(_Expecting(request, note))
        else:
            default.expect_freed(request, within=_WITHIN, note=note)


class _Expecting:
    """A function that expects an object to be freed. It does not hold the object."""

    __slots__ = ("_note", "_reference")

    def __init__(self, obj: object, note: str) -> None:
        self._reference = weakref.ref(obj)
        self._note = note

    def __call__(self) -> None:
        obj = self._reference()
        if obj is not None:
            default.expect_freed(obj, within=_WITHIN, note=self._note)


class CeleryTasks(Closing):
    """Expects the requests of Celery's tasks to be freed: the result of `expect_tasks_freed`."""

    __slots__ = ("_expectations", "_within")

    def __init__(self, within: float, expectations: Expectations) -> None:
        self._within = within
        self._expectations = expectations

    def close(self) -> None:
        """Expect nothing of tasks that end from now on. Closing it again does nothing."""
        _module("celery.signals").task_postrun.disconnect(self._ended)

    def _ended(self, task: Any = None, task_id: object = None, **_: object) -> None:
        request = task.request
        self._expectations.expect_freed(
            request, within=self._within, note=f"{task.name} {task_id}"
        )


def expect_tasks_freed(
    *, within: float = _WITHIN, expectations: Expectations = default
) -> CeleryTasks:
    """Expect what belongs to a task of Celery to be freed when the task is over.

    This is the request of the task (`self.request`), which holds its arguments. Call it in the
    module that creates the Celery application. The note of a report has the name and the id of the
    task. RuntimeError unless the program has imported Celery. `close` of the result, or the end of
    its `with` statement, ends it.
    """
    tasks = CeleryTasks(within, expectations)
    # Celery calls the function only as long as something holds it: here, the signal itself.
    _module("celery.signals").task_postrun.connect(tasks._ended, weak=False)
    return tasks


class SQLAlchemySessions(Closing):
    """Expects sessions of SQLAlchemy to be freed: the result of `expect_sessions_freed`."""

    __slots__ = ("_expectations", "_target", "_within")

    def __init__(self, target: Any, within: float, expectations: Expectations) -> None:
        self._target = target
        self._within = within
        self._expectations = expectations

    def close(self) -> None:
        """Expect nothing of sessions from now on. Closing it again does nothing."""
        events = _module("sqlalchemy").event
        for name, listener in self._listeners():
            if events.contains(self._target, name, listener):
                events.remove(self._target, name, listener)

    def _listeners(self) -> tuple[tuple[str, Callable[[Any, Any], None]], ...]:
        return (
            ("after_transaction_create", self._used),
            ("after_transaction_end", self._ended),
        )

    def _used(self, session: Any, transaction: Any) -> None:
        expected = session.info.pop(_INFO, None)
        if expected is not None:
            self._expectations._withdraw(expected)

    def _ended(self, session: Any, transaction: Any) -> None:
        if transaction.parent is None:
            self._used(session, transaction)
            session.info[_INFO] = self._expectations._expect(
                session, self._within, "a session of SQLAlchemy"
            )


def expect_sessions_freed(
    target: Any = None,
    *,
    within: float = _SESSION_WITHIN,
    expectations: Expectations = default,
) -> SQLAlchemySessions:
    """Expect a session of SQLAlchemy to be freed, or used again, when its transaction has ended.

    `target` is a class of sessions or a `sessionmaker`; by default, all sessions count, also those
    of `AsyncSession`. A session that is used again within `within` seconds is expected anew. Each
    session that is idle for longer and still alive is reported: it holds its objects and, unless
    it is closed, a connection. A `scoped_session` keeps the session of each thread until `remove`
    is called. RuntimeError unless the program has imported SQLAlchemy. `close` of the result, or
    the end of its `with` statement, ends it.
    """
    if target is None:
        target = _module("sqlalchemy.orm").Session
    sessions = SQLAlchemySessions(target, within, expectations)
    for name, listener in sessions._listeners():
        _module("sqlalchemy").event.listen(target, name, listener)
    return sessions


def _module(name: str) -> Any:
    """Return a module that the program has imported."""
    found = sys.modules.get(name)
    if found is None:
        raise RuntimeError(f"{name} is not imported: import it first")
    return found
