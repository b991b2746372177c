"""A dump when a MemoryError ends a program or a thread."""

import gc
import os
import subprocess
import sys
import textwrap
import threading

import pytest

import refcycle
from refcycle import memory_error_dumps


class Kept:
    pass


@pytest.fixture(autouse=True)
def hooks():
    """What the hooks that were there before are called with, and they stay."""
    told = []
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    sys.excepthook = lambda kind, error, traceback: told.append(("program", kind))
    threading.excepthook = lambda arguments: told.append(("thread", arguments.exc_type))
    sys.unraisablehook = lambda arguments: told.append(("unraisable", arguments.exc_type))
    yield told
    sys.excepthook, threading.excepthook, sys.unraisablehook = before
    gc.collect()  # the exceptions with their objects: the next test counts its own


def raise_in_program(error):
    def work():
        held = [Kept(), Kept(), Kept()]
        raise error
        del held

    try:
        work()
    except BaseException as caught:
        sys.excepthook(type(caught), caught, caught.__traceback__)


def raise_in_thread(error):
    def work():
        held = [Kept(), Kept(), Kept()]
        raise error
        del held

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def raise_in_finalizer(error):
    class Finalized:
        def __del__(self):
            held = [Kept(), Kept(), Kept()]
            raise error
            del held

    Finalized()


WAYS = {"program": raise_in_program, "thread": raise_in_thread, "unraisable": raise_in_finalizer}


@pytest.mark.parametrize("way", WAYS)
def test_the_frames_of_the_error_are_in_the_dump(tmp_path, hooks, way, clean_heap):
    with refcycle.dump_on_memory_error(tmp_path, reserve=1000) as dump:
        assert dump.path is None
        WAYS[way](MemoryError())
        [name] = os.listdir(tmp_path)
        assert dump.path == str(tmp_path / name)
    assert refcycle.load(dump.path).count_by_typename()["Kept"] == 3
    assert hooks == [(way, MemoryError)]


@pytest.mark.parametrize("way", WAYS)
def test_other_errors_are_passed_on(tmp_path, hooks, way):
    with refcycle.dump_on_memory_error(tmp_path, reserve=0) as dump:
        WAYS[way](ValueError())
    assert dump.path is None
    assert os.listdir(tmp_path) == []
    assert hooks == [(way, ValueError)]


def test_the_first_error_is_dumped_and_all_are_passed_on(tmp_path, hooks):
    class Own(MemoryError):
        pass

    with refcycle.dump_on_memory_error(tmp_path, reserve=0):
        raise_in_thread(Own())
        raise_in_program(MemoryError())
    assert len(os.listdir(tmp_path)) == 1
    assert hooks == [("thread", Own), ("program", MemoryError)]


def test_the_hooks_are_put_back(tmp_path, hooks):
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    dump = refcycle.dump_on_memory_error(tmp_path, reserve=0)
    during = sys.excepthook, threading.excepthook, sys.unraisablehook
    assert all(ours is not theirs for ours, theirs in zip(during, before, strict=True))
    dump.close()
    dump.close()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before
    raise_in_program(MemoryError())
    assert os.listdir(tmp_path) == []
    assert hooks == [("program", MemoryError)]


def test_hooks_that_came_later_stay(tmp_path, hooks):
    dump = refcycle.dump_on_memory_error(tmp_path, reserve=0)
    ours = sys.excepthook
    later = sys.excepthook = lambda *arguments: ours(*arguments)
    dump.close()
    assert sys.excepthook is later
    raise_in_program(MemoryError())
    assert os.listdir(tmp_path) == []
    assert hooks == [("program", MemoryError)]


def test_the_reserve_is_let_go_first(tmp_path, monkeypatch):
    dump = refcycle.dump_on_memory_error(tmp_path, reserve=12345)
    reserves = [len(dump._reserve)]
    monkeypatch.setattr(
        memory_error_dumps, "dump", lambda path, **options: reserves.append(dump._reserve)
    )
    raise_in_program(MemoryError())
    dump.close()
    assert reserves == [12345, None, None]


def test_a_dump_that_fails_is_a_line_on_the_standard_error(tmp_path, capfd, hooks):
    directory = tmp_path / "gone"
    directory.mkdir()
    with refcycle.dump_on_memory_error(directory, reserve=0) as dump:
        directory.rmdir()
        raise_in_program(MemoryError())
    expected = f"refcycle: no dump in {directory}: No such file or directory\n"
    assert capfd.readouterr().err == expected
    assert dump.path is None
    assert hooks == [("program", MemoryError)]


def test_what_it_does_not_take(tmp_path):
    before = sys.excepthook
    with pytest.raises(FileNotFoundError):
        refcycle.dump_on_memory_error(tmp_path / "none")
    with pytest.raises(ValueError, match="reserve is -1: it must be 0 bytes or more"):
        refcycle.dump_on_memory_error(tmp_path, reserve=-1)
    assert sys.excepthook is before


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a limit that holds")
@pytest.mark.parametrize("place", ["program", "thread"])
def test_memory_that_has_run_out(tmp_path, place):
    code = f"""
        import resource, threading, refcycle

        class Kept:
            pass

        def used():
            with open("/proc/self/statm") as file:
                return int(file.read().split()[0]) * resource.getpagesize()

        def fill():
            kept = []
            while True:
                kept.append((Kept(), bytearray(100_000)))

        dump = refcycle.dump_on_memory_error({str(tmp_path)!r})
        thread = threading.Thread(target=fill)  # its stack before there is no room
        if {place!r} == "thread":
            limit = used() + (300 << 20)
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
            thread.start()
            thread.join()
        else:
            limit = used() + (200 << 20)
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
            fill()
        """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=100
    )
    assert "MemoryError" in done.stderr
    assert "no dump" not in done.stderr
    assert done.returncode == (1 if place == "program" else 0)
    [name] = os.listdir(tmp_path)
    assert refcycle.load(tmp_path / name).count_by_typename()["Kept"] > 500


def test_it_is_complete(tmp_path, capfd, hooks):
    with refcycle.dump_on_memory_error(tmp_path) as dump:
        raise_in_program(MemoryError())
    heap = refcycle.load(dump.path)
    assert heap.metadata["untracked"] == "true"
    assert heap.count_by_typename()["str"] > 1000
    assert capfd.readouterr().err == ""


def test_where_that_fails_it_is_tracked_and_says_so(tmp_path, monkeypatch, capfd, hooks):
    write, asked = memory_error_dumps.dump, []

    def fail(path, *, redact, untracked, uncaught):
        asked.append(untracked)
        if untracked:
            raise MemoryError
        write(path, redact=redact, untracked=untracked, uncaught=uncaught)

    monkeypatch.setattr(memory_error_dumps, "dump", fail)
    with refcycle.dump_on_memory_error(tmp_path) as dump:
        raise_in_program(MemoryError())
    assert asked == [False, True]
    assert capfd.readouterr().err == (
        f"refcycle: the dump {dump.path} has only the objects that the collector tracks: memory "
        "ran out for a complete one\n"
    )
    assert refcycle.load(dump.path).metadata["untracked"] == "false"


def test_any_other_failure_of_the_complete_one_leaves_the_tracked_one(
    tmp_path, monkeypatch, capfd, hooks
):
    write = memory_error_dumps.dump

    def fail(path, *, redact, untracked, uncaught):
        if untracked:
            raise RuntimeError("a bug")
        write(path, redact=redact, untracked=untracked, uncaught=uncaught)

    monkeypatch.setattr(memory_error_dumps, "dump", fail)
    with refcycle.dump_on_memory_error(tmp_path) as dump:
        raise_in_program(MemoryError())
    assert refcycle.load(dump.path).metadata["untracked"] == "false"
    assert capfd.readouterr().err == (
        f"refcycle: the dump {dump.path} has only the objects that the collector tracks: a "
        "complete one failed: a bug\n"
    )


def test_a_complete_one_is_tried_only_if_it_is_wanted(tmp_path, capfd, hooks):
    with refcycle.dump_on_memory_error(tmp_path, untracked=False) as dump:
        raise_in_program(MemoryError())
    assert refcycle.load(dump.path).metadata["untracked"] == "false"
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a limit that holds")
def test_a_heap_of_strings_is_dumped_as_far_as_there_is_memory(tmp_path):
    code = f"""
        import resource, refcycle

        class Kept:
            pass

        kept = [Kept()]  # a global: without any memory, frames may be missing

        def fill():
            for number in range(10**9):
                kept.append("a text " + str(number))

        dump = refcycle.dump_on_memory_error({str(tmp_path)!r}, reserve=30 << 20)
        with open("/proc/self/statm") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + (200 << 20),) * 2)
        fill()
        """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=100
    )
    assert "no dump" not in done.stderr
    [name] = os.listdir(tmp_path)
    heap = refcycle.load(tmp_path / name)
    # How much is left when the list cannot grow differs between versions.
    is_tracked = heap.metadata["untracked"] == "false"
    assert is_tracked is ("has only the objects that the collector tracks" in done.stderr)
    assert heap.count_by_typename()["Kept"] == 1


PROGRAM = """
import refcycle, threading

class Kept:
    pass

class Registered:
    pass

registry = []

def build():
    rows = [Kept() for _ in range(1000)]
    registry.append(Registered())
    raise MemoryError

def main():
    if {in_thread}:
        thread = threading.Thread(target=build)
        thread.start()
        thread.join()
    else:
        build()

main()
"""
OWN_FILES = ("memory_error_dumps.py", "dumping.py", "run_program.py", "command_line.py", "run.py")


@pytest.fixture(scope="module", params=["program", "thread"])
def place(request):
    return request.param


@pytest.fixture(scope="module", params=["run", "environment"])
def heap_of_the_error(request, place, tmp_path_factory):
    """The dump that a program without any hook of its own causes."""
    tmp_path = tmp_path_factory.mktemp("error")
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.format(in_thread=place == "thread"))
    folder = tmp_path / "dumps"
    folder.mkdir()
    words = f"MemoryError,to={folder}"
    run = ["-m", "refcycle", "run", "--dump-on", words] if request.param == "run" else []
    environment = {**os.environ, "REFCYCLE_DUMP_ON": "" if run else words}
    done = subprocess.run(
        [sys.executable, *run, str(program)],
        capture_output=True,
        text=True,
        timeout=100,
        env=environment,
    )
    assert done.returncode == (1 if place == "program" else 0)
    assert done.stderr.rstrip().endswith("MemoryError")
    [name] = os.listdir(folder)
    return refcycle.load(folder / name)


def test_the_answers_know_that_the_exception_was_not_caught(heap_of_the_error, place):
    heap = heap_of_the_error
    thread = "MainThread" if place == "program" else "Thread-1"
    rows = heap.why_all("Kept").to_text(ascii=True)
    assert f"uncaught in thread {thread}" in rows
    assert "frame build at program.py" in rows
    assert "exception that ended the program or a thread" in rows
    [error] = heap.find_by_typename("MemoryError")
    of_error = heap.why(error).to_text(ascii=True)
    assert of_error.splitlines()[1].endswith(
        f"uncaught in thread {thread}" + ("" if place == "program" else " (build)")
    )
    # No statement of the program holds the exception, and no prompt.
    for text in (rows, of_error):
        assert not any(words in text for words in ("`except` block", "`del ", "prompt"))
        assert not any(name in text for name in OWN_FILES)


def test_a_fix_of_what_the_program_holds_is_still_shown(heap_of_the_error):
    text = heap_of_the_error.why_all("Registered").to_text()
    assert "module-level registry" in text
    assert "exception that ended" not in text


def test_the_calls_of_refcycle_retain_nothing(heap_of_the_error):
    heap = heap_of_the_error
    retainers = [row.name for row in heap.top_retained(30)]
    assert not any(name in row for row in retainers for name in OWN_FILES)
    assert not any("_Parser" in row for row in retainers)
    owners = [heap.roots()[number].name for number in range(len(heap.roots()))]
    held = [name for name in owners if "refcycle, for the dump" in name]
    # Such as the file that is written.
    sizes = [heap.retained_size(root.vertex) for root in heap.roots() if root.name in held]
    assert sum(sizes) < 100_000


def test_an_exception_that_the_program_handles_is_not_uncaught(tmp_path):
    path = tmp_path / "handled.refcycle"

    def build():
        held = [Kept()]
        raise MemoryError
        del held

    try:
        build()
    except MemoryError:
        refcycle.dump(path)
    heap = refcycle.load(path)
    [kept] = heap.find_by_typename("Kept")
    text = heap.why(kept).to_text()
    assert "exception that is being handled" in text
    assert "uncaught" not in text


def dumping(name):
    """A function that dumps while its variable holds an object, in a module of this name."""
    code = "def work(dump, path, held):\n    dump(path)\n"
    namespace = {"__name__": name, "__builtins__": __builtins__}
    exec(compile(code, f"{name}.py", "exec"), namespace)
    return namespace["work"]


@pytest.mark.parametrize("name", ["refcycle", "refcycle.inner", "refcycles", "program"])
def test_only_the_variables_of_refcycle_itself_are_left_out(tmp_path, name):
    path = str(tmp_path / "now.refcycle")
    dumping(name)(refcycle.dump, path, held=Kept())
    heap = refcycle.load(path)
    [kept] = heap.find_by_typename("Kept")
    holders = heap.why(kept).to_text(ascii=True)
    is_own = name.split(".")[0] == "refcycle"
    assert ("local 'held'" in holders) is not is_own
    assert ("refcycle, for the dump" in holders) is is_own


def test_what_others_hold_too_is_not_held_by_refcycle(tmp_path):
    path = str(tmp_path / "now.refcycle")
    registry = [Kept()]
    dumping("refcycle.inner")(refcycle.dump, path, held=registry[0])
    heap = refcycle.load(path)
    [kept] = heap.find_by_typename("Kept")
    holders = heap.why(kept).to_text(ascii=True)
    assert "local 'registry'" in holders
    assert "refcycle, for the dump" not in holders
    # Up to 3.10, the stack of the caller has the argument too.
    assert heap.external_references(kept) == (sys.version_info < (3, 11))


def test_an_object_in_a_cycle_of_its_own_is_held_by_refcycle(tmp_path):
    path = str(tmp_path / "now.refcycle")
    dumping("refcycle.inner")(refcycle.dump, path, held=cyclic())
    heap = refcycle.load(path)
    [kept] = heap.find_by_typename("Kept")
    assert kept not in heap.unreachable()
    # Up to 3.10, the stack of the caller has the argument too, and is not seen.
    holder = "C code" if sys.version_info < (3, 11) else "refcycle, for the dump"
    assert holder in heap.why(kept).to_text(ascii=True)


def cyclic():
    kept = Kept()
    kept.me = kept
    return kept
