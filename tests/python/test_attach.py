"""A dump of another process, which has not imported refcycle."""

import errno
import os
import shutil
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from helpers.attached import BUSY, PATIENCE, SERVER, attaches, end, process

import refcycle
from refcycle import attachment


@pytest.fixture
def folder(tmp_path):
    return tmp_path


@attaches
def test_a_process_that_has_not_imported_refcycle(folder):
    path = folder / "server.refcycle"
    with process(folder) as running:
        assert refcycle.attach(running.pid, path) is None
        assert os.listdir(folder) == [path.name]
        assert end(running, folder) == "True True set()\n"
    assert refcycle.load(path).count_by_typename()["Kept"] == 3


@attaches
def test_a_process_can_be_attached_to_again(folder):
    path = folder / "server.refcycle"
    with process(folder) as running:
        for _ in range(3):
            refcycle.attach(running.pid, path)
        assert end(running, folder) == "True True set()\n"
    assert refcycle.load(path).count_by_typename()["Kept"] == 3
    assert sorted(os.listdir(folder)) == ["server.refcycle", "stop"]


@attaches
def test_nothing_of_the_script_is_left(folder):
    code = """
        import gc, os, time
        gc.disable()
        before = None
        print("ready", flush=True)
        end = time.monotonic() + 100
        while not os.path.exists("stop") and time.monotonic() < end:
            time.sleep(0.01)
        here = [obj for obj in gc.get_objects() if type(obj).__name__ == "function"]
        print([function.__name__ for function in here if function.__name__ == "take_dump"])
    """
    with process(folder, code) as running:
        refcycle.attach(running.pid, folder / "server.refcycle")
        assert end(running, folder) == "[]\n"


@attaches
def test_a_process_that_has_imported_refcycle(folder):
    with process(folder, "import refcycle\n" + textwrap.dedent(SERVER)) as running:
        refcycle.attach(running.pid, folder / "server.refcycle")
    assert refcycle.load(folder / "server.refcycle").count_by_typename()["Kept"] == 3


@attaches
def test_this_process(folder):
    class Here:
        pass

    here = Here()
    refcycle.attach(os.getpid(), folder / "here.refcycle")
    assert refcycle.load(folder / "here.refcycle").count_by_typename()["Here"] == 1
    del here


@attaches
def test_redaction_is_that_of_the_call(folder, monkeypatch):
    sent = []
    real = attachment._send

    def send(pid, script):
        sent.append(Path(script).read_text(encoding="utf-8").splitlines()[-2])
        real(pid, script)

    monkeypatch.setattr(attachment, "_send", send)
    with process(folder) as running:
        refcycle.attach(running.pid, folder / "one", redact=False)
        refcycle.attach(running.pid, folder / "two")
    options = [line.partition("redact=")[2] for line in sent]
    assert options == ["False, untracked=True)", "True, untracked=True)"]


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="before Python 3.14")
def test_a_python_that_is_too_old(folder):
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    with pytest.raises(RuntimeError, match=rf"needs Python 3\.14 or later.* this is {here}: let"):
        refcycle.attach(os.getpid(), folder / "none")
    assert os.listdir(folder) == []


@attaches
@pytest.mark.parametrize(
    ("pid", "timeout", "message"),
    [(0, 1, "pid is 0"), (-5, 1, "pid is -5"), (1, 0, "timeout is 0"), (1, float("nan"), "nan")],
)
def test_what_it_does_not_take(folder, pid, timeout, message):
    with pytest.raises(ValueError, match=message):
        refcycle.attach(pid, folder / "none", timeout=timeout)


@attaches
@pytest.mark.parametrize("pid", [2**22 + 1, 2**40])
def test_no_such_process(folder, pid):
    with pytest.raises(ProcessLookupError, match=f"there is no process {pid}") as caught:
        refcycle.attach(pid, folder / "none")
    assert caught.value.errno == errno.ESRCH


@attaches
def test_a_process_that_has_ended_and_was_not_waited_for(folder):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    with pytest.raises(ProcessLookupError, match="there is no process"):
        refcycle.attach(ended.pid, folder / "none")
    ended.wait()


@attaches
def test_a_folder_that_is_not_there(folder):
    path = folder / "none" / "server.refcycle"
    with pytest.raises(FileNotFoundError) as caught:
        refcycle.attach(os.getpid(), path)
    assert caught.value.filename == str(path)


@attaches
def test_a_program_that_is_no_python(folder):
    other = subprocess.Popen(["sleep", "100"])
    try:
        with pytest.raises(RuntimeError, match=r"it does not run CPython 3\.14 or later"):
            refcycle.attach(other.pid, folder / "none")
    finally:
        other.kill()
        other.wait()
    assert os.listdir(folder) == []


def other_pythons():
    known = Path.home() / ".cache/refcycle/interpreters"
    found = [known / f"3.{minor}/usr/bin/python3.{minor}" for minor in (14, 15)]
    return [path for path in found if path.exists()]


@attaches
def test_another_version_of_python(folder):
    here = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    others = [path for path in other_pythons() if path.name != here]
    if not others:
        pytest.skip("there is no other Python")
    with (
        process(folder, python=str(others[0])) as running,
        pytest.raises(RuntimeError, match="it runs another version of Python than 3"),
    ):
        refcycle.attach(running.pid, folder / "none")
    assert os.listdir(folder) == []


@attaches
@pytest.mark.parametrize("way", ["option", "environment"])
def test_a_process_in_which_it_is_disabled(folder, way):
    options = ["-X", "disable-remote-debug"] if way == "option" else []
    env = {**os.environ, "PYTHON_DISABLE_REMOTE_DEBUG": "1"} if way == "environment" else None
    with (
        process(folder, SERVER, *options, env=env) as running,
        pytest.raises(RuntimeError, match="remote debugging is disabled in it"),
    ):
        refcycle.attach(running.pid, folder / "none")
    assert os.listdir(folder) == []


@attaches
def test_what_the_system_says_of_permissions(folder, monkeypatch):
    def refuse(pid, script):
        try:
            raise PermissionError(errno.EPERM, "Operation not permitted")
        except PermissionError as error:
            raise RuntimeError("Failed to read memory") from error

    monkeypatch.setattr(sys, "remote_exec", refuse)
    with pytest.raises(PermissionError, match="no permission to attach to process") as caught:
        refcycle.attach(os.getpid(), folder / "none")
    assert caught.value.errno == errno.EPERM
    if sys.platform.startswith("linux"):
        assert "CAP_SYS_PTRACE" in str(caught.value)


@attaches
@pytest.mark.parametrize(
    ("raised", "kind", "message"),
    [
        ((errno.EIO, "Input/output error"), OSError, "be attached to: Input/output error"),
        (("something new",), RuntimeError, "be attached to: something new"),
    ],
)
def test_other_refusals_are_passed_on(folder, monkeypatch, raised, kind, message):
    def refuse(pid, script):
        # Created here: as a parameter, it would keep its frames forever.
        raise kind(*raised)

    monkeypatch.setattr(sys, "remote_exec", refuse)
    with pytest.raises(kind, match=message):
        refcycle.attach(os.getpid(), folder / "none")
    assert os.listdir(folder) == []


@attaches
def test_a_link_stays_one_where_both_are_of_one_user(folder):
    (folder / "place").write_text("older")
    (folder / "place").chmod(0o640)
    (folder / "link").symlink_to("place")
    with process(folder) as running:
        refcycle.attach(running.pid, folder / "link")
    assert os.readlink(folder / "link") == "place"
    assert refcycle.load(folder / "place").count_by_typename()["Kept"] == 3
    assert (folder / "place").stat().st_mode & 0o777 == 0o640


@attaches
def test_a_process_that_runs_no_python_code(folder):
    with process(folder, BUSY, stdin=subprocess.PIPE) as running:
        with pytest.raises(
            TimeoutError, match=r"ran no Python code for 0\.2 s: it is waiting, or"
        ):
            refcycle.attach(running.pid, folder / "none", timeout=0.2)
        assert os.listdir(folder) == []
        # The code that it runs when it continues is harmless, and prints nothing.
        assert running.communicate("x", timeout=PATIENCE)[0] == "False\n"
        assert running.returncode == 0
    assert os.listdir(folder) == []


@attaches
def test_one_that_goes_on_in_time(folder):
    with process(folder, BUSY, stdin=subprocess.PIPE) as running:
        timer = threading.Timer(
            0.3, lambda: running.stdin.write("x") + bool(running.stdin.flush())
        )
        timer.start()
        refcycle.attach(running.pid, folder / "late", timeout=PATIENCE)
        timer.join()
    assert len(refcycle.load(folder / "late")) > 1000


@attaches
def test_a_process_that_ends_while_it_is_attached_to(folder):
    with process(folder, BUSY, stdin=subprocess.PIPE) as running:
        timer = threading.Timer(0.2, running.kill)
        timer.start()
        with pytest.raises(ProcessLookupError, match="ended during the attach"):
            refcycle.attach(running.pid, folder / "none")
        timer.join()
    assert os.listdir(folder) == []


@attaches
def test_a_process_that_ends_in_the_dump(folder):
    code = """
        import os, refcycle.dumping, time
        def end(*arguments, **options):
            os.kill(os.getpid(), 9)
        refcycle.dumping.dump = end
        print("ready", flush=True)
        for _ in range(10_000):
            time.sleep(0.01)
    """
    with (
        process(folder, code) as running,
        pytest.raises(ProcessLookupError, match="ended during the attach"),
    ):
        refcycle.attach(running.pid, folder / "none")
    assert os.listdir(folder) == []


FAILING = """
    import refcycle.dumping, time
    def fail(*arguments, **options):
        {statement}
    refcycle.dumping.dump = fail
    print("ready", flush=True)
    for _ in range(10_000):
        time.sleep(0.01)
"""


@attaches
@pytest.mark.parametrize(
    ("statement", "kind", "message"),
    [
        ("raise OSError(28, 'No space left on device', '/x')", OSError, "No space left"),
        ("raise MemoryError", MemoryError, "has too little memory for the dump"),
        ("raise ValueError('a reason')", RuntimeError, "with ValueError: a reason"),
        ("import no_such_module", RuntimeError, "cannot import refcycle.*no_such_module"),
    ],
)
def test_a_dump_that_fails_there(folder, statement, kind, message):
    path = folder / "none"
    path.write_text("an older one")
    with process(folder, FAILING.format(statement=statement)) as running:
        with pytest.raises(kind, match=message) as caught:
            refcycle.attach(running.pid, path)
        assert running.poll() is None
    if kind is OSError:
        assert (caught.value.errno, caught.value.filename) == (28, str(path))
    assert path.read_text() == "an older one"
    assert os.listdir(folder) == ["none"]


@attaches
def test_an_interrupt_is_for_the_program(folder):
    code = """
        import refcycle.dumping, signal, time
        # A shell lets programs in the background ignore it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        def fail(*arguments, **options):
            raise KeyboardInterrupt
        refcycle.dumping.dump = fail
        print("ready", flush=True)
        try:
            for _ in range(10_000):
                time.sleep(0.01)
        except KeyboardInterrupt:
            print("interrupted")
    """
    with process(folder, code) as running:
        with pytest.raises(RuntimeError, match="with KeyboardInterrupt"):
            refcycle.attach(running.pid, folder / "none")
        assert running.communicate(timeout=PATIENCE)[0] == "interrupted\n"


@attaches
def test_a_build_of_python_that_cannot_import_refcycle(folder, monkeypatch, tmp_path_factory):
    """Its folder has no library that the process can load."""
    package = tmp_path_factory.mktemp("package") / "refcycle"
    shutil.copytree(
        Path(refcycle.__file__).parent,
        package,
        ignore=shutil.ignore_patterns("*.so", "*.pyd", "__pycache__"),
    )
    monkeypatch.setattr(attachment.remote, "__file__", str(package / "_attach" / "remote.py"))
    with process(folder) as running:
        with pytest.raises(RuntimeError, match=r"cannot import refcycle.*: .*_refcycle"):
            refcycle.attach(running.pid, folder / "none")
        assert end(running, folder) == "False True set()\n"


@attaches
def test_a_process_that_does_not_see_the_folder(folder):
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("needs root and unshare")
    code = textwrap.dedent(SERVER)
    command = ["unshare", "--mount", "sh", "-c"]
    script = f"mount -t tmpfs none {folder} && exec {sys.executable} -c '{code}'"
    running = subprocess.Popen([*command, script], stdout=subprocess.PIPE, text=True)
    try:
        if running.stdout.readline() != "ready\n":
            pytest.skip("no mounts can be made here")
        with pytest.raises(RuntimeError, match="does not see the folder.*as in a container"):
            refcycle.attach(running.pid, folder / "none")
    finally:
        running.kill()
        running.wait()
        running.stdout.close()
    assert os.listdir(folder) == []


@attaches
def test_ctrl_c_takes_the_request_back(folder, monkeypatch):
    def interrupted(pid, inbox, timeout):
        raise KeyboardInterrupt

    monkeypatch.setattr(attachment, "_wait_for_begin", interrupted)
    with process(folder, BUSY, stdin=subprocess.PIPE) as running:
        with pytest.raises(KeyboardInterrupt):
            refcycle.attach(running.pid, folder / "none")
        assert running.communicate("x", timeout=PATIENCE)[0] == "False\n"
    assert os.listdir(folder) == []


def test_a_script_that_comes_too_late_does_nothing(folder):
    from refcycle._attach import remote

    remote.take_dump("no package", str(folder), redact=True, untracked=True)
    assert os.listdir(folder) == []
