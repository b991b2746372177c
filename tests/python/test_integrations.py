"""Middleware for WSGI and ASGI: what holds a request after its end is reported.

The tests of Django, Celery and SQLAlchemy are in tests/field.
"""

import asyncio
import gc
import subprocess
import sys
from wsgiref.util import FileWrapper, setup_testing_defaults

import pytest

import refcycle
from refcycle import integrations
from refcycle.expectations import Expectations
from refcycle.integrations import ASGIMiddleware, RequestMark, WSGIMiddleware

KEPT = []
MARK = "refcycle.integrations.RequestMark"


@pytest.fixture(autouse=True)
def nothing_is_left():
    yield
    KEPT.clear()


@pytest.fixture
def watch():
    return Expectations(report=lambda found: None, clock=lambda: 0.0)


def answer(application, watch, path="/items", **environ):
    """What a server does with a request."""
    environ.update({"PATH_INFO": path, "QUERY_STRING": "token=secret", "REQUEST_METHOD": "GET"})
    setup_testing_defaults(environ)
    application = WSGIMiddleware(application, within=0, expectations=watch)
    response = application(environ, lambda status, headers: None)
    try:
        return b"".join(response)
    finally:
        if hasattr(response, "close"):
            response.close()


def listed(environ, start_response):
    start_response("200 OK", [])
    return [b"a", b"b"]


def streamed(environ, start_response):
    start_response("200 OK", [])
    yield b"a"
    yield environ["PATH_INFO"][:1].encode()


@pytest.mark.parametrize("application", [listed, streamed])
def test_wsgi_requests_that_are_freed(watch, application):
    assert answer(application, watch) in (b"ab", b"a/")
    assert watch.check() == ()
    assert watch.counts[:3] == (1, 1, 0)


@pytest.mark.parametrize("application", [listed, streamed])
def test_a_wsgi_environment_that_is_kept(watch, application):
    def keeping(environ, start_response):
        KEPT.append(environ)
        return application(environ, start_response)

    answer(keeping, watch)
    [found] = watch.check()
    assert found[:3] == ("dict", f"module {__name__}.KEPT -> list[*] -> dict", 1)
    assert found.retained_size >= sys.getsizeof(KEPT[0])
    # Without the query.
    assert found.note == "GET /items"


class Request:
    """As the request object of a framework."""

    def __init__(self, environ):
        self.environ = environ
        self.form = {number: [] for number in range(100)}


class SlotRequest:
    __slots__ = ("environ", "form")
    __init__ = Request.__init__


def read(environ):
    """Let the request have a `__dict__` of its own."""
    request = Request(environ)
    assert vars(request)["environ"] is environ
    return request


def cyclic(environ):
    request = environ["app.request"] = Request(environ)
    return request


@pytest.mark.parametrize("made", [Request, SlotRequest, read, cyclic])
def test_the_request_object_of_a_framework_is_reported_with_what_it_retains(watch, made):
    def keeping(environ, start_response):
        KEPT.append(made(environ))
        return listed(environ, start_response)

    for path in ("/items", "/carts"):
        answer(keeping, watch, path)
    [found] = watch.check()
    name = f"{__name__}.{type(KEPT[0]).__name__}"
    assert found[:3] == (name, f"module {__name__}.KEPT -> list[*] -> {name}", 2)
    lists = [each for request in KEPT for each in request.form.values()]
    sizes = map(sys.getsizeof, [*lists, *(request.environ for request in KEPT)])
    assert found.retained_size > sum(sizes)
    assert found.note in ("GET /items", "GET /carts")
    assert watch.counts[:5] == (2, 0, 0, 2, 0)


def test_an_application_is_no_request(watch):
    class Application:
        pass

    application = Application()
    application.cache = [[] for _ in range(100)]
    # A module holds the application, as `app = Flask(__name__)`.
    globals()["APPLICATION"] = application

    def keeping(environ, start_response):
        application.latest = environ
        return listed(environ, start_response)

    answer(keeping, watch)
    [found] = watch.check()
    assert found.type_name == "dict"
    assert found.retained_size < sys.getsizeof([]) * 100
    application.latest = None
    del globals()["APPLICATION"]


def test_an_application_behind_a_middleware_is_alive(watch):
    class Visitor:
        pass

    class Application:
        def __init__(self):
            self.visitors = [Visitor() for _ in range(5)]

        def __call__(self, environ, start_response):
            return listed(environ, start_response)

    application = WSGIMiddleware(Application(), within=0, expectations=watch)
    graph = refcycle.snapshot()
    [visitor, *_] = graph.find_by_typename("Visitor")
    why = graph.why(visitor)
    assert not why.is_garbage and why.chains
    assert ".visitors" in str(why.chains[0])
    [group] = graph.why_all("Visitor").groups
    assert (group.count, group.is_garbage) == (5, False)
    # A callable is no request, although it keeps one.
    application._application.last = environ = {}
    answer_with(application, environ)
    found = watch.check()
    assert [one.type_name for one in found] == ["dict"]


def answer_with(application, environ):
    environ.update({"PATH_INFO": "/items", "REQUEST_METHOD": "GET"})
    setup_testing_defaults(environ)
    return b"".join(application(environ, lambda status, headers: None))


def test_an_environment_that_several_objects_hold(watch):
    def keeping(environ, start_response):
        KEPT.extend([Request(environ), Request(environ)])
        return listed(environ, start_response)

    answer(keeping, watch)
    [found] = watch.check()
    assert found.type_name == "dict"
    assert (
        found.signature
        == f"module {__name__}.KEPT -> list[*] -> {__name__}.Request.environ -> dict"
    )


def test_an_object_that_holds_several_requests_is_none_of_them(watch):
    class Pair:
        pass

    def keeping(environ, start_response):
        number = len(vars(KEPT[0]))
        setattr(KEPT[0], f"environ_{number}", environ)
        return listed(environ, start_response)

    KEPT.append(Pair())
    answer(keeping, watch, "/items")
    answer(keeping, watch, "/carts")
    found = watch.check()
    assert [(each.type_name, each.count) for each in found] == [("dict", 1)] * 2
    assert watch.counts[:5] == (2, 0, 0, 2, 0)


def test_a_mark_without_its_environment(watch):
    def keeping(environ, start_response):
        KEPT.append(environ["refcycle.request"])
        return listed(environ, start_response)

    answer(keeping, watch)
    [found] = watch.check()
    assert found[:3] == (MARK, f"module {__name__}.KEPT -> list[*] -> {MARK}", 1)


def test_a_request_that_waits_for_the_collector(watch):
    def leaving(environ, start_response):
        cyclic(environ)
        return listed(environ, start_response)

    gc.collect()
    gc.disable()
    try:
        answer(leaving, watch)
        [found] = watch.check()
    finally:
        gc.enable()
    assert found.is_garbage
    assert found.type_name in ("dict", f"{__name__}.Request")


def test_a_wsgi_response_is_over_when_it_is_closed(watch):
    closed = []

    class Response:
        def __iter__(self):
            yield b"a"

        def close(self):
            closed.append(True)

    def application(environ, start_response):
        KEPT.append(environ)
        return Response()

    environ = {}
    setup_testing_defaults(environ)
    wrapped = WSGIMiddleware(application, within=0, expectations=watch)
    response = wrapped(environ, lambda status, headers: None)
    assert list(response) == [b"a"]
    assert (watch.counts.expected, closed) == (0, [])
    response.close()
    assert (watch.counts.expected, closed) == (1, [True])
    assert len(watch.check()) == 1


def test_a_wsgi_application_that_fails(watch):
    def failing(environ, start_response):
        KEPT.append(environ)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        answer(failing, watch)
    assert [found.note for found in watch.check()] == ["GET /items"]


@pytest.mark.any_version
def test_a_wsgi_response_of_lists_and_files_stays_the_same(watch, tmp_path):
    (tmp_path / "file").write_bytes(b"content")
    made = []

    def application(environ, start_response):
        made.append(environ["wsgi.file_wrapper"](open(tmp_path / "file", "rb")))
        return made[0]

    environ = {"wsgi.file_wrapper": FileWrapper}
    setup_testing_defaults(environ)
    wrapped = WSGIMiddleware(application, within=0, expectations=watch)
    response = wrapped(environ, None)
    assert response is made[0]
    response.close()
    assert type(WSGIMiddleware(listed, expectations=watch)({}, lambda *_: None)) is list
    assert watch.counts.expected == 2


def serve(application, watch, **scope):
    """What a server does with a connection; it keeps the scope."""
    scope = {"type": "http", "method": "GET", "path": "/items", "query_string": b"a", **scope}
    sent = []

    async def receive():
        return {"type": "http.request"}

    async def send(message):
        sent.append(message)

    wrapped = ASGIMiddleware(application, within=0, expectations=watch)
    asyncio.run(wrapped(scope, receive, send))
    return scope, sent


async def hello(scope, receive, send):
    await send({"type": "http.response.body", "body": b"hello"})


def test_asgi_requests_that_are_freed_although_the_server_keeps_the_scope(watch):
    scope, sent = serve(hello, watch)
    assert sent[0]["body"] == b"hello"
    assert scope == {"type": "http", "method": "GET", "path": "/items", "query_string": b"a"}
    assert watch.check() == ()
    assert watch.counts[:3] == (1, 1, 0)


@pytest.mark.parametrize(
    ("kind", "note"), [("http", "GET /items"), ("websocket", "websocket /items")]
)
def test_an_asgi_scope_that_is_kept(watch, kind, note):
    async def keeping(scope, receive, send):
        KEPT.append(dict(scope))
        assert isinstance(scope["refcycle.request"], RequestMark)
        if kind == "websocket":
            raise ZeroDivisionError

    if kind == "http":
        serve(keeping, watch)
    else:
        scope = {"type": kind, "path": "/items"}
        with pytest.raises(ZeroDivisionError):
            asyncio.run(ASGIMiddleware(keeping, within=0, expectations=watch)(scope, None, None))
    [found] = watch.check()
    assert found[:3] == ("dict", f"module {__name__}.KEPT -> list[*] -> dict", 1)
    assert found.note == note


def test_the_lifespan_of_a_server_is_no_request(watch):
    scopes = []

    async def application(scope, receive, send):
        scopes.append(scope)

    scope, _ = serve(application, watch, type="lifespan")
    assert scopes == [scope] and scopes[0] is scope
    assert watch.counts.expected == 0


@pytest.mark.any_version
def test_nothing_is_imported_for_them():
    code = """
import sys, refcycle.integrations as integrations
print([name for name in ("django", "celery", "sqlalchemy", "asyncio") if name in sys.modules])
for expect in (integrations.expect_tasks_freed, integrations.expect_sessions_freed):
    try:
        expect()
    except RuntimeError as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split("\n")[:3] == [
        "[]",
        "celery.signals is not imported: import it first",
        "sqlalchemy.orm is not imported: import it first",
    ]
    assert set(integrations.__all__) <= set(dir(integrations))


@pytest.mark.parametrize("middleware", [WSGIMiddleware, ASGIMiddleware])
def test_wrong_arguments_are_errors_before_the_first_request(middleware):
    with pytest.raises(TypeError, match="app.* must be callable, not int"):
        middleware(3)
    with pytest.raises(TypeError, match="within must be a number, not str"):
        middleware(listed, within="x")
    with pytest.raises(ValueError, match="within is -1: it must be 0 seconds or more"):
        middleware(listed, within=-1)
