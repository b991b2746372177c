"""A snapshot that is written to a file, taken by the process or by a fork of it.

One file, because most of its length are programs that tests run in a process of their own.
"""

import contextlib
import errno
import os
import signal
import subprocess
import sys
import threading
import time
import warnings

import helpers.hostile_private  # noqa: F401 (its objects are among HOSTILE)
import pytest
from helpers.hostile import HOSTILE, watched
from helpers.processes import run, run_json

import refcycle
from refcycle import dumping
from refcycle._dumps import fork as _forked

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")

# Longer than anything takes: a failure has another reason.
PATIENCE = 100


class Kept:
    pass


@pytest.fixture
def path(tmp_path):
    return tmp_path / "now.refcycle"


def dump_by_fork(path, **options):
    taken = refcycle.dump(path, fork=True, **options)
    assert taken.pid != os.getpid()
    taken.wait(PATIENCE)
    assert taken.is_running is False


def kept_in(path):
    return refcycle.load(path).count_by_typename()["Kept"]


def has_no_child():
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


def saving(monkeypatch, save):
    """Let `save` write the file in the child, instead of a snapshot."""
    monkeypatch.setattr(dumping, "snapshot", lambda **options: None)
    monkeypatch.setattr(dumping, "save_into", lambda graph, file, *, redact: save(file))


def test_a_dump_has_what_is_alive(path, clean_heap):
    marks = [Kept(), Kept(), Kept()]
    assert refcycle.dump(path) is None
    assert kept_in(path) == len(marks)
    assert os.listdir(path.parent) == [path.name]


def test_a_dump_keeps_nothing_alive(path, clean_heap):
    import weakref

    mark = Kept()
    gone = weakref.ref(mark)
    # Those of other tests.
    graphs = len(refcycle.snapshot().find_by_typename("ObjectGraph"))
    refcycle.dump(path)
    del mark
    assert gone() is None
    assert len(refcycle.snapshot().find_by_typename("ObjectGraph")) == graphs


def test_options_are_those_of_the_snapshot_and_of_the_file(path, monkeypatch):
    asked = []

    class Snapshot:
        def __init__(self, *, process, **options):
            asked.append(options)

        def save(self, path, **options):
            asked.append((path, options))

        def statistics(self):
            return {"own_bytes": 0}

    monkeypatch.setattr(dumping, "snapshot", Snapshot)
    refcycle.dump(path, redact=False, untracked=True)
    assert asked == [{"untracked": True}, (str(path), {"redact": False, "progress": None})]


def test_a_folder_that_is_not_there(tmp_path):
    path = tmp_path / "none" / "now.refcycle"
    with pytest.raises(FileNotFoundError) as caught:
        refcycle.dump(path)
    assert caught.value.filename == str(path)


def test_no_code_of_the_objects_runs(path):
    objects = [make() for make in HOSTILE.values()]
    with watched() as touched:
        refcycle.dump(path)
        if hasattr(os, "fork"):
            dump_by_fork(path)
    assert touched == []
    del objects


@pytest.mark.parametrize("timeout", [0, -1, float("nan")])
def test_a_timeout_that_is_none(path, timeout):
    with pytest.raises(ValueError, match="it must be more than 0 seconds, or None"):
        refcycle.dump(path, fork=True, timeout=timeout)


def test_a_system_without_fork(path, monkeypatch):
    monkeypatch.delattr(os, "fork", raising=False)
    with pytest.raises(NotImplementedError, match="this system has no fork: do not use fork"):
        refcycle.dump(path, fork=True)
    assert os.listdir(path.parent) == []


@pytest.mark.any_version
@forks
@pytest.mark.parametrize("timeout", [PATIENCE, None])
def test_a_fork_has_what_is_alive(path, timeout):
    marks = [Kept(), Kept()]
    dump_by_fork(path, timeout=timeout)
    assert kept_in(path) == len(marks)
    assert os.listdir(path.parent) == [path.name]
    assert has_no_child()


@forks
def test_nobody_need_wait(path):
    taken = refcycle.dump(path, fork=True)
    deadline = time.monotonic() + PATIENCE
    while taken.is_running and time.monotonic() < deadline:
        time.sleep(0.01)
    assert path.exists()
    assert has_no_child()


@forks
def test_wait_can_be_called_again_and_shows_where_it_is(path):
    taken = refcycle.dump(path, fork=True)
    taken.wait(PATIENCE)
    taken.wait(0)
    assert repr(taken) == f"<ForkedDump: {path}, process {taken.pid}, done>"


@forks
def test_a_relative_path_is_that_of_the_call(in_tmp_path, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    taken = refcycle.dump("now.refcycle", fork=True)
    os.chdir("elsewhere")
    taken.wait(PATIENCE)
    assert taken.path == str(tmp_path / "now.refcycle")
    assert os.path.exists(taken.path)


@forks
def test_signals_warnings_and_the_collector_are_as_they_were(path):
    before = (
        signal.pthread_sigmask(signal.SIG_BLOCK, ()),
        list(warnings.filters),
        [signal.getsignal(number) for number in signal.valid_signals()],
        sorted(os.listdir("/dev/fd")),
    )
    dump_by_fork(path)
    after = (
        signal.pthread_sigmask(signal.SIG_BLOCK, ()),
        list(warnings.filters),
        [signal.getsignal(number) for number in signal.valid_signals()],
        sorted(os.listdir("/dev/fd")),
    )
    assert after == before


class Beside:
    """A thread that has a Kept in a local variable."""

    def __enter__(self):
        self.ready, self.stop = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.hold, name="beside")
        self.thread.start()
        self.ready.wait(PATIENCE)

    def hold(self):
        held = Kept()
        self.ready.set()
        self.stop.wait()
        del held

    def __exit__(self, *error):
        self.stop.set()
        self.thread.join()


def roots():
    found = refcycle.snapshot().roots()
    return "".join(f"{type(root.vertex).__name__} {root.name}\n" for root in found)


@forks
def test_what_other_threads_hold_is_there_without_their_frames(path, monkeypatch):
    saving(monkeypatch, lambda file: file.write([roots().encode()]))
    found = []
    with Beside():
        # A snapshot creates frame objects, which remain, so the fork comes first.
        for fork in (True, False):
            if fork:
                dump_by_fork(path)
            lines = path.read_text().splitlines() if fork else roots().splitlines()
            frames = [line for line in lines if line.endswith("running in thread beside")]
            kept = [line for line in lines if line.startswith("Kept ")]
            found.append((len(frames) >= 3, kept))
    assert found == [(False, ["Kept held by C code: 1 reference"]), (True, [])]


@forks
def test_the_warning_of_forks_beside_threads_is_no_error(path):
    with Beside(), warnings.catch_warnings():
        warnings.simplefilter("error")
        dump_by_fork(path)
    assert kept_in(path) == 1


@forks
def test_the_child_runs_nothing_of_the_program(tmp_path):
    told = run(
        f"""
        import atexit, gc, os, signal, sys, refcycle
        class Cycle:
            def __init__(self):
                self.me = self
            def __del__(self):
                if os.getpid() != parent:
                    os.write(told, b"finalizer ")
        parent = os.getpid()
        told = os.open({str(tmp_path / "told")!r}, os.O_WRONLY | os.O_CREAT)
        atexit.register(lambda: os.write(told, b"exit " if os.getpid() == parent else b"bad "))
        gc.set_threshold(1, 1, 1)
        Cycle()
        sys.stdout.write("once ")  # in a buffer at the fork
        refcycle.dump({str(tmp_path / "now.refcycle")!r}, fork=True).wait({PATIENCE})
        """
    )
    assert told == "once "
    assert (tmp_path / "told").read_text() == "exit "


@forks
def test_the_child_lets_go_of_files(path, monkeypatch):
    reading, writing = os.pipe()
    os.set_blocking(reading, False)

    saving(monkeypatch, lambda file: time.sleep(PATIENCE))
    taken = refcycle.dump(path, fork=True)
    try:
        os.close(writing)
        deadline = time.monotonic() + PATIENCE / 2
        while True:
            with contextlib.suppress(BlockingIOError):
                assert os.read(reading, 1) == b""
                break
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert taken.is_running
        with pytest.raises(TimeoutError, match=r"is not complete after 0\.01 s: wait longer"):
            taken.wait(0.01)
    finally:
        os.kill(taken.pid, signal.SIGTERM)
        os.close(reading)
    with pytest.raises(RuntimeError, match="was killed by SIGTERM"):
        taken.wait(PATIENCE)
    assert os.listdir(path.parent) == []


def begin(file):
    os.write(file.open(), b"begun")


@forks
@pytest.mark.parametrize(
    ("end", "name"),
    [(lambda: os.kill(os.getpid(), signal.SIGKILL), "SIGKILL"), (os.abort, "SIGABRT")],
)
def test_a_child_that_is_killed_leaves_no_file(path, monkeypatch, end, name):
    def save(file):
        begin(file)
        end()

    path.write_text("an older one")
    saving(monkeypatch, save)
    taken = refcycle.dump(path, fork=True)
    for _ in range(2):
        with pytest.raises(RuntimeError, match=f"process {taken.pid}, .* was killed by {name}"):
            taken.wait(PATIENCE)
    assert repr(taken).endswith(", failed>")
    assert os.listdir(path.parent) == [path.name]
    assert path.read_text() == "an older one"
    assert has_no_child()


@forks
def test_a_child_that_waits_for_a_lost_lock_is_ended(path, monkeypatch):
    lock = threading.Lock()
    lock.acquire()

    def save(file):
        begin(file)
        lock.acquire()

    saving(monkeypatch, save)
    taken = refcycle.dump(path, fork=True, timeout=0.2)
    with pytest.raises(TimeoutError, match=r"after 0\.2 s: another thread"):
        taken.wait(PATIENCE)
    assert os.listdir(path.parent) == []


@forks
def test_a_child_that_never_sets_its_timer_is_ended(path, monkeypatch):
    def never(limit):
        time.sleep(PATIENCE)

    monkeypatch.setattr(_forked, "_end_after", never)
    monkeypatch.setattr(_forked, "GRACE", 0.1)
    taken = refcycle.dump(path, fork=True, timeout=0.1)
    with pytest.raises(RuntimeError, match="was killed by SIGKILL"):
        taken.wait(PATIENCE)
    assert os.listdir(path.parent) == []


@forks
@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), OSError, "No space left"),
        (MemoryError(), MemoryError, "too little memory"),
        (ValueError("x" * 70_000), RuntimeError, "the dump failed with ValueError: xxx"),
        (KeyboardInterrupt(), RuntimeError, "the dump failed with KeyboardInterrupt"),
    ],
)
def test_an_error_of_the_child_is_raised_here(path, monkeypatch, error, kind, message):
    def save(file):
        begin(file)
        raise error

    saving(monkeypatch, save)
    taken = refcycle.dump(path, fork=True)
    with pytest.raises(kind, match=message) as caught:
        taken.wait(PATIENCE)
    if kind is OSError:
        assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(path))
    assert os.listdir(path.parent) == []


@forks
@pytest.mark.parametrize("fork", [False, True])
def test_a_disk_that_is_full(tmp_path, fork):
    found = run_json(
        f"""
        import json, os, resource, refcycle
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
        path = {str(tmp_path / "now.refcycle")!r}
        try:
            taken = refcycle.dump(path, fork={fork})
            taken.wait({PATIENCE})
        except OSError as error:
            print(json.dumps([error.errno, error.filename == path]))
        """
    )
    assert found == [errno.EFBIG, True]
    assert os.listdir(tmp_path) == []


@forks
def test_a_fork_that_is_refused():
    found = run_json(
        """
        import json, os, resource, tempfile, refcycle
        from refcycle import dumping
        from refcycle._dumps import fork as _forked
        with tempfile.TemporaryDirectory(dir="/tmp") as folder:
            os.chmod(folder, 0o777)
            if os.geteuid() == 0:
                os.seteuid(65534)  # root is refused no fork
                os.setresuid(65534, 65534, 0)
            resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
            try:
                refcycle.dump(os.path.join(folder, "now.refcycle"), fork=True)
            except BlockingIOError as error:
                print(json.dumps([error.errno, error.strerror, os.listdir(folder)]))
            if os.getresuid()[2] == 0:
                os.seteuid(0)
        """
    )
    number, message, left = found
    assert number == errno.EAGAIN
    assert message.startswith("the process could not be forked (")
    assert "do not use fork" in message
    assert left == []


@pytest.mark.parametrize("fork", [False, pytest.param(True, marks=forks)])
def test_a_folder_that_cannot_be_written(fork):
    found = run_json(
        f"""
        import json, os, tempfile, refcycle
        from refcycle import dumping
        from refcycle._dumps import fork as _forked
        with tempfile.TemporaryDirectory(dir="/tmp") as folder:
            os.chmod(folder, 0o555)
            user = os.geteuid()
            if user == 0:
                os.seteuid(65534)  # root may write everywhere
            path = os.path.join(folder, "now.refcycle")
            try:
                refcycle.dump(path, fork={fork})
            except PermissionError as error:
                print(json.dumps([error.errno, error.filename == path, os.listdir(folder)]))
            os.seteuid(user)
        """
    )
    assert found == [errno.EACCES, True, []]


@forks
def test_a_program_that_waits_for_all_its_children(path):
    taken_by = []

    def reap(number, frame):
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                taken_by.append(number)

    before = signal.signal(signal.SIGCHLD, reap)
    try:
        dump_by_fork(path)
    finally:
        signal.signal(signal.SIGCHLD, before)
    assert path.exists()


@forks
def test_no_thread_can_be_had(path, monkeypatch):
    def refuse(*arguments):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(dumping, "start_new_thread", refuse)
    taken = refcycle.dump(path, fork=True)
    taken.wait()
    assert path.exists()
    assert has_no_child()


@forks
def test_another_process_cannot_wait(path):
    taken = refcycle.dump(path, fork=True)
    owner = taken._owner
    taken._owner = -1
    with pytest.raises(RuntimeError, match="belongs to process -1"):
        taken.wait()
    taken._owner = owner
    taken.wait(PATIENCE)


FRAMES_OF_ENDED_THREADS = """
import os, sys, threading, warnings
import refcycle

class Mark:
    pass

def hold(ready, stop):
    held = Mark()
    ready.set()
    stop.wait()

ready, stop = threading.Event(), threading.Event()
threading.Thread(target=hold, args=(ready, stop)).start()
ready.wait()
warnings.simplefilter("ignore")
others = sys._current_frames()
del others[threading.get_ident()]
frames = []
for frame in others.values():
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
if os.fork() == 0:
    graph = refcycle.snapshot(untracked=True)
    assert all(found in graph for found in frames)
    graph.roots()
    assert graph.why(frames[0]).chains
    labels = [refcycle.annotations.object_annotation(found) for found in frames]
    assert len(labels) == len(frames)
    here = sys._getframe()
    graph = refcycle.snapshot()
    assert refcycle.annotations.object_annotation(here).startswith("frame\\n")
    os._exit(17)
_, status = os.wait()
stop.set()
print(os.waitstatus_to_exitcode(status))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_frames_of_threads_that_a_fork_has_lost_are_not_read():
    program = "import refcycle.annotations\n" + FRAMES_OF_ENDED_THREADS
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout.strip(), done.returncode) == ("17", 0), done.stderr


@pytest.mark.any_version
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_dump_is_compared_with_others_of_its_process(tmp_path):
    class Grown:
        pass

    refcycle.dump(tmp_path / "a.refcycle", fork=True).wait(60)
    kept = [Grown() for _ in range(3)]
    refcycle.dump(tmp_path / "b.refcycle", fork=True).wait(60)
    before, after = (refcycle.load(tmp_path / name) for name in ("a.refcycle", "b.refcycle"))
    assert before.metadata["pid"] == after.metadata["pid"] == str(os.getpid())
    found = refcycle.diff(before, after)
    assert [row.count for row in found.table if row.type_name == "Grown"] == [len(kept)]


@pytest.mark.any_version
@forks
@pytest.mark.parametrize("timeout", [float("inf"), 1e10, 3e6, None])
def test_a_limit_of_no_end(path, timeout):
    refcycle.dump(path, fork=True, timeout=timeout).wait(PATIENCE)
    assert os.listdir(path.parent) == [path.name]


@forks
def test_no_fork_is_left_alone_when_the_program_ends(path):
    code = f"""
        import refcycle
        refcycle.dump({str(path)!r}, fork=True).wait()

        class Finalized:
            def __del__(self, dump=refcycle.dump, print=print):
                try:
                    dump({str(path) + "2"!r}, fork=True)
                except RuntimeError as error:
                    print(error)

        kept = Finalized()
        """
    assert "do not use fork" in run(code)
    assert os.listdir(path.parent) == [path.name]


def test_dumps_are_taken_one_at_a_time(tmp_path, monkeypatch):
    written, has_begun, may_end = dumping.written, threading.Event(), threading.Event()

    def wait(graph, write):
        has_begun.set()
        assert may_end.wait(PATIENCE)
        written(graph, write)

    monkeypatch.setattr(dumping, "written", wait)
    first = threading.Thread(target=refcycle.dump, args=(tmp_path / "first.refcycle",))
    first.start()
    assert has_begun.wait(PATIENCE)
    # Another one waits: the snapshot that is being written holds all objects.
    assert not dumping.one_at_a_time().acquire(blocking=False)
    may_end.set()
    first.join(PATIENCE)
    monkeypatch.undo()
    # A signal may come during a dump.
    with dumping.one_at_a_time():
        refcycle.dump(tmp_path / "second.refcycle")
    assert len(os.listdir(tmp_path)) == 2


@forks
def test_a_fork_of_the_program_does_not_wait_for_a_dump_of_its_parent(tmp_path):
    told = run(
        f"""
        import os, threading, refcycle
        from refcycle import dumping
        held, end = threading.Event(), threading.Event()
        def hold():
            with dumping.one_at_a_time():
                held.set()
                end.wait({PATIENCE})
        thread = threading.Thread(target=hold)
        thread.start()
        held.wait({PATIENCE})
        child = os.fork()
        if not child:
            refcycle.dump({str(tmp_path / "now.refcycle")!r})
            os._exit(17)
        _, status = os.waitpid(child, 0)
        end.set()
        print(os.waitstatus_to_exitcode(status))
        """
    )
    assert told.split() == ["17"]
