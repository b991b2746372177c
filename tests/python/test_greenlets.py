"""The frames of suspended greenlets: what holds their variables, live and in a file.

One file, because the tests share the greenlets that they suspend.
"""

import gc
import inspect
import os
import re
import sys
import threading
import weakref

import pytest
from helpers.processes import run, run_json

import refcycle

greenlet = pytest.importorskip("greenlet", reason="needs the package greenlet")

HERE = os.path.basename(__file__)
# The collector frees suspended greenlets, and looks through them, from 3.15 on.
ARE_COLLECTED = sys.version_info >= (3, 15)


class Session:
    """The object that a variable of a greenlet holds. Other classes of this name do not matter."""


class Request:
    pass


def switch_away():
    greenlet.getcurrent().parent.switch()


def outer():
    session = Session()
    inner()
    return session


def inner():
    request = Request()
    held = [request]
    switch_away()
    return held


def suspended(function, of=greenlet.greenlet):
    found = of(function)
    found.switch()
    return found


def end(found):
    while not found.dead:
        found.switch()


@pytest.fixture
def waiting(clean_heap):
    found = suspended(outer)
    yield found
    end(found)


def only(graph, class_):
    """The only instance of a class in a graph."""
    [found] = [obj for obj in graph if type(obj) is class_]
    return found


def the_chain(graph, obj):
    """The only chain to an object: nothing else holds it, and no reference is unexplained."""
    answer = graph.why(obj)
    assert answer.unexplained == 0
    [chain] = answer.chains
    return chain


def frames_of(found):
    frames = []
    frame = found.gr_frame
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    return frames


def line_of(function, text):
    lines, first = inspect.getsourcelines(function)
    [place] = [place for place, line in enumerate(lines) if text in line]
    return first + place


def test_a_variable_is_held_by_the_greenlet(waiting):
    graph = refcycle.snapshot()
    session = only(graph, Session)
    *_, found, frame, last = the_chain(graph, session).steps
    assert found.object is waiting
    assert found.label == f"greenlet suspended at {HERE}:{line_of(switch_away, 'switch()')}"
    assert frame.label == f"frame outer at {HERE}:{line_of(outer, 'inner()')}"
    assert (frame.reference, frame.kind, frame.name) == (".frames[2]", "field item", "frames")
    assert (last.object, last.reference, last.kind) == (session, "local 'session'", "local")


def test_all_frames_are_there_and_their_references_are_explained(waiting):
    frames = frames_of(waiting)
    assert [frame.f_code.co_name for frame in frames] == ["switch_away", "inner", "outer"]
    before = [sys.getrefcount(frame) for frame in frames]
    graph = refcycle.snapshot()
    held = [obj for obj in graph.children(waiting) if type(obj).__name__ == "frame"]
    assert held == frames
    request = only(graph, Request)
    [there] = [obj for obj in graph.parents(request) if type(obj) is list]
    assert frames[1] in graph.parents(request)
    assert frames[1] in graph.parents(there)
    names = refcycle.annotations.annotated_references(waiting)
    assert [names[frame] for frame in frames] == [["gr_frame"], ["frames[1]"], ["frames[2]"]]
    assert graph.external_references(request) == 0
    del graph, held, names
    assert [sys.getrefcount(frame) for frame in frames] == before


def test_without_the_variable_nothing_leads_to_the_greenlet(waiting):
    other = Request()
    graph = refcycle.snapshot()
    assert waiting not in graph.ancestors(other)
    assert "greenlet" not in str(graph.why(other).remedies)


def test_a_generator_that_runs_in_it(clean_heap):
    def rows():
        session = Session()
        yield switch_away()
        return session

    def read():
        request = Request()
        for row in rows():
            print(row)
        return request

    found = suspended(read)
    graph = refcycle.snapshot()
    for class_, name in ((Session, "rows"), (Request, "read")):
        answer = graph.why(only(graph, class_))
        assert answer.unexplained == 0
        assert f"frame {name} at" in str(answer)
    frames = [obj for obj in graph.children(found) if type(obj).__name__ == "frame"]
    assert [frame.f_code.co_name for frame in frames] == ["switch_away", "rows", "read"]
    del graph, frames
    with pytest.raises(ZeroDivisionError):
        found.throw(ZeroDivisionError)


def test_one_that_has_not_begun_or_has_ended_has_no_frames(clean_heap):
    pending = greenlet.greenlet(outer)
    ended = suspended(list)
    assert ended.dead
    graph = refcycle.snapshot()
    for found in (pending, ended):
        assert not [obj for obj in graph.children(found) if type(obj).__name__ == "frame"]
        assert "suspended" not in str(graph.why(found))


def test_the_one_that_runs_and_the_main_one(clean_heap):
    answers = {}

    def call():
        session = Session()
        suspended(look)
        return session

    def look():
        here = greenlet.getcurrent()
        graph = refcycle.snapshot()
        answers["here"] = [type(obj).__name__ for obj in graph.children(here)]
        answers["main"] = graph.why(only(graph, Session))
        answers["roots"] = [root.name for root in graph.roots() if root.vertex is here.parent]

    call()
    assert "frame" not in answers["here"]
    assert answers["roots"] == ["main greenlet of a thread"]
    [chain] = answers["main"].chains
    assert chain.steps[-1].reference == "local 'session'"
    assert f"greenlet suspended at {HERE}" in str(chain)


def test_no_code_of_a_subclass_runs(clean_heap, tmp_path):
    calls = []

    class Hostile(greenlet.greenlet):
        @property
        def gr_frame(self):
            calls.append("gr_frame")

        @property
        def parent(self):
            calls.append("parent")
            return greenlet.greenlet.__dict__["parent"].__get__(self)

        def __getattribute__(self, name):
            calls.append(name)
            return super().__getattribute__(name)

        def __bool__(self):
            calls.append("bool")
            return False

    found = suspended(outer, of=Hostile)
    calls.clear()
    for untracked in (False, True):
        graph = refcycle.snapshot(untracked=untracked)
        assert "suspended at" in str(graph.why(only(graph, Session)))
        graph.roots()
        graph.save(tmp_path / "heap.refcycle")
        del graph
    refcycle.objects_reachable_from(found)
    refcycle.garbage_preview()
    assert calls == []
    found.throw()


def test_attributes_with_and_without_untracked_objects(waiting):
    waiting.__dict__["kept"] = Request()
    names = refcycle.annotations.annotated_references(waiting)
    assert names[waiting.parent] == ["parent", "main_greenlet"]
    for untracked in (False, True):
        graph = refcycle.snapshot(untracked=untracked)
        children = graph.children(waiting)
        assert waiting.__dict__ in children
        assert waiting.parent in children
        assert waiting.gr_frame in children


def test_a_greenlet_of_another_thread(clean_heap):
    ready, leave = threading.Event(), threading.Event()

    def work():
        found = suspended(outer)
        ready.set()
        leave.wait()
        end(found)

    thread = threading.Thread(target=work)
    thread.start()
    ready.wait()
    graph = refcycle.snapshot()
    text = str(the_chain(graph, only(graph, Session)))
    del graph
    leave.set()
    thread.join()
    assert f"greenlet suspended at {HERE}" in text


def test_one_whose_thread_has_ended():
    # In its own process, because greenlet leaves the variables of such a greenlet behind.
    text = run(
        """
        import greenlet, threading, refcycle
        class Session: pass
        kept = []
        def wait():
            session = Session()
            greenlet.getcurrent().parent.switch()
            return session
        def work():
            kept.append(greenlet.greenlet(wait))
            kept[0].switch()
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        graph = refcycle.snapshot()
        [session] = graph.find_by_typename("Session")
        print(graph.external_references(session), graph.why(session))
        """
    )
    assert text.startswith("0 ")
    assert "greenlet suspended at <string>:7" in text
    assert "local 'session'" in text


def ids(objects):
    return {id(obj) for obj in objects}


def test_the_preview_of_garbage_agrees_with_a_collection(clean_heap):
    holder = Request()
    holder.greenlet = found = suspended(outer)
    found.__dict__["holder"] = holder
    planted = {id(holder), id(found)}
    del holder, found
    suspended(lambda: [greenlet.getcurrent(), switch_away()])
    preview = ids(refcycle.garbage_preview())
    real = refcycle.garbage()
    assert preview == ids(real)
    assert planted & preview == (planted if ARE_COLLECTED else set())
    for obj in [*real, *gc.get_objects()]:
        if type(obj) is greenlet.greenlet and obj.gr_frame and obj.parent is not None:
            obj.throw()


def test_a_greenlet_that_only_itself_holds(clean_heap):
    def keep():
        me, session = greenlet.getcurrent(), Session()
        switch_away()
        return me, session

    suspended(keep)
    graph = refcycle.snapshot()
    answer = graph.why(only(graph, Session))
    assert answer.is_garbage
    [cycle] = answer.cycles
    assert {type(obj).__name__ for obj in cycle.graph} == {"greenlet", "frame"}
    words = "frees it" if ARE_COLLECTED else "the collector keeps suspended greenlets"
    assert words in answer.collection
    assert ("no collection" in answer.collection) == (not ARE_COLLECTED)
    [found] = [obj for obj in cycle.graph if type(obj) is greenlet.greenlet]
    del graph, answer, cycle
    found.throw()


def test_a_file_knows_the_same(waiting, tmp_path):
    graph = refcycle.snapshot()
    live = graph.why(only(graph, Session))
    [remedy] = live.remedies
    assert remedy.name == "suspended greenlet"
    assert "`outer`" in remedy.advice
    for redact in (False, True):
        graph.save(tmp_path / "heap.refcycle", redact=redact)
        loaded = refcycle.load(tmp_path / "heap.refcycle")
        [saved] = [obj for obj in loaded if obj.type_name == f"{__name__}.Session"]
        answer = loaded.why(saved)
        # This function has gone on.
        assert re.sub(r"py:\d+", "py", str(answer)) == re.sub(r"py:\d+", "py", str(live))
        [found] = [obj for obj in loaded if obj.address == id(waiting)]
        assert loaded.retained_size(found) == graph.retained_size(waiting)


def test_what_it_retains(clean_heap):
    def serve():
        data = [[] for _ in range(1000)]
        switch_away()
        return data

    found = suspended(serve)
    size = refcycle.snapshot().retained_size(found)
    assert size > 1000 * sys.getsizeof([])
    end(found)
    assert refcycle.snapshot().retained_size(found) < size / 10


def test_what_can_be_reached_from_it(waiting):
    reached = refcycle.objects_reachable_from(waiting)
    assert only(reached, Session) in reached.descendants(waiting)
    part = refcycle.ObjectGraph([waiting, waiting.gr_frame])
    assert part.children(waiting) == [waiting.gr_frame]


def test_looking_changes_nothing(waiting, tmp_path):
    counts = []
    session = None
    for _ in range(3):
        before = refcycle.snapshot()
        session = session or only(before, Session)
        before.why(session)
        before.save(tmp_path / "heap.refcycle")
        after = refcycle.snapshot()
        assert len(refcycle.diff(before, after).new) == 0
        del before, after
        counts.append([sys.getrefcount(obj) for obj in (session, waiting, waiting.gr_frame)])
    assert counts[0] == counts[1] == counts[2]
    weak = weakref.ref(session)
    del session
    end(waiting)
    assert weak() is None


def test_it_moves_on_while_a_snapshot_is_kept(waiting):
    graph = refcycle.snapshot()
    session = only(graph, Session)

    def descend(depth):
        return descend(depth - 1) if depth else switch_away()

    others = [suspended(lambda depth=depth: descend(depth)) for depth in (5, 50)]
    assert "local 'session'" in str(graph.why(session))
    end(waiting)
    for other in others:
        end(other)
    del others, other
    str(graph.why(session))
    graph.to_json()
    str(graph.ancestors(session, 3).tree(session, direction="referrers"))


def test_a_variable_that_is_not_used_again(clean_heap):
    def serve():
        while True:
            session = Session()
            session.done = True
            switch_away()

    found = suspended(serve)
    graph = refcycle.snapshot()
    [remedy] = graph.why(only(graph, Session)).remedies
    assert remedy.name == "variable that is not used again"
    assert "`del session` at the end of the loop" in remedy.advice
    del graph
    found.throw()


def test_no_advice_on_greenlets_for_what_something_else_holds(waiting):
    waiting.__dict__["kept"] = kept = Request()
    waiting.__dict__["frame"] = waiting.gr_frame
    names = [remedy.name for remedy in refcycle.snapshot().why(kept).remedies]
    assert "suspended greenlet" not in names
    del waiting.__dict__["frame"]


def test_frozen_ones(waiting):
    gc.freeze()
    try:
        graph = refcycle.snapshot()
        chain = the_chain(graph, only(graph, Session))
        assert "suspended at" in str(chain)
    finally:
        gc.unfreeze()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_in_a_fork():
    found = run_json(
        """
        import json, os, greenlet, refcycle
        class Session: pass
        def wait():
            session = Session()
            greenlet.getcurrent().parent.switch()
            return session
        waiting = greenlet.greenlet(wait)
        waiting.switch()
        refcycle.snapshot()
        read, write = os.pipe()
        if os.fork() == 0:
            graph = refcycle.snapshot()
            text = str(graph.why(graph.find_by_typename("Session")[0]))
            os.write(write, text.encode())
            os._exit(0)
        os.wait()
        print(json.dumps(os.read(read, 10000).decode()))
        """
    )
    assert "local 'session'" in found
    assert "C code" not in found


def test_the_module_is_never_imported():
    out = run(
        """
        import sys, refcycle
        graph = refcycle.snapshot(untracked=True)
        graph.roots()
        refcycle.objects_reachable_from([[]])
        refcycle.garbage_preview()
        print("greenlet" in sys.modules)
        """
    )
    assert out == "False\n"


def test_gevent():
    pytest.importorskip("gevent", reason="needs the package gevent")
    text = run(
        """
        import gevent, gevent.event, refcycle
        class Session: pass
        never = gevent.event.Event()
        def handle():
            session = Session()
            never.wait()
            return session
        waiting = gevent.spawn(handle)
        gevent.sleep(0)
        graph = refcycle.snapshot()
        [session] = graph.find_by_typename("Session")
        print(graph.external_references(session), graph.why(session))
        """
    )
    assert text.startswith("0 ")
    assert "C code" not in text
    assert "Greenlet suspended at <string>:7" in text
    assert "frame handle at <string>:7" in text
    assert "local 'session'" in text
    assert "kill()" in text


def test_eventlet():
    pytest.importorskip("eventlet", reason="needs the package eventlet")
    text = run(
        """
        import eventlet, refcycle
        from eventlet.event import Event
        class Session: pass
        never = Event()
        def handle():
            session = Session()
            never.wait()
            return session
        waiting = eventlet.spawn(handle)
        eventlet.sleep(0)
        graph = refcycle.snapshot()
        [session] = graph.find_by_typename("Session")
        print(graph.external_references(session), graph.why(session))
        """
    )
    assert text.startswith("0 ")
    assert "C code" not in text
    assert "GreenThread suspended at" in text
    assert "frame handle at <string>:8" in text
    assert "local 'session'" in text
