"""Requests of Django, tasks of Celery and sessions of SQLAlchemy that should be freed."""

from __future__ import annotations

import asyncio
import gc
import sys

import pytest

from refcycle import integrations
from refcycle.expectations import Expectations
from refcycle.integrations import expect_sessions_freed, expect_tasks_freed

KEPT: list[object] = []


@pytest.fixture(autouse=True)
def nothing_is_left():
    yield
    KEPT.clear()
    gc.collect()


@pytest.fixture
def watch():
    """Examine only when asked."""
    return Expectations(report=lambda found: None, clock=lambda: 0.0)


@pytest.fixture
def django(watch, monkeypatch):
    """Django with three views and our middleware."""
    pytest.importorskip("django")
    import django
    from django.conf import settings
    from django.http import HttpResponse, StreamingHttpResponse
    from django.urls import path

    monkeypatch.setattr(integrations, "default", watch)
    monkeypatch.setattr(integrations, "_WITHIN", 0)

    def freed(request):
        return HttpResponse("freed")

    def kept(request):
        KEPT.append(request)
        return HttpResponse("kept")

    def stream(request):
        KEPT.append(request)
        return StreamingHttpResponse(iter([b"a", b"b"]))

    async def asynchronous(request):
        KEPT.append(request)
        return HttpResponse("kept")

    views = {"freed": freed, "kept": kept, "stream": stream, "asynchronous": asynchronous}
    if not settings.configured:
        settings.configure(
            ALLOWED_HOSTS=["*"],
            DEBUG=False,
            SECRET_KEY="a test",
            ROOT_URLCONF="urls_of_a_test",
            MIDDLEWARE=["refcycle.integrations.DjangoMiddleware"],
        )
        django.setup()
    urls = type(sys)("urls_of_a_test")
    urls.urlpatterns = [path(f"{name}/", view) for name, view in views.items()]
    monkeypatch.setitem(sys.modules, "urls_of_a_test", urls)
    from django.urls import clear_url_caches

    clear_url_caches()
    yield django
    clear_url_caches()


def request_of(path):
    from django.test import RequestFactory

    return RequestFactory().get(path, {"token": "secret"})


def wsgi(path):
    """Serve a request as a WSGI server does; return the body."""
    from django.core.handlers.wsgi import WSGIHandler

    response = WSGIHandler()(request_of(path).environ, lambda status, headers: None)
    try:
        return b"".join(response)
    finally:
        response.close()


@pytest.mark.usefixtures("django")
def test_django_requests_that_are_freed(watch):
    assert wsgi("/freed/") == b"freed"
    # Django's requests and responses form cycles.
    gc.collect()
    assert watch.check() == ()
    assert watch.counts[:3] == (1, 1, 0)


@pytest.mark.usefixtures("django")
@pytest.mark.parametrize(("name", "body"), [("kept", b"kept"), ("stream", b"ab")])
def test_django_requests_that_are_kept(watch, name, body):
    assert wsgi(f"/{name}/") == body
    [found] = watch.check()
    assert found.type_name == "django.core.handlers.wsgi.WSGIRequest"
    assert found.signature.startswith(f"module {__name__}.KEPT -> list[*]")
    assert found.note == f"GET /{name}/"


@pytest.mark.usefixtures("django")
def test_a_streaming_response_of_django_counts_from_its_end(watch):
    from django.core.handlers.wsgi import WSGIHandler

    response = WSGIHandler()(request_of("/stream/").environ, lambda status, headers: None)
    assert list(response) == [b"a", b"b"]
    assert watch.counts.expected == 0
    response.close()
    assert watch.counts.expected == 1


@pytest.mark.usefixtures("django")
def test_an_asynchronous_handler_of_django(watch):
    from django.core.handlers.asgi import ASGIHandler
    from django.test import AsyncRequestFactory

    async def served():
        handler = ASGIHandler()
        request = AsyncRequestFactory().get("/asynchronous/", {"token": "secret"})
        return await handler.get_response_async(request)

    assert asyncio.run(served()).content == b"kept"
    [found] = watch.check()
    assert found.note == "GET /asynchronous/"
    assert found.signature.startswith(f"module {__name__}.KEPT -> list[*]")


@pytest.fixture
def tasks(watch):
    """Two tasks of Celery, which run at once."""
    celery = pytest.importorskip("celery")
    application = celery.Celery("a_test", broker="memory://", set_as_current=False)
    application.conf.task_always_eager = True

    @application.task(bind=True, name="kept")
    def kept(self, number):
        KEPT.append(self.request)
        return number

    @application.task(bind=True, name="freed")
    def freed(self, number):
        return number

    with expect_tasks_freed(within=0, expectations=watch):
        yield {"kept": kept, "freed": freed}
    application.close()


def test_celery_tasks_that_are_freed(watch, tasks):
    assert tasks["freed"].delay(17).get() == 17
    gc.collect()
    assert watch.check() == ()
    assert watch.counts[:3] == (1, 1, 0)


def test_celery_tasks_that_are_kept(watch, tasks):
    result = tasks["kept"].delay(17)
    [found] = watch.check()
    assert found.type_name == "celery.app.task.Context"
    assert found.signature.startswith(f"module {__name__}.KEPT -> list[*]")
    assert found.note == f"kept {result.id}"


def test_celery_tasks_after_the_end(watch, tasks):
    with expect_tasks_freed(within=0, expectations=Expectations()) as other:
        other.close()
    tasks["freed"].delay(17)
    assert watch.counts.expected == 1


@pytest.fixture
def sessions():
    """A function that creates sessions of SQLAlchemy."""
    sqlalchemy = pytest.importorskip("sqlalchemy")
    from sqlalchemy import orm

    engine = sqlalchemy.create_engine("sqlite://")

    class Session(orm.Session):
        pass

    yield orm.sessionmaker(engine, class_=Session)
    engine.dispose()


def use(session):
    from sqlalchemy import text

    assert session.execute(text("select 17")).scalar() == 17


def test_sqlalchemy_sessions_that_are_freed(watch, sessions):
    with expect_sessions_freed(sessions, within=0, expectations=watch):
        with sessions() as session:
            use(session)
        assert watch.counts[:3] == (1, 0, 1)
        del session
        gc.collect()
    assert watch.check() == ()
    assert watch.counts[:3] == (1, 1, 0)


def test_sqlalchemy_sessions_that_are_kept(watch, sessions):
    with expect_sessions_freed(sessions, within=0, expectations=watch):
        with sessions() as session:
            use(session)
        KEPT.append(session)
        del session
        [found] = watch.check()
    assert found.type_name.endswith(".Session")
    assert found.signature.startswith(f"module {__name__}.KEPT -> list[*]")
    assert found.note == "a session of SQLAlchemy"


def test_sqlalchemy_sessions_that_are_used_again_are_expected_anew(watch, sessions):
    with expect_sessions_freed(sessions, within=0, expectations=watch):
        session = sessions()
        use(session)
        # In its transaction, it is in use.
        assert watch.counts.waiting == 0
        session.commit()
        assert watch.counts.waiting == 1
        use(session)
        assert watch.counts.waiting == 0
        assert watch.check() == ()
        session.rollback()
        assert len(watch.check()) == 1


def test_sqlalchemy_sessions_after_the_end(watch, sessions):
    pytest.importorskip("sqlalchemy")
    from sqlalchemy.orm import Session

    with expect_sessions_freed(expectations=watch) as closing:
        with sessions() as session:
            use(session)
        assert watch.counts.expected == 1
    closing.close()
    use(session)
    session.close()
    assert watch.counts.expected == 1
    assert issubclass(type(session), Session)
