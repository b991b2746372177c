"""The names of objects in answers: what distinguishes an object from others, and its owner."""

import asyncio
import contextvars
import gc
import sys
import textwrap
import types
import weakref

import pytest

import refcycle
from refcycle import ObjectGraph
from refcycle._refcycle import object_name

pytestmark = pytest.mark.any_version

# A generator has its frame inside itself.
HAS_INLINE_FRAMES = sys.version_info >= (3, 11)


def dicts_of(obj):
    """Return the dict of an object's attributes, if it has one: up to 3.10."""
    return [found for found in gc.get_referents(obj) if type(found) is dict]


SOURCE = """\
    import contextvars


    class Cache:
        registry = {}

        def __init__(self):
            self.entries = []

        def close(self):
            pass


    def handler_of(session):
        def handler():
            return session

        return handler


    def rows(count):
        found = [count] * 3
        yield found


    request = contextvars.ContextVar("request")
    cache = Cache()
    ordered = (lambda left: left)
"""


@pytest.fixture
def app():
    """A module whose file is views.py."""
    module = types.ModuleType("app.views")
    code = compile(textwrap.dedent(SOURCE), "/srv/shop/app/views.py", "exec")
    exec(code, module.__dict__)
    sys.modules["app.views"] = module
    yield module
    del sys.modules["app.views"]


def line_of(text):
    lines = textwrap.dedent(SOURCE).splitlines()
    return 1 + next(number for number, line in enumerate(lines) if text in line)


def long(obj):
    return object_name(obj).long


class TestNames:
    """Names from the object itself."""

    def test_containers_have_a_number_of_items(self):
        class Registry(dict):
            pass

        for obj, name in [
            ([1, 2, 3], "list (3 items)"),
            ([1], "list (1 item)"),
            ([0] * 3000, "list (3,000 items)"),
            ((), "tuple (0 items)"),
            ({1: 2}, "dict (1 item)"),
            ({1, 2}, "set (2 items)"),
            (frozenset("a"), "frozenset (1 item)"),
        ]:
            assert long(obj) == name
        assert long(Registry(a=1)).endswith("Registry (1 item)")

    def test_functions_have_a_file_and_a_line(self, app):
        views = f"views.py:{line_of('lambda')}"
        assert long(app.ordered) == f"function <lambda> at {views}"
        assert long(app.rows) == f"function rows at views.py:{line_of('def rows')}"
        close = f"views.py:{line_of('def close')}"
        assert long(app.cache.close) == f"method Cache.close at {close}"
        assert long(app.ordered.__code__) == f"code <lambda> at {views}"

    def test_frames_generators_and_coroutines_have_the_line_that_they_reached(self, app):
        generator = app.rows(1)
        begin, reached = line_of("def rows"), line_of("yield found")
        assert long(generator) == f"generator rows at views.py:{begin}"
        next(generator)
        assert long(generator) == f"generator rows at views.py:{reached}"
        # Since 3.11, only a generator that has not finished has a frame, and so a function.
        list(generator)
        assert long(generator) == ("generator" if HAS_INLINE_FRAMES else "generator rows")

        async def wait():
            pass

        coroutine = wait()
        line = wait.__code__.co_firstlineno
        assert long(coroutine) == f"coroutine wait at test_names.py:{line}"
        coroutine.close()
        frame = sys._getframe()
        shown = long(frame)
        assert shown.startswith(f"frame {frame.f_code.co_name} at test_names.py:")

    def test_tasks_have_a_name_and_what_they_run(self):
        shown = {}

        async def serve_client():
            await asyncio.sleep(0)
            await asyncio.sleep(10)

        async def main():
            named = asyncio.create_task(serve_client(), name="client-3")
            await asyncio.sleep(0.01)
            shown["running"] = long(named)
            named.cancel()
            await asyncio.gather(named, return_exceptions=True)
            shown["done"] = long(named)

        asyncio.run(main())
        line = serve_client.__code__.co_firstlineno + 2
        where = f"test_names.py:{line}"
        assert shown["running"] == f"Task 'client-3' running serve_client at {where}"
        ended = "" if HAS_INLINE_FRAMES else " of serve_client"
        assert shown["done"] == f"Task 'client-3'{ended}"

    def test_what_is_written_in_c_has_a_name(self, app):
        for obj, name in [
            (len, "builtin function len"),
            ([].append, "builtin function list.append"),
            (list.append, "method descriptor list.append"),
            (int.__add__, "slot wrapper int.__add__"),
            (type.__dict__["__name__"], "getset descriptor type.__name__"),
            (dict.fromkeys, "builtin function dict.fromkeys"),
            (app.request, "ContextVar 'request'"),
        ]:
            assert long(obj) == name

    def test_classes_and_modules_have_their_modules(self, app):
        assert long(app) == "module app.views"
        assert long(dict) == "class dict"
        assert long(app.Cache) == "class app.views.Cache"
        assert long(app.cache) == "object app.views.Cache"

    def test_a_weak_reference_has_its_target(self, app):
        assert long(weakref.ref(app.cache)) == "weak reference to object app.views.Cache"
        assert long(weakref.ref(app.rows)) == "weak reference to function rows"
        gone = weakref.ref(app.Cache())
        assert long(gone) == "weak reference to a dead object"

    def test_no_code_of_the_program_runs(self):
        class Loud(type):
            def __getattribute__(cls, name):
                raise AssertionError(name)

        class Target(metaclass=Loud):
            def __getattribute__(self, name):
                raise AssertionError(name)

        target = Target()
        assert long(target).startswith("object ")
        assert long(weakref.ref(target)).startswith("weak reference to object ")


class TestOwners:
    """Names from the referrers of an object."""

    def test_containers_are_named_by_what_they_belong_to(self, app, tmp_path):
        closure = app.handler_of([app.cache])
        app.handler = closure
        app.cache.entries.extend(range(3000))
        app.Cache.registry["key"] = [app.cache]
        handler = f"function handler at views.py:{line_of('def handler():')}"
        expected = [
            (app.__dict__, f"dict ({len(app.__dict__)} items), globals of app.views"),
            (app.cache.entries, "list (3,000 items), app.views.cache.entries"),
            (app.Cache.registry, "dict (1 item), app.views.Cache.registry"),
            (app.Cache.registry["key"], "list (1 item), app.views.Cache.registry['key']"),
            (closure.__closure__, f"tuple (1 item), .__closure__ of {handler}"),
            (
                closure.__closure__[0],
                f"closure cell 'session', .__closure__[0] of {handler}",
            ),
            (
                closure.__closure__[0].cell_contents,
                f"list (1 item), closure 'session' of {handler}",
            ),
            (sys.__dict__, f"dict ({len(sys.__dict__)} items), __dict__ of module sys"),
            (app.cache, "object app.views.Cache, app.views.cache"),
        ]
        graph = refcycle.snapshot()
        graph.save(tmp_path / "heap.refcycle", redact=False)
        loaded = refcycle.load(tmp_path / "heap.refcycle")
        for obj, name in expected:
            assert graph._name_of(obj) == name
            assert loaded._name_of(loaded.at(id(obj))) == name

    def test_a_variable_is_an_owner(self, app):
        generator = app.rows(1)
        found = next(generator)
        frame = generator.gi_frame
        graph = ObjectGraph([generator, frame, found])
        kind = "generator" if sys.version_info >= (3, 11) else "frame"
        where = f"{kind} rows at views.py:{line_of('yield found')}"
        assert graph._name_of(found) == f"list (3 items), local 'found' of {where}"

    def test_what_belongs_to_nothing_has_no_owner(self):
        inner = []
        graph = ObjectGraph([inner])
        assert graph._name_of(inner) == "list (0 items)"
        holder = [inner]
        graph = ObjectGraph([inner, holder])
        # A list that nothing holds has no owner.
        assert graph._name_of(inner) == "list (0 items)"

    def test_a_reference_that_is_not_there_is_no_owner(self, app):
        """The instance is not in the graph, so it is not the owner of the list."""
        graph = ObjectGraph([app.cache.entries, app])
        assert graph._name_of(app.cache.entries) == "list (0 items)"

    def test_tables_have_them(self, app, tmp_path):
        app.cache.entries.extend([object() for _ in range(1000)])
        heap = refcycle.snapshot(untracked=True)
        holders = [app, app.__dict__, app.cache, *dicts_of(app.cache)]
        graph = heap.full_subgraph([*holders, app.cache.entries, *app.cache.entries])
        name = "list (1,000 items), app.views.cache.entries"
        [holder] = dicts_of(app.cache) or [app.cache]
        [top] = [one for one in graph.directly_dominated_by(holder) if one.retained_count > 1]
        assert top.name == name
        assert f"<Retained: {name}, " in repr(top)
        assert name in str(graph.dominator_tree())
        [suspect] = [one for one in graph.leak_suspects() if one.name is not None]
        assert suspect.accumulation_point_name == name
        assert repr(suspect).endswith(f"accumulated in {name}>")

    def test_a_redacted_file_shows_identifiers_only(self, app, tmp_path):
        app.cache.entries.append(app.Cache())
        app.Cache.registry["secret key"] = [app.cache]
        words = contextvars.ContextVar("secret words")
        app.kept = [words, weakref.ref(app.cache)]
        path = tmp_path / "heap.refcycle"
        refcycle.snapshot(untracked=True).save(path)
        loaded = refcycle.load(path)

        def name_of(obj):
            return loaded._name_of(loaded.at(id(obj)))

        assert name_of(app.cache.entries) == "list (1 item), app.views.cache.entries"
        inner = app.Cache.registry["secret key"]
        hidden = "app.views.Cache.registry[str (10 characters)]"
        assert name_of(inner) == f"list (1 item), {hidden}"
        rows = line_of("def rows")
        assert name_of(app.rows) == f"function rows at views.py:{rows}"
        # Its name is a string like others; that of the attribute is not.
        assert name_of(app.request).endswith("ContextVar, app.views.request")
        assert "secret" not in name_of(words)
        assert name_of(app.kept[1]) == "weak reference to object app.views.Cache"
        assert b"secret" not in path.read_bytes()


class TestAnswers:
    """The names in texts for people."""

    def test_why_has_closures_by_variable(self, app):
        session = app.Cache()
        app.handler = app.handler_of(session)
        text = str(refcycle.snapshot().why(session))
        line = line_of("def handler():")
        assert f".handler \u2192 function handler at views.py:{line}\n" in text
        assert "closure 'session' \u2192 this object" in text
        assert "cell_contents" not in text

    def test_the_steps_have_the_closure_as_it_is(self, app):
        session = app.Cache()
        app.handler = app.handler_of(session)
        [chain] = [
            chain
            for chain in refcycle.snapshot().why(session).chains
            if chain.holder == "sys.modules['app.views']"
        ]
        assert [step.name for step in chain.steps] == [
            None,
            "handler",
            "__closure__",
            None,
            "cell_contents",
        ]

    def test_pictures_and_trees_have_them(self, app):
        objects = [app, app.__dict__, app.cache, *dicts_of(app.cache), app.cache.entries]
        graph = ObjectGraph(objects)
        picture = graph.to_svg()
        assert "globals of app.views" not in picture  # no function is in the picture
        # A module and its namespace are one box.
        assert "__dict__ of module app.views" not in picture
        assert "app.views.cache.entries" in picture
        tree = graph.to_text(app.cache.entries)
        assert tree.startswith("list (0 items)")

    def test_labels_are_those_of_031(self, app):
        graph = ObjectGraph([app.rows, app.cache.close, app.Cache, app.cache.entries])
        labels = [vertex.annotation for vertex in graph.annotated().vertices]
        assert labels == [
            "function\nrows",
            "instancemethod\nCache.close",
            "type\nCache",
            "list[0]",
        ]
        assert 'label="function\\nrows"' in graph.to_dot()


def test_the_traceback_of_a_task_has_a_name():
    async def fail():
        raise ValueError

    async def main():
        task = asyncio.ensure_future(fail())
        await asyncio.sleep(0)
        graph = refcycle.snapshot().descendants(task, generations=1).annotated()
        names = {edge.annotation for edge in graph.edges if edge.tail == id(task)}
        task.exception()
        return names

    names = asyncio.run(main())
    assert {"_exception", "fut_exception_tb"} <= names
    assert None not in names
