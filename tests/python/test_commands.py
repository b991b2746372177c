"""The commands that query files."""

import argparse
import importlib.util
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import refcycle
import refcycle.command_line
from refcycle._cli.commands import all_commands
from refcycle._cli.completion import script
from refcycle._text.numbers import counted

pytestmark = pytest.mark.any_version

PROGRAM = """
import gc, sys
gc.disable()
import refcycle
class Session:
    pass
class Loop:
    pass
SESSIONS = [Session() for _ in range(3)]
class Twice:
    pass
class Lonely:
    def serve_alone(self):
        pass
TWICE = Twice()
AGAIN = [TWICE]
refcycle.snapshot().save(sys.argv[1])  # what it imports is not new then
gc.collect()
refcycle.snapshot().save(sys.argv[1])
SESSIONS += [Session() for _ in range(4)]
loop = Loop(); loop.me = loop; del loop
refcycle.snapshot().save(sys.argv[2])
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    paths = [str(folder / name) for name in ("a.refcycle", "b.refcycle")]
    subprocess.run([sys.executable, "-c", PROGRAM, *paths], check=True)
    return paths


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "refcycle", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={"PYTHONIOENCODING": "utf-8", "PATH": ""},
    )


def answer(*arguments, status=0):
    done = command(*arguments)
    assert (done.returncode, done.stderr) == (status, ""), done
    return done.stdout


def test_why_by_type(files):
    text = answer("why", files[0], "Session")
    signature = "module __main__.SESSIONS -> list[*] -> __main__.Session"
    title, _, group, *_ = text.splitlines()
    assert title == "3 objects of type Session in 1 group (bytes: tracked objects only)"
    assert group.startswith("3 objects, ") and group.endswith(f" retained: {signature}")
    assert text.count("sys.modules['__main__']") == 1
    assert ".SESSIONS → list (3 items)" in text


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_limit_is_how_many_groups_why_shows(files, limit):
    graph = refcycle.load(files[1])
    groups = graph.why_all("function", limit=limit).groups
    text = answer("why", files[1], "function", "--limit", limit)
    count = sum(group.count for group in groups)
    assert text.startswith(f"{count:,} objects of type function in {len(groups):,} groups (")
    assert text.count("this object") == limit
    assert f"and {count - sum(group.count for group in groups[:limit]):,} objects in " in text
    found = json.loads(answer("why", files[1], "function", "--json", "--limit", limit))
    assert (found["found"], len(found["objects"])) == (count, limit)
    assert found["groups"] == [
        {
            "signature": group.signature,
            "count": group.count,
            "size": group.size,
            "retained_size": group.retained_size,
            "also_held_by": None
            if group.also_held_by is None
            else [one._asdict() for one in group.also_held_by],
        }
        for group in groups
    ]


@pytest.mark.parametrize(
    ("name", "kind", "chain"),
    [
        ("Lonely", "class", ".Lonely → this object"),
        ("__main__.Lonely", "class", ".Lonely → this object"),
        ("class Session", "class", ".Session → this object"),
        ("serve_alone", "function", ".serve_alone → this object"),
        ("function serve_alone", "function", ".serve_alone → this object"),
        ("module __main__", "module", "sys.modules"),
    ],
)
def test_why_by_name(files, name, kind, chain):
    [obj] = json.loads(answer("why", files[0], name, "--json"))["objects"]
    [found] = [one for one in refcycle.load(files[0]) if one.address == obj["address"]]
    assert (found.kind, found.name) == (kind, name.split()[-1].split(".")[-1])
    text = answer("why", files[0], name)
    assert chain in text
    asks_for_objects = kind == "class" and " " not in name
    note = f"the file has no object of type {name}: this is the class itself\n"
    assert text.startswith(note) is asks_for_objects and (note in text) is asks_for_objects


def test_a_type_comes_before_a_name(files):
    assert answer("why", files[0], "Session").startswith("3 objects of type Session in 1 group")
    text = answer("why", files[0], "__init__")
    assert " objects named __init__ in " in text.splitlines()[0]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("serve_alon", "did you mean serve_alone"),
        ("class Lonly", "the file has no class Lonly; did you mean Lonely"),
        ("function Lonely", "the file has no function Lonely"),
        ("__main__.Lonly", "did you mean Lonely"),
    ],
)
def test_a_name_that_is_not_there_has_a_hint(files, name, hint):
    done = command("why", files[0], name)
    assert (done.returncode, done.stdout) == (2, "")
    assert hint in done.stderr


def test_chains_is_how_many_chains_why_shows(files):
    for options, count in (((), 2), (("--chains", 2), 2), (("--chains", 1), 1)):
        [obj] = json.loads(answer("why", files[1], "Twice", "--json", *options))["objects"]
        assert len(obj["chains"]) == count


@pytest.mark.parametrize(
    ("text", "reason"),
    [("x", "'x' is not a whole number"), ("1.5", "'1.5' is not"), ("0", "0 is less than 1")],
)
def test_a_limit_that_makes_no_sense(text, reason):
    for name, *rest in (["why", "heap", "list"], ["top", "heap"], ["cycles", "heap"]):
        done = command(name, "--limit", text, *rest)
        assert done.returncode == 2
        assert f"argument --limit: {reason}" in done.stderr


def test_why_by_address_as_data(files):
    graph = refcycle.load(files[0])
    address, *_ = [obj.address for obj in graph.find_by_typename("Session")]
    found = json.loads(answer("why", files[0], hex(address), "--json"))
    assert found["found"] == 1
    [obj] = found["objects"]
    assert obj["address"] == address
    assert obj["chains"][0]["holder"] == "sys.modules['__main__']"
    places = [step["reference"] for step in obj["chains"][0]["steps"]]
    assert places[1] == ".SESSIONS"
    assert places[2] in ("[0]", "[1]", "[2]")


def test_top(files):
    found = json.loads(answer("top", files[1], "--json", "--limit", "3"))
    graph = refcycle.load(files[1])
    assert found["objects"] == len(graph)
    assert found["size"] == sum(graph.shallow_sizes())
    largest = graph.top_retained(3)
    assert [one["retained_size"] for one in found["retained"]] == [
        one.retained_size for one in largest
    ]
    text = answer("top", files[1])
    assert text.startswith(f"{len(graph):,} objects, ")
    assert "largest types:" in text
    assert "\\n" not in text


def test_cycles_and_its_status(files):
    text = answer("cycles", "--garbage", files[1], status=1)
    assert text.startswith("1 cycle that nothing outside holds; ")
    assert "Loop.me -> Loop" in text
    assert "make `Loop.me` a weak reference" in text
    found = json.loads(answer("cycles", "--garbage", "--json", files[1], status=1))
    assert "__main__.Loop.me" in [cycle["signature"] for cycle in found["shown"]]


def test_cycles_in_use_are_counted_and_shown_on_demand(files):
    every = answer("cycles", "--all", "--limit", "1000", files[1], status=1)
    text = answer("cycles", files[1], status=1)
    assert text == answer("cycles", "--garbage", files[1], status=1)
    found = json.loads(answer("cycles", "--all", "--json", files[1], status=1))
    assert found["cycles"] == 1 + found["in_use"] > 1
    in_use = found["in_use"]
    used = f"{in_use:,} cycle{'' if in_use == 1 else 's'} in use"
    assert text.splitlines()[1] == f"{used}: use --all to show them"
    assert every.splitlines()[1] == used
    assert text.count("objects: ") + text.count("object: ") == 1
    assert every.count("objects: ") + every.count("object: ") == found["cycles"]


def test_diff(files):
    text = answer("diff", *files)
    assert "Session" in text
    found = json.loads(answer("diff", "--json", *files))
    counts = {row["type"]: row["count"] for row in found["types"]}
    assert (counts["Session"], counts["Loop"]) == (4, 1)
    done = command("diff", *reversed(files))
    assert done.returncode in (0, 2)


@pytest.mark.parametrize("ending", ["json", "graphml", "csv", "heapsnapshot", "html", "arrow"])
def test_convert(files, tmp_path, ending):
    out = tmp_path / f"heap.{ending}"
    assert "objects" in answer("convert", files[0], out)
    assert out.stat().st_size > 10_000
    told = json.loads(answer("convert", "--json", files[0], out))
    assert told == {"output": str(out), "size": out.stat().st_size}


def test_convert_knows_its_formats(files, tmp_path):
    done = command("convert", files[0], tmp_path / "heap.xyz")
    assert done.returncode == 2
    assert "the name must end in .json, .graphml" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_html_starts_where_it_is_told(files, tmp_path):
    answer("html", files[0], tmp_path / "page.html", "--target", "Session")
    assert "Session" in (tmp_path / "page.html").read_text(encoding="utf-8")
    told = json.loads(answer("html", "--json", files[0], tmp_path / "page.html"))
    assert told["output"] == str(tmp_path / "page.html")


def test_the_page_of_a_dump_has_a_default_place(files, tmp_path):
    dump = tmp_path / "heap.v2.refcycle"
    dump.write_bytes(Path(files[1]).read_bytes())
    page = tmp_path / "heap.v2.html"
    assert answer("html", dump) == f"{page}: open it in a browser\n"
    assert "</html>" in page.read_text(encoding="utf-8")
    # What is there is replaced only by who says so, as of other commands.
    page.write_text("mine")
    done = command("html", dump)
    assert (done.returncode, page.read_text()) == (2, "mine")
    assert done.stderr.endswith(f"{page} exists: name the output, or replace it with --force\n")
    answer("html", dump, page)
    assert '"key":"growth"' not in page.read_text(encoding="utf-8")
    assert command("html", dump, "--before", files[0]).returncode == 2
    answer("html", dump, "--before", files[0], "--force")
    assert '"key":"growth"' in page.read_text(encoding="utf-8")


def test_a_browser_is_opened_only_when_asked_for(files, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda url: opened.append(url) or len(opened) == 1)
    page = tmp_path / "page.html"

    def status(*options):
        with pytest.raises(SystemExit) as caught:
            refcycle.command_line.main(["html", files[0], str(page), *options])
        return caught.value.code

    assert (status(), opened) == (0, [])
    assert (status("--open"), opened) == (0, [page.as_uri()])
    # There is no browser.
    assert status("--open") == 2


@pytest.mark.parametrize("arguments", [["html"], ["convert"]])
def test_the_file_that_is_read_is_not_replaced(tmp_path, files, arguments):
    path = tmp_path / "heap.json"
    path.write_bytes(Path(files[0]).read_bytes())
    before = path.read_bytes()
    done = command(*arguments, str(path), str(path))
    assert done.returncode == 2 and path.read_bytes() == before
    assert "is also the file to read: give the output another name" in done.stderr


def test_a_report_does_not_replace_the_program(tmp_path):
    program = tmp_path / "program.py"
    program.write_text("print(1)\n")
    done = command("run", "--output", str(program), str(program))
    assert done.returncode != 0 and program.read_text() == "print(1)\n"
    assert "is also the file to read" in done.stderr


def test_a_type_that_is_not_there_has_a_hint(files):
    done = command("why", files[0], "Sesion")
    assert done.returncode == 2
    assert (
        "has no object of type Sesion, and no class, function, method, module or variable"
        in done.stderr
    )
    assert "; did you mean Session" in done.stderr
    done = command("why", files[0], "0x10")
    assert "the file has no object at 0x10" in done.stderr


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "text").write_text("hello, this is no file of a heap, but a text")
    for name, words in (("none", "no such file: "), ("text", "not a heap dump")):
        for arguments in (["top"], ["why", "list"], ["cycles"]):
            first, *rest = arguments
            done = command(first, tmp_path / name, *rest)
            assert done.returncode == 2
            assert words in done.stderr
            assert str(tmp_path / name) in done.stderr
            assert "Traceback" not in done.stderr


def test_sql_without_duckdb_says_what_to_install(files):
    # Not imported: they would make the heap of all later tests larger.
    if not all(map(importlib.util.find_spec, ("duckdb", "pyarrow"))):
        done = command("sql", files[0], "select 1")
        assert done.returncode == 2
        assert "pip install" in done.stderr
        return
    query = "select count(*) n from vertices where type = '__main__.Session'"
    text = answer("sql", files[0], query)
    assert text.split() == ["n", "3"]
    done = command("sql", files[0], "selekt * from vertices")
    assert done.returncode == 2
    assert "syntax error" in done.stderr


NAMES = [command.name for command in all_commands()]


def test_the_commands():
    names = "attach completion convert core cycles diff dump fleet html index mcp memory run sql "
    names += "top treemap waste why"
    assert NAMES == names.split()


@pytest.mark.parametrize("name", NAMES)
def test_help_has_what_a_command_does_and_an_example(name):
    [summary] = [one.summary for one in all_commands() if one.name == name]
    assert " ".join(summary.split()) in " ".join(answer("--help").split())
    assert f"refcycle {name} " in answer(name, "--help")
    # Examples are lines to copy.
    lines = answer(name, "--help").splitlines()
    assert [line for line in lines if len(line) > 80 and not line.startswith("  refcycle ")] == []


NEW_COMMAND = """
from refcycle._cli.command import Command, register

@register
class Hello(Command):
    name = "hello"
    summary = "greet somebody"
    examples = ("world",)

    def add_arguments(self, parser):
        parser.add_argument("--loudly", action="store_true", help="with a mark")
        parser.add_argument("whom")

    def run(self, options):
        print("hello", options.whom + "!" * options.loudly)
        return 7
"""


def test_a_file_is_a_command(tmp_path):
    (tmp_path / "hello.py").write_text(NEW_COMMAND)
    program = (
        "from refcycle._cli import commands; from refcycle.command_line import main\n"
        f"commands.__path__.append({str(tmp_path)!r}); main()"
    )

    def said(*arguments):
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments], capture_output=True, text=True
        )
        return done.returncode, done.stdout

    assert said("hello", "--loudly", "world") == (7, "hello world!\n")
    assert "greet somebody" in said("--help")[1]
    assert "refcycle hello world" in said("hello", "--help")[1]
    assert "hello) options='-h --help --loudly'" in said("completion", "bash")[1]


def test_completion_has_the_commands_and_options():
    for shell in ("bash", "fish", "zsh"):
        text = answer("completion", shell)
        assert "why" in text and "--garbage" in text.replace("-l garbage", "--garbage")
    assert command("completion", "tcsh").returncode == 2


def test_descriptions_for_zsh_keep_their_quotes():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    commands.add_parser("one", help="show what's [in] use")
    commands.add_parser("two", help="another")
    [line] = [line for line in script(parser, "zsh").splitlines() if "commands=(" in line]
    found = shlex.split(line.strip().removeprefix("commands=(").removesuffix(")"))
    assert found == ["one:show what's [in] use", "two:another"]


def test_the_files_of_a_diff_have_two_names():
    usage = answer("diff", "--help")
    assert "BEFORE AFTER" in " ".join(usage.split())
    assert "the earlier file that" in usage and "the later file that" in usage


@pytest.mark.parametrize("ending", ["svg", "json", "heapsnapshot", "refcycle"])
def test_a_folder_that_does_not_exist_is_named(files, tmp_path, ending):
    done = command("convert", files[0], tmp_path / "none" / f"a.{ending}")
    assert done.returncode == 2
    assert done.stderr == f"refcycle: no such folder: {tmp_path / 'none'}\n"
    done = command("top", "")
    assert (done.returncode, done.stderr) == (2, "refcycle: the name of the file is empty\n")


def test_bash_completes(tmp_path):
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash")
    script = (
        answer("completion", "bash")
        + """
COMP_WORDS=(refcycle cy) COMP_CWORD=1; _refcycle; echo "${COMPREPLY[@]}"
COMP_WORDS=(refcycle cycles --g) COMP_CWORD=2; _refcycle; echo "${COMPREPLY[@]}"
"""
    )
    done = subprocess.run([bash, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["cycles", "--garbage"]


NO_ATTACHING = sys.version_info < (3, 14)


@pytest.mark.skipif(NO_ATTACHING, reason="needs sys.remote_exec")
def test_attach_and_dump_ask_a_process(tmp_path):
    program = (
        "import time\nclass Session: pass\nKEPT = [Session() for _ in range(7)]\n"
        "print('ready', flush=True)\nwhile True: time.sleep(0.01)"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "ready\n"
        path = tmp_path / "a.refcycle"
        done = command("dump", process.pid, path)
        if "PermissionError" in done.stderr or "may not" in done.stderr:
            pytest.skip("this machine lets no process look into another one")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert len(refcycle.load(path).find_by_typename("Session")) == 7
        told = json.loads(answer("dump", "--json", process.pid, path))
        assert told == {"output": str(path), "size": path.stat().st_size}
        found = json.loads(answer("attach", "--json", process.pid))
        assert found["objects"] > 1000
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_attach_says_why_it_cannot():
    done = command("attach", 2**22 + 12345)
    assert done.returncode == 2
    words = "Python 3.14 or later" if NO_ATTACHING else "there is no process"
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_early_is_no_error(files):
    process = subprocess.Popen(
        [sys.executable, "-m", "refcycle", "diff", "--json", *files],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 141
    process.stderr.close()


def test_a_limit_is_not_the_number_of_what_there_is(tmp_path):
    path = tmp_path / "heap.refcycle"
    program = """
import gc, sys, refcycle
class Loop:
    pass
gc.collect()
gc.disable()
for number in range(24):
    loop = Loop()
    setattr(loop, f"me_{number // 2}", loop)
del loop
refcycle.snapshot().save(sys.argv[1])
"""
    subprocess.run([sys.executable, "-c", program, path], check=True)
    text = answer("cycles", path, status=1)
    cycles = refcycle.load(path).unreachable().cycles()
    # Of equal cycles, there is one to read: these are twelve pairs, and what Python leaves.
    count = len({cycle.signature for cycle in cycles})
    assert len(cycles) >= 24 and count >= 12
    part = f" in {count} groups, the first 10 shown"
    assert text.startswith(f"{len(cycles)} cycles that nothing outside holds{part}; ")
    assert text.count("objects: ") + text.count("object: ") == 10
    assert text.endswith(f"\nand {counted(count - 10, 'more group')}: use --limit to show them\n")
    found = json.loads(answer("cycles", path, "--json", status=1))
    assert (found["cycles"], found["groups"], len(found["shown"])) == (len(cycles), count, 10)
    printed = str(cycles).splitlines()
    assert printed[0] == f"{len(cycles)} cycles{part}"
    assert printed[-1] == f"and {counted(count - 10, 'more group')}"
    text = answer("cycles", path, "--limit", count, status=1)
    assert text.startswith(f"{len(cycles)} cycles that nothing outside holds; ")
    # Before 3.11, an instance has a dict for its attributes.
    assert len(re.findall(r"\n2 cycles of \d objects?: Loop\.me_", text)) == 12
    assert "shown" not in text.splitlines()[0] and "more group" not in text
    found = json.loads(answer("cycles", path, "--json", "--limit", count, status=1))
    assert [one["cycles"] for one in found["shown"] if "Loop.me_" in one["text"]] == [2] * 12
    assert sum(one["cycles"] for one in found["shown"]) == len(cycles)
    found = json.loads(answer("cycles", "--all", "--json", path, status=1))
    text = answer("cycles", "--all", path, status=1)
    part = f"in {found['groups']} groups, the first 10 shown"
    assert f"\n{found['cycles']} cycles {part}\n" in text
    text = answer("top", path, "--limit", "3")
    graph = refcycle.load(path)
    types = len({obj.type_name.rpartition(".")[2] for obj in graph})
    assert "\nand more: use --limit to show them\n" in text
    whole = answer("top", path, "--limit", len(graph))
    assert "use --limit" not in whole
    assert text.endswith(f"\nand {types - 3} more types: use --limit to show them\n")


PLACES = """
import sys, refcycle
class Pool:
    def __init__(self):
        self.free = {"first": [1], "second": [bytes(60)]}
class Session:
    count = [1]
POOL = Pool()
JOBS = [[0], [1], [2]]
ROWS = [bytes(100) + str(i).encode() for i in range(40_000)]
SESSIONS = [Session() for _ in range(4)]
AUDIT = dict(enumerate(SESSIONS[:3]))
refcycle.snapshot(untracked=True).save(sys.argv[1], redact=False)
refcycle.snapshot(untracked=True).save(sys.argv[2])
"""


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    folder = tmp_path_factory.mktemp("places")
    paths = [str(folder / name) for name in ("open.refcycle", "redacted.refcycle")]
    subprocess.run([sys.executable, "-c", PLACES, *paths], check=True)
    return paths


def asked(path, name):
    """The chains to the objects that a name stands for."""
    return json.loads(answer("why", path, name, "--json"))


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("AUDIT", "__main__.AUDIT"),
        ("__main__.AUDIT", "__main__.AUDIT"),
        ("dict (3 items), __main__.AUDIT", "__main__.AUDIT"),
        ("globals of __main__", "globals of __main__"),
        ("JOBS[1]", "__main__.JOBS[1]"),
        ("__main__.POOL.free", "__main__.POOL.free"),
        ("POOL.free['second']", "__main__.POOL.free['second']"),
        ("__main__.Session.count", "__main__.Session.count"),
    ],
)
def test_why_takes_places(places, name, end):
    [obj] = asked(places[0], name)["objects"]
    assert obj["name"].endswith(f", {end}")


def test_why_takes_places_of_a_redacted_file(places):
    [obj] = asked(places[1], "__main__.AUDIT")["objects"]
    assert obj["name"] == "dict (3 items), __main__.AUDIT"
    assert asked(places[1], "__main__.AUDIT[int]")["found"] == 3


def test_why_takes_what_top_prints(places):
    for path in places:
        lines = answer("top", path, "--limit", "20").splitlines()
        start = lines.index("largest retainers:") + 2
        for line in lines[start : start + 20]:
            name = line.split(maxsplit=3)[3]
            [obj] = asked(path, name)["objects"]
            assert f" (0x{obj['address']:x})" in name
        suspects = [line for line in lines if " of all bytes: " in line]
        [suspect] = [line for line in suspects if "__main__.ROWS" in line]
        name = suspect.rpartition("accumulated in ")[2]
        assert name == "list (40,000 items), __main__.ROWS"
        assert asked(path, name) == asked(path, "ROWS") == asked(path, "__main__.ROWS")
        types = lines[lines.index("largest types:") + 2 :]
        for line in types[:5]:
            asked(path, line.split(maxsplit=3)[3])


def test_why_takes_signatures(places):
    held = "module __main__.SESSIONS -> list[*] -> __main__.Session"
    other = "module __main__.AUDIT -> dict[*] -> __main__.Session"
    found = asked(places[0], "Session")
    assert [(group["signature"], group["count"]) for group in found["groups"]] == [
        (other, 3),
        (held, 1),
    ]
    assert [group["also_held_by"] for group in found["groups"]] == [
        [{"signature": held, "count": 3}],
        [],
    ]
    for limit in ("1", "5"):
        text = answer("why", places[0], held, "--limit", limit)
        assert text.startswith("1 object of type __main__.Session in 1 group\n")
        assert "this object" in text and other not in text
    text = answer("why", places[0], other)
    assert text.endswith(f"\nall 3 are also held by {held}\n")
    done = command("why", places[0], "module __main__.NONE -> list[*] -> __main__.Session")
    assert "no object of type __main__.Session in the file is held like this" in done.stderr


@pytest.mark.parametrize("name", ["AUDIT[9]", "AUDIT.items", "POOL.free['x", "NOTHING", "[0]"])
def test_places_that_are_not_there(places, name):
    done = command("why", places[0], name)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no class, function, method, module or variable of this name" in done.stderr


GROWING = """
import sys, refcycle
class Session:
    pass
class Job:
    pass
class Row:
    pass
CONTAINERS = {}
for number in range(8):
    globals()[f"LIST_{number}"] = []
def grow(count):
    for _ in range(count):
        LIST_0.append(Session())
        LIST_1.append(Session())
        LIST_2.append(Job())
        LIST_3.append(Row())
        LIST_4.append(Row())
        LIST_5.append(Row())
grow(5)
refcycle.dump(sys.argv[1])
grow(50)
refcycle.dump(sys.argv[2])
"""


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grown")
    paths = [str(folder / name) for name in ("a.refcycle", "b.refcycle")]
    subprocess.run([sys.executable, "-c", GROWING, *paths], check=True)
    return paths


def test_diff_shows_every_fix(grown):
    text = answer("diff", *grown, "--chains", "10")
    for number in range(6):
        assert text.count(f"`__main__.LIST_{number}` keeps its items alive") == 1
    assert "with other fixes" not in text
    text = answer("diff", *grown, "--chains", "1")
    shown = [number for number in range(6) if f"`__main__.LIST_{number}` keeps" in text]
    assert len(shown) == 4
    assert text.endswith("\nand 2 chains with other fixes: use a larger --chains\n")


def test_diff_does_not_repeat_a_fix(tmp_path):
    paths = [tmp_path / name for name in "ab"]
    program = """
import sys, refcycle
class Session:
    def __init__(self):
        self.data = bytearray(100)
        self.names = {"a": [1]}
SESSIONS = []
refcycle.dump(sys.argv[1])
SESSIONS += [Session() for _ in range(50)]
refcycle.dump(sys.argv[2])
"""
    subprocess.run([sys.executable, "-c", program, *paths], check=True)
    text = answer("diff", *paths)
    assert text.count("`__main__.SESSIONS` keeps its items alive") == 1
    assert "with other fixes" not in text


def test_diff_says_which_file_is_newer(grown):
    done = command("diff", *reversed(grown))
    assert (done.returncode, done.stdout) == (2, "")
    said = f"refcycle: the first file is the newer one: {grown[1]} is of "
    assert done.stderr.startswith(said)
    assert "(dump 2 of the process)" in done.stderr and "(dump 1 of the process)" in done.stderr


def test_run_shows_every_fix(tmp_path):
    program = tmp_path / "app.py"
    program.write_text(
        "class Session: pass\nclass Job: pass\n"
        "SESSIONS, JOBS = [], {}\n"
        "for number in range(200):\n"
        "    SESSIONS.append(Session())\n"
        "    JOBS[number] = Job()\n"
    )
    done = command("run", program)
    assert done.returncode == 0
    assert done.stderr.count("`__main__.SESSIONS` keeps its items alive") == 1
    assert done.stderr.count("`__main__.JOBS` keeps its items alive") == 1
    assert "refcycle: it also keeps: 200 " in done.stderr
