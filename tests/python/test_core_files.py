"""Dumps from core files."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from helpers.cores import (
    CRASHES,
    GRAPH,
    HOLDS_THE_GIL,
    PATIENCE,
    RUNS,
    SLEEPS,
    core_by_gcore,
    core_of,
    needs_core_files,
    needs_gcore,
    python_program,
    start,
    wait_until_it_sleeps,
)

import refcycle
from refcycle._core.output import Output, output_at

MISSING = ["the account of the process memory", "the name of the machine"]


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "refcycle", "core", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def dumped(core, *options):
    path = f"{core}.refcycle"
    done = command(*options, python_program(), core)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert f"{path} has the heap of the process." in " ".join(done.stdout.split())
    return refcycle.load(path)


def held(heap):
    groups = heap.why_all("Kept").groups
    return sorted((str(group.signature), group.count) for group in groups)


def refused(*arguments):
    """The error of a command that writes nothing."""
    output = () if "-o" in arguments else ("-o", os.devnull)
    done = command(*output, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def sleeping(tmp_path_factory):
    """The core file of a process that sleeps, and a dump that it took of itself before."""
    folder = tmp_path_factory.mktemp("sleeping")
    live = folder / "live.refcycle"
    process = start(folder, GRAPH.replace("END", SLEEPS), str(live))
    wait_until_it_sleeps(process)
    return SimpleNamespace(path=core_of(folder, process), pid=process.pid, live=live)


@needs_core_files
def test_it_is_what_a_dump_of_the_live_process_is(sleeping):
    heap, live = dumped(sleeping.path), refcycle.load(sleeping.live)
    assert held(heap) == held(live) and len(held(heap)) == 3
    told, known = heap.metadata, live.metadata
    same = ("pid", "process", "python", "platform", "command", "redacted", "refcycle")
    assert [told[name] for name in same] == [known[name] for name in same]
    assert told["pid"] == str(sleeping.pid)
    assert told["source"] == "core file" and "source" not in known
    assert "resident_bytes" not in told and "host" not in told
    stacks = json.loads(told["threads"])
    assert set(stacks) == {"MainThread", "worker-7"}
    assert [line.split()[1] for line in stacks["MainThread"]] == ["wait", "<module>"]


@needs_core_files
@pytest.mark.parametrize("end", [SLEEPS, RUNS, HOLDS_THE_GIL])
def test_what_the_process_does_does_not_matter(tmp_path, end):
    process = start(tmp_path, GRAPH.replace("END", end))
    wait_until_it_sleeps(process, main=end != RUNS)
    heap = dumped(core_of(tmp_path, process))
    text = str(heap.why_all("Kept"))
    assert heap.count_by_typename()["Kept"] == 5
    for words in ("Holder.items", "local 'inner'", "local 'job'", "thread worker-7"):
        assert words in text


@needs_core_files
def test_a_process_that_has_crashed(tmp_path):
    process = start(tmp_path, GRAPH.replace("END", CRASHES))
    core = core_of(tmp_path, process, kill=False)
    assert process.returncode == -signal.SIGSEGV
    heap = dumped(core, "--values")
    assert "local 'inner'" in str(heap.why_all("Kept"))
    assert "ctypes" in heap.metadata["threads"]
    assert heap.metadata["redacted"] == "false"
    assert len(json.loads(heap.metadata["command"])) == 3


@needs_core_files
def test_threads_that_wait_for_the_gil(tmp_path):
    code = GRAPH.replace("time.sleep(1000)", "while True: pass").replace("END", HOLDS_THE_GIL)
    process = start(tmp_path, code)
    wait_until_it_sleeps(process)
    assert "local 'job'" in str(dumped(core_of(tmp_path, process)).why_all("Kept"))


@needs_core_files
def test_many_threads_with_small_stacks(tmp_path):
    code = """
        import threading, time

        class Kept:
            pass

        def work(job, all_started):
            all_started.wait()
            time.sleep(1000)

        threading.stack_size(256 * 1024)
        all_started = threading.Barrier(71)
        for _ in range(70):
            threading.Thread(target=work, args=(Kept(), all_started), daemon=True).start()
        all_started.wait()
        print("ready", flush=True)
        time.sleep(1000)
    """
    process = start(tmp_path, code)
    wait_until_it_sleeps(process)
    assert dumped(core_of(tmp_path, process)).count_by_typename()["Kept"] == 70


@needs_core_files
def test_a_process_that_has_imported_refcycle(tmp_path):
    code = "import refcycle\nclass Kept: pass\nkept = Kept()\nprint('ready', flush=True)\n"
    process = start(tmp_path, code + "while True: pass")
    heap = dumped(core_of(tmp_path, process), "--tracked-only")
    assert heap.count_by_typename()["Kept"] == 1


@needs_core_files
@needs_gcore
def test_a_core_file_of_gcore(tmp_path):
    process = start(tmp_path, GRAPH.replace("END", SLEEPS))
    try:
        wait_until_it_sleeps(process)
        core = core_by_gcore(tmp_path, process)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    assert len(held(dumped(core))) == 3


@needs_core_files
@pytest.mark.any_version
def test_the_output(sleeping, tmp_path):
    path = tmp_path / "heap.refcycle"
    done = command("--json", "-o", path, python_program(), sleeping.path)
    told = json.loads(done.stdout)
    assert told["output"] == str(path) and told["missing"][:2] == MISSING
    assert path.stat().st_mode & 0o777 == 0o600
    rest = (python_program(), sleeping.path)
    assert "no such folder" in refused("-o", tmp_path / "none" / "x", *rest)
    for file in rest:
        assert "is also the file to read" in refused("-o", file, *rest)
    assert "Is a directory" in refused("-o", tmp_path, *rest)
    (tmp_path / "core").symlink_to(sleeping.path)
    (tmp_path / "core.refcycle").write_text("a file that nobody has named")
    done = command(python_program(), tmp_path / "core")
    assert done.returncode == 2 and "exists: name the output with -o" in done.stderr


@needs_core_files
def test_the_process_can_do_no_harm(tmp_path):
    code = """
        import os, socket, subprocess, sys

        class Hook:
            def find_spec(self, name, path=None, target=None):
                if name.startswith("refcycle"):
                    for act in ACTS:
                        try:
                            act()
                        except OSError as error:
                            TRIED.append(f"act {len(TRIED) % len(ACTS)}: {type(error).__name__}")
                        else:
                            TRIED.append(f"act {len(TRIED) % len(ACTS)}: succeeded")

        def write(name):
            with open(name, "w") as file:
                file.write("harm")

        FOLDER = os.getcwd()
        ACTS = [
            lambda: write(os.path.join(FOLDER, "harm")),
            lambda: os.unlink(os.path.join(FOLDER, "precious")),
            lambda: os.fork(),
            lambda: socket.socket(),
            lambda: os.kill(1, 0),
            lambda: os.mkdir(os.path.join(FOLDER, "harm")),
            lambda: os.execv("/bin/true", ["true"]),
            lambda: open("/dev/zero", "rb", buffering=0),
            lambda: os.open(os.path.join(FOLDER, "precious"), os.O_RDONLY | os.O_TRUNC),
            lambda: os.open("/tmp", os.O_TMPFILE | os.O_RDWR),
            lambda: open("/proc/1/maps"),
            lambda: open("/proc/self/environ"),
            lambda: open("//proc/self/../1/cmdline"),
            lambda: open("/proc/thread-self/maps"),
            lambda: open("/dev/fd/0"),
            lambda: os.listdir("/sys"),
            lambda: os.open("self/maps", os.O_RDONLY, dir_fd=os.open("/", os.O_RDONLY)),
        ]
        TRIED = []
        sys.meta_path.insert(0, Hook())
        write("precious")
        print("ready", flush=True)
        while True:
            pass
    """
    core = core_of(tmp_path, start(tmp_path, code))
    heap = dumped(core, "--values")
    assert sorted(os.listdir(tmp_path)) == sorted(
        [os.path.basename(core), os.path.basename(core) + ".refcycle", "precious"]
    )
    found = (re.search(r"'act (\d+): (\w+)'", str(obj)) for obj in heap)
    told = {match.groups() for match in found if match}
    assert {number for number, _ in told} == {str(number) for number in range(17)}
    assert "succeeded" not in {result for _, result in told}


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    """The core file of a process of which no dump can be made, as a thread holds a lock."""
    folder = tmp_path_factory.mktemp("locked")
    (folder / "refcycle").mkdir()
    code = "import time\nprint('ready', flush=True)\ntime.sleep(1000)\n"
    (folder / "refcycle" / "__init__.py").write_text(code)
    program = """
        import threading, time
        threading.Thread(target=__import__, args=("refcycle",), daemon=True).start()
        time.sleep(1000)
    """
    process = start(folder, program)
    wait_until_it_sleeps(process)
    return core_of(folder, process)


@needs_core_files
@pytest.mark.any_version
def test_a_lock_that_another_thread_holds(locked, tmp_path):
    error = refused("-o", tmp_path / "none", python_program(), locked)
    assert "could not be read: a thread held a lock when the process ended" in error
    assert os.listdir(tmp_path) == []


@pytest.fixture(scope="module")
def endless(tmp_path_factory):
    """The core file of a process whose dump does not end, as code of the program runs forever."""
    program = """
        import sys, time

        class Hook:
            def find_spec(self, name, path=None, target=None):
                while name.startswith("refcycle"):
                    pass

        sys.meta_path.insert(0, Hook())
        print("ready", flush=True)
        time.sleep(1000)
    """
    folder = tmp_path_factory.mktemp("endless")
    process = start(folder, program)
    wait_until_it_sleeps(process)
    return core_of(folder, process)


@needs_core_files
@pytest.mark.any_version
def test_the_time_limit(endless, tmp_path):
    error = refused("--timeout", "2", "-o", tmp_path / "none", python_program(), endless)
    assert "could not be read: no answer within 2 s" in error
    assert os.listdir(tmp_path) == []


# By such a file, which may be left over, `tempfile` tests whether a folder can be used.
PROBE = re.compile(r"/[a-z0-9_]{8}")


def has_open_files_in(folder, process):
    """Whether the process has begun to write: a dump, and what the interpreter in it says.

    The files need no names.
    """
    files = f"/proc/{process.pid}/fd"
    paths = []
    with contextlib.suppress(OSError):  # it has ended
        for number in os.listdir(files):
            with contextlib.suppress(OSError):
                paths.append(os.readlink(f"{files}/{number}"))
    inside = [path[len(str(folder)) :] for path in paths if path.startswith(f"{folder}/")]
    return sum(not PROBE.fullmatch(name) for name in inside) == 2


@needs_core_files
@pytest.mark.any_version
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGKILL"])
def test_a_signal_that_ends_the_command(endless, tmp_path, name):
    number = getattr(signal, name)
    is_last = number == signal.SIGKILL
    if is_last:
        output = output_at(str(tmp_path / "none"))
        output.discard()
        if not isinstance(output, Output):
            pytest.skip("the file system has no files without names")
    arguments = ("--timeout", "1000", "-o", tmp_path / "none", python_program(), endless)
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "refcycle", "core", *map(str, arguments)],
        env=environment,
        preexec_fn=lambda: is_last or signal.signal(number, signal.SIG_DFL),
    )
    try:
        end = time.monotonic() + PATIENCE
        while not has_open_files_in(tmp_path, process) and time.monotonic() < end:
            time.sleep(0.01)
        process.send_signal(number)
        assert process.wait(PATIENCE) == (-number if is_last else 128 + number)
    finally:
        process.kill()
        process.wait()
    assert os.listdir(tmp_path) == []


@needs_core_files
@pytest.mark.any_version
def test_limits_of_the_caller(sleeping, tmp_path):
    import resource

    def limit():
        resource.setrlimit(resource.RLIMIT_CPU, (300, 300))
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 19, 1 << 19))

    # Writing to a device has no limit.
    arguments = ("-o", os.devnull, python_program(), sleeping.path)
    done = subprocess.run(
        [sys.executable, "-m", "refcycle", "core", *arguments],
        preexec_fn=limit,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@needs_core_files
@pytest.mark.any_version
def test_files_that_are_not_core_files(sleeping, tmp_path):
    python = python_program()
    text = tmp_path / "text"
    text.write_text("no core file")
    assert "is not a core file; if it is compressed" in refused(python, text)
    assert "is a program or a library, not a core file" in refused(python, python)
    assert "no such file" in refused(python, tmp_path / "none")
    assert "Is a directory" in refused(python, tmp_path)
    whole = Path(sleeping.path).read_bytes()
    for length, words in ((len(whole) - 4096, "is truncated: it has"), (40, "is truncated")):
        text.write_bytes(whole[:length])
        assert words in refused(python, text)
    for place, byte, words in (
        (4, 1, "is of a 32-bit program"),
        (5, 2, "is of a big-endian machine"),
        (18, 183, "is of aarch64, and only x86-64 is supported so far"),
    ):
        text.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
        assert words in refused(python, text)


@needs_core_files
@pytest.mark.any_version
def test_another_program_or_build(sleeping, tmp_path):
    assert "is of another program or build than" in refused("/bin/sleep", sleeping.path)
    other = tmp_path / "python"
    shutil.copy(python_program(), other)
    content = bytearray(other.read_bytes())
    # The note with the build id: the name, and then the id itself.
    at = content.find(b"\x04\0\0\0\x14\0\0\0\x03\0\0\0GNU\0")
    if at < 0:
        pytest.skip("this Python has no build id of 20 bytes")
    content[at + 16] ^= 0xFF
    other.write_bytes(content)
    assert "is of another program or build than" in refused(other, sleeping.path)
    assert "no such file" in refused(tmp_path / "none", sleeping.path)
    other.write_text("#! /bin/sh")
    assert "is not an ELF file" in refused(other, sleeping.path)


@needs_core_files
@pytest.mark.any_version
def test_a_process_that_does_not_run_python(tmp_path):
    sleep = os.path.realpath(shutil.which("sleep"))
    process = start(tmp_path, "", python=[sleep, "1000"])
    error = refused(sleep, core_of(tmp_path, process))
    assert "is not of a CPython process" in error


@needs_core_files
@pytest.mark.any_version
def test_a_core_file_without_data(tmp_path):
    process = start(tmp_path, GRAPH.replace("END", SLEEPS), filter="0x10")
    error = refused(python_program(), core_of(tmp_path, process))
    assert "lacks the data of the process" in error


@needs_core_files
@pytest.mark.any_version
def test_another_version_or_machine(sleeping, tmp_path, monkeypatch):
    from refcycle._core import dump
    from refcycle._core.core_file import CoreError

    def run():
        path = str(tmp_path / "none")
        options = {"redact": True, "untracked": True, "timeout": 1000.0}
        with pytest.raises(CoreError) as caught:
            dump.dump_core(python_program(), sleeping.path, path, **options)
        assert os.listdir(tmp_path) == []
        return str(caught.value)

    here = ".".join(map(str, sys.version_info[:2]))
    monkeypatch.setattr(dump, "sys", SimpleNamespace(version_info=(3, 9), platform="linux"))
    assert f"is of Python {here}, and this refcycle is installed for 3.9" in run()
    monkeypatch.setattr(dump.platform, "machine", lambda: "aarch64")
    assert "are supported on Linux on x86-64 so far, and this is linux on aarch64" in run()


@needs_core_files
@pytest.mark.any_version
def test_an_endless_dump(sleeping, tmp_path, monkeypatch):
    from refcycle._core import dump
    from refcycle._core.core_file import CoreError

    monkeypatch.setattr(dump, "_LEAST_OUTPUT", -(1 << 60))
    options = {"redact": True, "untracked": True, "timeout": 1000.0}
    with pytest.raises(CoreError, match="writes more than a dump of its memory can have"):
        dump.dump_core(python_program(), sleeping.path, str(tmp_path / "none"), **options)
    assert os.listdir(tmp_path) == []


@pytest.mark.any_version
def test_a_time_limit_of_nothing(tmp_path):
    assert "--timeout is 0" in refused("--timeout", "0", "python", tmp_path / "core")
