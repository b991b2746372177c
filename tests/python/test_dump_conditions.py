"""Dumps on conditions: words, limits, control groups, the environment and `refcycle run`."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

import refcycle
from refcycle import dump_conditions, memory_error_dumps, signal_dumps
from refcycle._dumps import cgroups
from refcycle._dumps.limits import Limit
from refcycle._dumps.words import parsed
from refcycle.dump_conditions import ConditionDumps, dump_on

unix = pytest.mark.skipif(not hasattr(signal, "SIGUSR2"), reason="no such signals")
NO_HANDLER = "SIGKILL (9) cannot have a handler: use another signal, such as SIGUSR2"


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def dumps(monkeypatch):
    """Paths and options of dumps, which have no content."""
    found = []

    def dump(path, **options):
        found.append((path, options))
        open(path, "w").close()

    for module in (dump_conditions, memory_error_dumps, signal_dumps):
        monkeypatch.setattr(module, "dump", dump)
    return found


@unix
def test_words():
    found = parsed("MemoryError, SIGUSR2,rss>2GB,cgroup>90%,pressure>12.5%,USR2")
    assert found[:2] == (True, (signal.SIGUSR2,))
    assert [(one.source, one.limit) for one in found.thresholds] == [
        ("rss", 2e9),
        ("cgroup", 0.9),
        ("pressure", 0.125),
    ]
    assert found[3:] == (".", 3, 60.0, False)
    found = parsed("rss>1.5GiB,rss>700,rss>3m,to=/var/tmp,most=1,every=10min,fork")
    assert [one.limit for one in found.thresholds] == [1.5 * 2**30, 700, 3e6]
    assert found[3:] == ("/var/tmp", 1, 600.0, True)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("ram>2GB", "unknown word 'ram>2GB': the words are MemoryError, a signal such as SIGUSR2"),
        ("MemoryError,SIGNONE", "unknown word 'SIGNONE': the words are "),
        ("MemoryError,from=/tmp", "unknown word 'from=/tmp': the words are "),
        ("rss>2 parsecs", "'rss>2 parsecs' has no limit that can be used: write one such as rss>"),
        ("cgroup>2GB", "'cgroup>2GB' has no limit that can be used: write one such as cgroup>90%"),
        ("rss>50%", "'rss>50%' has no limit that can be used: write one such as rss>2GB"),
        ("MemoryError,most=0", "most=0 is not a number of dumps: write one such as most=3"),
        ("MemoryError,every=soon", "every=soon is not a time: write one such as every=60s or "),
        ("to=/tmp", "nothing causes a dump: add MemoryError, SIGUSR2, rss>2GB or cgroup>90%"),
        ("", "nothing causes a dump: "),
    ],
)
@pytest.mark.any_version
def test_words_that_are_wrong(words, text):
    with pytest.raises(ValueError) as raised:
        dump_on(words)
    assert str(raised.value).startswith(text)


def test_other_arguments_that_are_wrong(tmp_path):
    with pytest.raises(TypeError, match="words must be a str, not list"):
        dump_on(["MemoryError"])
    before = sys.excepthook
    with pytest.raises(FileNotFoundError):
        dump_on(f"MemoryError,to={tmp_path / 'none'}")
    if hasattr(signal, "SIGKILL"):
        with pytest.raises(OSError):
            dump_on(f"MemoryError,SIGKILL,to={tmp_path}")
    # The hook of the first word is removed again.
    assert sys.excepthook is before


def test_a_limit(clock):
    limit = Limit(2, 60, clock=clock)
    assert limit.reason_against() == ""
    clock.now += 59
    assert limit.reason_against() == "the last one was 59 s ago, less than 60 s (`every`)"
    clock.now += 1
    assert limit.reason_against() == ""
    clock.now += 1000
    assert limit.reason_against() == "there were 2 already, as many as `most` allows"
    limit._owner = 0  # as in a fork of the process
    assert limit.reason_against() == ""
    assert [Limit(None, 0, clock=clock).reason_against() for _ in range(3)] == ["", "", ""]


@unix
@pytest.mark.usefixtures("dumps")
@pytest.mark.any_version
def test_signals_are_limited(tmp_path, capfd):
    with dump_on(f"SIGUSR2,to={tmp_path},most=1"):
        signal.raise_signal(signal.SIGUSR2)
        signal.raise_signal(signal.SIGUSR2)
    [name] = os.listdir(tmp_path)
    assert capfd.readouterr().err == (
        f"refcycle: SIGUSR2 arrived: the heap is dumped to {tmp_path / name}\n"
        f"refcycle: no dump in {tmp_path}: there were 1 already, as many as `most` allows\n"
    )


@unix
@pytest.mark.usefixtures("dumps")
def test_a_memory_error_and_a_signal(tmp_path, monkeypatch, capfd):
    said = []
    monkeypatch.setattr(sys, "excepthook", lambda *arguments: said.append(arguments[0]))
    handler = signal.getsignal(signal.SIGUSR2)
    with dump_on(f"MemoryError,SIGUSR2,to={tmp_path}") as watched:
        assert not watched._background.is_running
        signal.raise_signal(signal.SIGUSR2)
        [first] = os.listdir(tmp_path)
        sys.excepthook(MemoryError, MemoryError(), None)
        [second] = {*os.listdir(tmp_path)} - {first}
    assert capfd.readouterr().err == (
        f"refcycle: SIGUSR2 arrived: the heap is dumped to {tmp_path / first}\n"
        f"refcycle: uncaught MemoryError: the heap is dumped to {tmp_path / second}\n"
    )
    assert said == [MemoryError]
    assert signal.getsignal(signal.SIGUSR2) is handler
    sys.excepthook(MemoryError, MemoryError(), None)
    assert len(os.listdir(tmp_path)) == 2


@pytest.mark.any_version
def test_a_limit_of_the_memory(tmp_path, monkeypatch, capfd, clock, dumps):
    readings = []
    monkeypatch.setattr(dump_conditions, "resident_bytes", lambda: readings.pop(0))
    request = parsed(f"rss>2GB,most=2,every=60s,to={tmp_path}")

    def dumps_at(size):
        readings.append(size)
        assert watched._work() == 1.0
        return len(os.listdir(tmp_path))

    with ConditionDumps(request, clock=clock, thread=False) as watched:
        assert dumps_at(1_900_000_000) == 0
        assert dumps_at(2_000_000_001) == 1
        # Too soon.
        assert dumps_at(3_000_000_000) == 1
        clock.now += 60
        assert dumps_at(1_000_000_000) == 1
        assert dumps_at(2_500_000_000) == 2
        clock.now += 6000
        assert dumps_at(3_000_000_000) == 2
    (first, options), (second, others) = dumps
    assert options == others == {"redact": True, "untracked": True}
    assert capfd.readouterr().err == (
        f"refcycle: rss is 2.0 GB, rss>2GB: the heap is dumped to {first}\n"
        f"refcycle: rss is 2.5 GB, rss>2GB: the heap is dumped to {second}\n"
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.any_version
def test_a_fork_writes_it(tmp_path, monkeypatch):
    monkeypatch.setattr(dump_conditions, "resident_bytes", lambda: 3e9)
    started = []
    real = dump_conditions.dump_in_a_fork
    monkeypatch.setattr(
        dump_conditions, "dump_in_a_fork", lambda *options: started.append(real(*options))
    )
    with ConditionDumps(parsed(f"rss>2GB,fork,to={tmp_path}"), thread=False) as watched:
        watched._work()
    [dump] = started
    dump.wait(100)
    assert refcycle.load(dump.path).metadata["pid"] == str(os.getpid())


@unix
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.any_version
def test_a_fork_that_a_signal_starts_names_its_file(tmp_path, monkeypatch, capfd):
    started = []
    real = signal_dumps.dump_in_a_fork
    monkeypatch.setattr(
        signal_dumps, "dump_in_a_fork", lambda *options: started.append(real(*options))
    )
    with dump_on(f"SIGUSR2,fork,to={tmp_path}") as watched:
        signal.raise_signal(signal.SIGUSR2)
        started[0].wait(100)
        while watched._hooks[0].is_dumping:  # it says so after the end of the fork
            time.sleep(0.01)
    text = f"refcycle: SIGUSR2 arrived: the heap is dumped to {started[0].path}\n"
    assert capfd.readouterr().err == text


@pytest.mark.any_version
def test_what_cannot_be_read_is_said_once(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(dump_conditions, "resident_bytes", lambda: None)
    request = parsed(f"rss>2GB,cgroup>90%,pressure>20%,to={tmp_path}")
    with ConditionDumps(request, root=str(tmp_path), thread=False) as watched:
        watched._work()
        watched._work()
    assert capfd.readouterr().err == (
        "refcycle: nothing is dumped on rss>2GB: the system does not report the memory of the "
        "process\n"
        "refcycle: nothing is dumped on cgroup>90%: the control group of the process has no "
        "limit, or cannot be read\n"
        "refcycle: nothing is dumped on pressure>20%: the kernel does not report the pressure on "
        "memory\n"
    )


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(text))


def stat(cached, name="inactive_file"):
    return f"anon 100\n{name} {cached}\nactive_file 5\n"


@pytest.mark.any_version
class TestControlGroups:
    def test_version_2(self, tmp_path):
        base = "sys/fs/cgroup"
        write(
            tmp_path,
            {
                "proc/self/cgroup": "0::/pod/app\n",
                f"{base}/pod/app/memory.max": "max\n",
                f"{base}/pod/app/memory.current": "900\n",
                f"{base}/pod/memory.max": "1000\n",
                f"{base}/pod/memory.current": "950\n",
                f"{base}/pod/memory.stat": stat(150),
            },
        )
        # The group around it has the limit; what the kernel caches does not count.
        assert cgroups.memory_share(str(tmp_path)) == 0.8
        write(tmp_path, {f"{base}/pod/app/memory.max": "1000\n"})
        assert cgroups.memory_share(str(tmp_path)) == 0.9

    @pytest.mark.parametrize("path", ["/", "/of/the/host", "/../elsewhere"])
    def test_version_2_in_a_container(self, tmp_path, path):
        write(
            tmp_path,
            {
                "proc/self/cgroup": f"0::{path}\n",
                "sys/fs/cgroup/memory.max": "2000\n",
                "sys/fs/cgroup/memory.current": "500\n",
            },
        )
        assert cgroups.memory_share(str(tmp_path)) == 0.25

    def test_version_1(self, tmp_path):
        base = "sys/fs/cgroup/memory"
        write(
            tmp_path,
            {
                "proc/self/cgroup": "5:cpu,cpuacct:/app\n4:memory:/app\n0::/\n",
                f"{base}/memory.limit_in_bytes": "9223372036854771712\n",
                f"{base}/memory.usage_in_bytes": "5000\n",
                f"{base}/app/memory.limit_in_bytes": "1000\n",
                f"{base}/app/memory.usage_in_bytes": "800\n",
                f"{base}/app/memory.stat": stat(50, "total_inactive_file"),
            },
        )
        assert cgroups.memory_share(str(tmp_path)) == 0.75

    def test_no_limit_and_no_files(self, tmp_path):
        assert cgroups.memory_share(str(tmp_path)) is None
        assert cgroups.pressure(str(tmp_path)) is None
        write(tmp_path, {"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n"})
        assert cgroups.memory_share(str(tmp_path)) is None
        write(tmp_path, {"proc/self/cgroup": "nonsense\n\n:\n"})
        assert cgroups.memory_share(str(tmp_path)) is None

    def test_pressure(self, tmp_path):
        lines = (
            "some avg10=12.50 avg60=1.00 avg300=0.10 total=9\nfull avg10=3.00 avg60=0 total=1\n"
        )
        write(tmp_path, {"proc/pressure/memory": lines, "proc/self/cgroup": "0::/app\n"})
        assert cgroups.pressure(str(tmp_path)) == 0.125
        own = lines.replace("12.50", "50.00")
        write(tmp_path, {"sys/fs/cgroup/app/memory.pressure": own})
        assert cgroups.pressure(str(tmp_path)) == 0.5

    def test_a_dump(self, tmp_path, capfd, monkeypatch):
        write(
            tmp_path,
            {
                "proc/self/cgroup": "0::/\n",
                "sys/fs/cgroup/memory.max": "1000\n",
                "sys/fs/cgroup/memory.current": "950\n",
            },
        )
        taken = []

        def dump(path, *, redact, untracked):
            taken.append(untracked)
            if untracked:
                raise MemoryError
            open(path, "w").close()

        monkeypatch.setattr(dump_conditions, "dump", dump)
        folder = tmp_path / "dumps"
        folder.mkdir()
        request = parsed(f"cgroup>90%,to={folder}")
        with ConditionDumps(request, root=str(tmp_path), thread=False) as watched:
            watched._work()
        # First the one that needs less memory.
        assert taken == [False, True]
        [name] = os.listdir(folder)
        assert capfd.readouterr().err == (
            f"refcycle: the dump {folder / name} has only the objects that the collector tracks: "
            "a complete one failed: MemoryError\n"
            f"refcycle: cgroup is 95%, cgroup>90%: the heap is dumped to {folder / name}\n"
        )


def python(*arguments, cwd, words=None):
    env = {name: value for name, value in os.environ.items() if name != "REFCYCLE_DUMP_ON"}
    if words is not None:
        env["REFCYCLE_DUMP_ON"] = words
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=240)


WAIT = """
import os, sys, time, refcycle

def wait_for_dumps(count):
    deadline = time.monotonic() + 100
    while len([name for name in os.listdir() if name.endswith(".refcycle")]) < count:
        assert time.monotonic() < deadline
        time.sleep(0.01)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not report the memory")
def test_the_environment(tmp_path):
    # The program ends after the line, however long the dump takes.
    code = "import faulthandler, sys; faulthandler.dump_traceback_later(200, exit=True)"
    code += "; import refcycle; sys.stdin.read()"
    command = [sys.executable, "-c", code]
    pipes = dict.fromkeys(("stdin", "stderr"), subprocess.PIPE)
    env = {**os.environ, "REFCYCLE_DUMP_ON": "rss>1MB,most=1"}
    with subprocess.Popen(command, cwd=tmp_path, env=env, text=True, **pipes) as process:
        line = process.stderr.readline()
        _, rest = process.communicate()
    assert (process.returncode, rest) == (0, ""), line + rest
    [name] = os.listdir(tmp_path)
    assert line.startswith("refcycle: rss is ")
    assert line.endswith(f", rss>1MB: the heap is dumped to {tmp_path / name}\n")


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not report the memory")
def test_a_worker_watches_itself_but_the_fork_that_dumps_does_not(tmp_path):
    code = (
        WAIT
        + """
import threading
pid = os.fork()
if pid == 0:
    # One of the parent, one of this process, and one each by a fork.
    wait_for_dumps(2)
    os._exit(40 + len([one for one in threading.enumerate() if one.name == "refcycle dump_on"]))
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
assert status == 41, status
"""
    )
    done = python("-W", "ignore", "-c", code, cwd=tmp_path, words="rss>1MB,most=1,fork")
    assert done.returncode == 0, done.stderr
    pids = {name.rpartition("-")[2] for name in os.listdir(tmp_path) if name[0] != "."}
    assert len(pids) == 2


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("ram>2GB", "unknown word 'ram>2GB': the words are "),
        ("MemoryError,to=none", "No such file or directory: {folder}/none\n"),
        pytest.param("SIGKILL", f"{NO_HANDLER}\n", marks=unix),
    ],
)
@pytest.mark.any_version
def test_a_wrong_word_in_the_environment_is_a_line_and_no_error(tmp_path, words, reason):
    code = "import refcycle; print(refcycle.snapshot() is not None)"
    done = python("-W", "error", "-c", code, cwd=tmp_path, words=words)
    assert (done.returncode, done.stdout) == (0, "True\n")
    reason = reason.format(folder=tmp_path).replace("/", os.sep)
    assert done.stderr.startswith(f"refcycle: REFCYCLE_DUMP_ON is ignored: {reason}")
    assert done.stderr.count("\n") == 1


@pytest.mark.any_version
def test_nothing_is_imported_without_the_variable(tmp_path):
    code = "import sys, refcycle; print('refcycle.dump_conditions' in sys.modules)"
    for words in (None, ""):
        assert python("-c", code, cwd=tmp_path, words=words).stdout == "False\n"


@unix
@pytest.mark.any_version
def test_commands_that_analyse_are_not_watched(tmp_path):
    refcycle.dump(tmp_path / "heap", untracked=False)
    done = python("-m", "refcycle", "top", "heap", cwd=tmp_path, words="rss>1MB,to=none")
    assert done.returncode == 0
    assert done.stderr.count("\n") == 1 and "REFCYCLE_DUMP_ON is ignored" in done.stderr


PROGRAM = """
import gc, signal, sys
class Kept:
    pass
kept = [Kept()]
print(sys.argv[1:], __name__, gc.isenabled())
signal.raise_signal(signal.SIGUSR2)
def run_out():
    local = Kept()
    raise MemoryError
run_out()
"""


@unix
@pytest.mark.any_version
def test_run(tmp_path):
    (tmp_path / "program.py").write_text(textwrap.dedent(PROGRAM))
    (tmp_path / "dumps").mkdir()
    command = [
        "-m",
        "refcycle",
        "run",
        "--dump-on",
        "MemoryError,USR2,to=dumps",
        "program.py",
        "a",
    ]
    done = python(*command, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "['a'] __main__ True\n")
    # The two files, the traceback of the program, and no report.
    first, second, rest = done.stderr.split("\n", 2)
    folder = os.path.join(tmp_path, "dumps", "")
    assert first.startswith(f"refcycle: SIGUSR2 arrived: the heap is dumped to {folder}")
    assert second.startswith(f"refcycle: uncaught MemoryError: the heap is dumped to {folder}")
    assert rest.startswith("Traceback") and rest.endswith("\nMemoryError\n")
    assert "refcycle" not in rest
    counts = [
        refcycle.load(tmp_path / "dumps" / name).count_by_typename()["Kept"]
        for name in os.listdir(tmp_path / "dumps")
    ]
    assert sorted(counts) == [1, 2]


@unix
@pytest.mark.any_version
@pytest.mark.parametrize("words", ["SIGUSR2,to=other", "nothing"])
def test_run_says_that_the_environment_is_not_used(tmp_path, words):
    (tmp_path / "program.py").write_text("import signal; signal.raise_signal(signal.SIGUSR2)")
    (tmp_path / "dumps").mkdir()
    (tmp_path / "other").mkdir()
    options = ["--dump-on", "SIGUSR2,to=dumps"]
    done = python("-m", "refcycle", "run", *options, "program.py", cwd=tmp_path, words=words)
    assert done.returncode == 0
    first, second = done.stderr.splitlines()
    # A wrong word is reported by the import.
    why = "is ignored: unknown" if words == "nothing" else "is not used in this process, because"
    assert first.startswith(f"refcycle: REFCYCLE_DUMP_ON {why}")
    assert "SIGUSR2 arrived" in second
    assert len(os.listdir(tmp_path / "dumps")) == 1
    assert os.listdir(tmp_path / "other") == []


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--dump-on", "nothing"], "--dump-on: unknown word 'nothing': the words are "),
        (["--dump-on", "MemoryError,to=none"], "--dump-on: No such file or directory: "),
        pytest.param(["--dump-on", "SIGKILL"], f"--dump-on: {NO_HANDLER}\n", marks=unix),
        (["--dump-on", "MemoryError", "--fail"], "--dump-on makes no report: leave out --fail"),
    ],
)
@pytest.mark.any_version
def test_run_with_wrong_words(tmp_path, options, reason):
    (tmp_path / "program.py").write_text("print('it runs')")
    done = python("-m", "refcycle", "run", *options, "program.py", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"refcycle: {reason}")
