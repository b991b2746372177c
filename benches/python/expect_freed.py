"""Measures what `expect_freed` and the middleware cost for each web request.

    python benches/python/expect_freed.py

Processor time, the least of many rounds. The cost is that of a call in a loop, less that of the
same loop without it: the difference of two servers is smaller than their noise. It is compared
with a request to a small application that parses a query and returns JSON: served by `wsgiref`'s
handler without a network, by `wsgiref`'s server through a socket, and by a view of Django without
a network and a database, if Django is installed.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from urllib.parse import parse_qs
from wsgiref.handlers import SimpleHandler
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.util import setup_testing_defaults

import refcycle
from refcycle.integrations import DjangoMiddleware, WSGIMiddleware

ROUNDS = 30


class Empty:
    """An object that is expected to be freed."""


class Request:
    """What a framework makes of an environment."""

    def __init__(self, environ):
        self.environ = environ
        self.query = parse_qs(environ["QUERY_STRING"])


def application(environ, start_response):
    """Return the query as JSON."""
    request = Request(environ)
    body = json.dumps({"items": [{"id": n, "of": request.query["name"]} for n in range(10)]})
    start_response("200 OK", [("Content-Type", "application/json")])
    return [body.encode()]


def serve(app):
    """Serve a request as a server does, without a socket."""
    environ = {"PATH_INFO": "/items", "QUERY_STRING": "name=anna&page=3"}
    setup_testing_defaults(environ)
    handler = SimpleHandler(io.BytesIO(), io.BytesIO(), sys.stderr, environ)
    handler.run(app)


def django_application(middleware: list[str]) -> Callable[..., object]:
    """Return Django's handler for one view."""
    import django
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.http import JsonResponse
    from django.urls import path

    if not settings.configured:
        settings.configure(ALLOWED_HOSTS=["*"], SECRET_KEY="a test", ROOT_URLCONF=__name__)
        django.setup()

    def view(request):
        return JsonResponse({"items": [{"id": n, "of": request.GET["name"]} for n in range(10)]})

    globals()["urlpatterns"] = [path("items", view)]
    settings.MIDDLEWARE = middleware
    return WSGIHandler()


def least(work: Callable[[], object], times: int, rounds: int = ROUNDS) -> float:
    """Return the processor time of a call, in seconds."""
    best = float("inf")
    for _ in range(rounds):
        gc.collect()
        start = time.process_time()
        for _ in range(times):
            work()
        best = min(best, (time.process_time() - start) / times)
    return best


def through_a_socket(requests: int = 4000) -> float:
    """Return the processor time of a server for a request through a socket."""
    code = """
import http.client, sys
for number in range(int(sys.argv[2])):
    connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
    connection.request("GET", "/items?name=anna&page=3")
    assert connection.getresponse().read()
    connection.close()
"""

    class Quiet(WSGIRequestHandler):
        def log_message(self, *arguments):
            """Print nothing."""

    server = make_server("127.0.0.1", 0, application, handler_class=Quiet)
    client = [sys.executable, "-c", code, str(server.server_port), str(requests)]
    with subprocess.Popen(client):
        start = time.process_time()
        for _ in range(requests):
            server.handle_request()
        used = time.process_time() - start
    server.server_close()
    return used / requests


def costs() -> dict[str, float]:
    """Return the time of each part that a request adds, in seconds."""

    def empty(environ, start_response):
        return []

    def made():
        Empty()

    def expected():
        refcycle.expect_freed(Empty(), note="/items")

    middleware = WSGIMiddleware(empty)
    environ = {"PATH_INFO": "/items", "REQUEST_METHOD": "GET"}
    base = least(made, 20_000)
    found = {"expect_freed": least(expected, 20_000) - base}
    base = least(lambda: empty(dict(environ), None), 20_000)
    found["WSGIMiddleware"] = least(lambda: middleware(dict(environ), None), 20_000) - base

    class Response:
        streaming = False

    def respond(request):
        return Response()

    class Get:
        method, path = "GET", "/items"

    django = DjangoMiddleware(respond)
    base = least(lambda: respond(Get()), 20_000)
    found["DjangoMiddleware"] = least(lambda: django(Get()), 20_000) - base
    return found


def main() -> None:
    """Measure."""
    requests = {
        "wsgiref without a network": least(lambda: serve(application), 400),
        "wsgiref through a socket": min(through_a_socket() for _ in range(3)),
    }
    with contextlib.suppress(ImportError):
        middleware = [
            "django.middleware.security.SecurityMiddleware",
            "django.middleware.common.CommonMiddleware",
        ]
        handler = django_application(middleware)
        requests["Django without a network"] = least(lambda: serve(handler), 400)
    for name, seconds in requests.items():
        print(f"a request, {name}: {seconds * 1e6:.1f} us")
    for name, seconds in costs().items():
        shares = ", ".join(f"{seconds / each:.2%}" for each in requests.values())
        print(f"{name}: {seconds * 1e6:.2f} us, of these requests {shares}")


if __name__ == "__main__":
    main()
