"""What agents ask: the tools of `refcycle mcp`, without the package that carries them."""

import functools
import inspect
import os
import shutil
import subprocess
import sys
import types
from contextlib import contextmanager
from datetime import datetime, timezone

import pytest

import refcycle
from refcycle._cli import files as cli_files
from refcycle._cli.command import CommandError
from refcycle._cli.commands import all_commands
from refcycle._cli.files import keep_loaded, load
from refcycle._cli.mcp.allowed import AllowedFiles
from refcycle._cli.mcp.answers import Answers
from refcycle._cli.mcp.paging import LIMIT, page_of, pages, shortened
from refcycle._cli.mcp.tools import Tools
from refcycle.command_line import main

pytestmark = pytest.mark.any_version

PROGRAM = """
import json  # whose files are elsewhere
import gc, sys
gc.disable()
import refcycle
from shop import views

views.serve(300)
refcycle.dump("one.refcycle")  # what it imports is not new then
refcycle.dump("one.refcycle")
views.serve(700)
views.lose()
refcycle.dump("two.refcycle")
refcycle.dump("open.refcycle", redact=False)
refcycle.snapshot().save("tracked.refcycle")
"""

VIEWS = '''"""Views."""

SESSIONS = {}
SECRET = "correct horse battery staple " * 2


class Session:
    def __init__(self, number):
        self.number = number
        self.data = [str(number)] * 3


class Loop:
    def __init__(self):
        self.me = self


def serve(count):
    for number in range(len(SESSIONS), len(SESSIONS) + count):
        SESSIONS[number] = Session(number)


def lose():
    Loop()
'''


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A program with its dumps, and files beside its folder."""
    above = tmp_path_factory.mktemp("above")
    (above / "secret.refcycle").write_text("elsewhere")
    (above / "secret.py").write_text("elsewhere")
    folder = above / "app"
    (folder / "shop").mkdir(parents=True)
    (folder / "shop" / "__init__.py").touch()
    (folder / "shop" / "views.py").write_text(VIEWS)
    (folder / "not_imported.py").write_text("password = 1")
    (folder / "main.py").write_text(PROGRAM)
    os.utime(folder / "shop" / "views.py", (0, 0))
    subprocess.run([sys.executable, "main.py"], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def tools(folder):
    all_commands()
    keep_loaded(3)
    yield Tools(AllowedFiles([str(folder)]), attaches=False)
    keep_loaded(0)


@contextmanager
def error(*words):
    with pytest.raises(CommandError) as caught:
        yield
    for word in words:
        assert word in str(caught.value)


# Pages


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one line",
        "line\n" * 10_000,
        "x" * 100_000,
        "\u65e5\u672c" * 20_000,
        "a\U0001f40d" * 20_000 + "\n\n" + "└─ ü" * 5_000,
        "\n".join("z" * size for size in range(0, 9_000, 450)),
    ],
)
def test_pages_have_all_of_the_text_and_are_small(text):
    found = pages(text)
    assert "".join(found).replace("\n", "") == text.replace("\n", "")
    for number in range(1, len(found) + 1):
        page = page_of(text, number)
        assert len(page.encode("utf-8")) <= LIMIT and len(page) <= 8_000
        last = page.rpartition("\n")[2]
        if len(found) == 1:
            assert page == text.rstrip("\n")
        elif number < len(found):
            count = f"{len(found):,}"
            assert last == f"(page {number:,} of {count}: ask with page={number + 1} for the next)"
        else:
            assert last == f"(page {number:,} of {number:,}, the last)"


def test_pages_end_between_lines():
    text = "\n".join(f"row {number}" for number in range(5_000))
    found = pages(text)
    assert len(found) > 3 and "\n".join(found) == text


def test_a_page_that_does_not_exist():
    for number in (0, -1, 2):
        with error(f"there is no page {number}: the answer has 1 page"):
            page_of("text", number)
    with error("there is no page 9: the answer has 2 pages"):
        page_of("x" * LIMIT, 9)


def test_errors_are_short_and_can_be_encoded():
    assert shortened("wrong") == "wrong"
    text = shortened("\udc80" + "wrong " * 10_000)
    assert text.startswith("\\udc80wrong ") and text.endswith("(the rest is left out)")
    assert len(text.encode("utf-8")) <= LIMIT


# Files


def test_names_of_dumps_are_those_of_the_list(folder, monkeypatch):
    names = {"one.refcycle", "two.refcycle", "open.refcycle", "tracked.refcycle"}
    monkeypatch.chdir(folder)
    allowed = AllowedFiles(["."])
    assert {found.name for found in allowed.dumps()} == names
    for name in names:
        assert allowed.dump(name) == allowed.dump(str(folder / name))
    monkeypatch.chdir(folder.parent)
    allowed = AllowedFiles(["app"])
    assert {found.name for found in allowed.dumps()} == {os.path.join("app", one) for one in names}
    assert allowed.dump("app/one.refcycle") == allowed.dump("one.refcycle")


def test_files_elsewhere_are_not_read(folder, monkeypatch):
    monkeypatch.chdir(folder)
    (folder.parent / "app2").mkdir(exist_ok=True)
    (folder.parent / "app2" / "beside.refcycle").touch()
    allowed = AllowedFiles(["."])
    for name in (
        "../secret.refcycle",
        str(folder.parent / "secret.refcycle"),
        "../app2/beside.refcycle",
        "shop/../../secret.refcycle",
        "/etc/passwd",
        "..",
        "../no such file",  # whether there is one is not told
        "/no such folder/file",
    ):
        with error(f"{name} is not in what this server may read: {folder.resolve()};"):
            allowed.dump(name)


def test_links_lead_only_to_allowed_files(folder, tmp_path):
    place = tmp_path / "place"
    place.mkdir()
    (place / "out.refcycle").symlink_to(folder / "one.refcycle")
    (place / "folder").symlink_to(folder)
    (place / "own.refcycle").write_text("own")
    (place / "in.refcycle").symlink_to(place / "own.refcycle")
    allowed = AllowedFiles([str(place)])
    for name in ("out.refcycle", "folder/one.refcycle"):
        with error("is not in what this server may read"):
            allowed.dump(name)
    assert allowed.dump("in.refcycle") == os.path.realpath(place / "own.refcycle")
    assert [os.path.basename(found.path) for found in allowed.dumps()] == ["own.refcycle"]


def test_only_files_are_dumps(folder, tmp_path):
    os.mkfifo(tmp_path / "pipe.refcycle")
    allowed = AllowedFiles([str(tmp_path)])
    with error("no such dump: pipe.refcycle"):
        allowed.dump("pipe.refcycle")
    assert allowed.dumps() == []
    allowed = AllowedFiles([str(folder)])
    with error("shop is a folder"):
        allowed.dump("shop")
    with error("no such dump: ones.refcycle; did you mean"):
        allowed.dump("ones.refcycle")
    for name in ("", "a\0b"):
        with error("empty or has a null character"):
            allowed.dump(name)


def test_a_single_file_allows_no_other(folder):
    allowed = AllowedFiles([str(folder / "one.refcycle")])
    assert [found.path for found in allowed.dumps()] == [
        allowed.dump(str(folder / "one.refcycle"))
    ]
    with error("is not in what this server may read"):
        allowed.dump(str(folder / "two.refcycle"))


def test_a_single_file_that_is_no_dump_is_not_shown(folder, tmp_path):
    other = tmp_path / "heap.of.monday"
    shutil.copy(folder / "one.refcycle", other)
    allowed = AllowedFiles([str(folder / "main.py"), str(other)])
    assert [found.path for found in allowed.dumps()] == [os.path.realpath(other)]


def test_dumps_of_one_name_in_several_folders(folder, tmp_path, monkeypatch):
    for name in ("shop-1", "shop-2"):
        (tmp_path / name).mkdir()
        shutil.copy(folder / "one.refcycle", tmp_path / name / "heap.refcycle")
    allowed = AllowedFiles([str(tmp_path / "shop-1"), str(tmp_path / "shop-2")])
    with error("several dumps have the name heap.refcycle", "shop-1/heap", "shop-2/heap"):
        allowed.dump("heap.refcycle")
    monkeypatch.chdir(tmp_path)
    for name in ("shop-1/heap.refcycle", "shop-2/heap.refcycle"):
        assert allowed.dump(name) == os.path.realpath(name)
    # It is a path by itself here.
    monkeypatch.chdir(tmp_path / "shop-2")
    assert allowed.dump("heap.refcycle") == os.path.realpath("heap.refcycle")


def test_a_dump_that_was_cut_off(folder, tmp_path):
    name = "cut.refcycle"
    (tmp_path / name).write_bytes((folder / "two.refcycle").read_bytes()[:-1000])
    all_commands()
    tools = Tools(AllowedFiles([str(tmp_path)]), attaches=False)
    why = functools.partial(tools.why, object="dict")
    for ask in (tools.suspects, tools.cycles, tools.waste, why):
        with error("--partial"):
            ask(name)
        assert "IS NOT WHOLE" in ask(name, partial=True)


def test_a_folder_that_does_not_exist(capsys, tmp_path):
    with pytest.raises(SystemExit) as end:
        main(["mcp", str(tmp_path / "none")])
    assert end.value.code == 2 and "no such file: " in capsys.readouterr().err


def test_graphs_are_kept_until_the_file_changes(folder, tmp_path):
    path = tmp_path / "copy.refcycle"
    path.write_bytes((folder / "tracked.refcycle").read_bytes())
    try:
        keep_loaded(2)
        first = load(str(path))
        assert load(str(path)) is first
        os.utime(path, (1, 1))
        second = load(str(path))
        assert second is not first
        load(str(folder / "tracked.refcycle"))
        assert load(str(path)) is second
        load(str(folder / "one.refcycle"))
        assert len(cli_files._Kept.graphs) == 2
    finally:
        keep_loaded(0)
    assert not cli_files._Kept.graphs
    assert load(str(path)) is not load(str(path))


# Tools


def test_from_the_symptom_to_the_fix(tools):
    listed = tools.dumps()
    assert "two.refcycle" in listed and "written (UTC)" in listed
    summary = tools.summary("two.refcycle")
    assert "Python objects and their buffers" in summary and "main.py" in summary
    assert "redacted" not in summary
    grown = tools.diff("one.refcycle", "two.refcycle")
    assert " +700 " in grown and "Session" in grown
    answer = tools.why("two.refcycle", "Session")
    assert answer.startswith("1,000 objects of type Session in 1 group\n")
    assert "`shop.views.SESSIONS` keeps its items alive" in answer
    assert tools.why("two.refcycle", "shop.views.Session") == answer.replace(
        "of type Session", "of type shop.views.Session"
    )
    lines = tools.source("two.refcycle", "shop/views.py:20", lines=5).split("\n")
    assert lines[0].endswith(os.path.join("shop", "views.py"))
    assert len(lines) == 6
    assert lines[3] == "> 20          SESSIONS[number] = Session(number)"


def test_suspects_signatures_cycles_waste(tools):
    text = tools.suspects("two.refcycle")
    assert "largest retainers:" in text and "largest types:" in text
    assert len(tools.suspects("two.refcycle", limit=20).split("\n")) > len(text.split("\n"))
    signature = "module shop.views.SESSIONS -> dict[*] -> shop.views.Session"
    text = tools.signatures("two.refcycle", containing="shop.views.Session", limit=3)
    first = text.split("\n")[1]
    assert first.startswith("1,000") and first.endswith(signature)
    assert " more signatures" in text and len(text.split("\n")) == 5
    assert tools.signatures("two.refcycle", "no such text").startswith("no signature contains")
    text = tools.cycles("two.refcycle")
    assert " that nothing outside holds" in text and "1 object: Loop.me -> Loop" in text
    assert "to cut it: " in text
    assert len(tools.cycles("two.refcycle", all=True)) > len(text)
    assert "shop.views.Session with __dict__" in tools.waste("two.refcycle")


def test_a_dump_without_an_account(tools):
    text = tools.summary("tracked.refcycle")
    assert "objects, " in text and "the file has no account of the memory" in text


def test_long_answers_have_pages(tools):
    text = tools.signatures("two.refcycle", limit=10_000)
    assert "(page 1 of " in text and "ask with page=2 for the next)" in text
    second = tools.signatures("two.refcycle", limit=10_000, page=2)
    assert "(page 2 of " in second and second.split("\n")[0] != text.split("\n")[0]
    answers = [
        tools.suspects("two.refcycle", limit=5_000),
        tools.why("two.refcycle", "function", limit=500),
        tools.why("two.refcycle", "dict", limit=500, page=2),
        tools.why("two.refcycle", "module sys", chains=1_000),
        tools.cycles("two.refcycle", all=True, limit=1_000),
        tools.waste("two.refcycle", limit=1_000),
        tools.source("two.refcycle", "views.py:1", lines=10_000),
        text,
        second,
    ]
    assert max(len(answer.encode("utf-8")) for answer in answers) <= LIMIT
    assert max(len(answer.encode("utf-8")) for answer in answers) > LIMIT / 2


def test_an_answer_is_not_computed_again_for_another_page(tools, monkeypatch):
    monkeypatch.setattr(tools._answers, "_run", lambda words: pytest.fail("again"))
    text = "".join(f"line {number}\n" for number in range(5_000))
    monkeypatch.setattr(tools._answers, "_run", lambda words: text)
    first = tools.why("one.refcycle", "list", limit=77)
    monkeypatch.setattr(tools._answers, "_run", lambda words: pytest.fail("again"))
    second = tools.why("one.refcycle", "list", limit=77, page=2)
    assert first.startswith("line 0\n") and "\nline 4999" not in first
    assert "line 0\n" not in second


def test_redaction_is_kept(tools):
    asked = [
        tools.summary,
        tools.suspects,
        tools.signatures,
        lambda name: tools.signatures(name, "views.SECRET"),
        lambda name: tools.why(name, "str", limit=50),
        lambda name: tools.why(name, "module shop.views"),
        lambda name: tools.cycles(name, all=True),
        tools.waste,
    ]
    for ask in asked:
        assert "battery" not in ask("two.refcycle")
    assert "not redacted: " in tools.summary("open.refcycle")


def test_errors_name_what_is_wrong(tools):
    with error("no object of type Sesion", "did you mean Session"):
        tools.why("two.refcycle", "Sesion")
    with error("no object at 0x10"):
        tools.why("two.refcycle", "0x10")
    with error("no object of type --limit"):
        tools.why("two.refcycle", "--limit")
    with error("limit is 0: it must be at least 1"):
        tools.why("two.refcycle", "Session", limit=0)
    with error("chains is -1"):
        tools.why("two.refcycle", "Session", chains=-1)
    with error("no page 3: the answer has 1 page"):
        tools.why("two.refcycle", "Session", page=3)
    with error("main.py: not a heap dump"):
        tools.summary("main.py")


def test_wrong_arguments_are_errors_without_the_usage(folder, capsys):
    all_commands()
    answers, path = Answers(), folder / "two.refcycle"
    with pytest.raises(CommandError, match=r"^unknown command tops; did you mean top\?$"):
        answers.of("tops", path)
    with pytest.raises(CommandError, match="^the following arguments are required: FILE$"):
        answers.of("top")
    with pytest.raises(CommandError, match="^argument --timeout: 'error: 1' is not a number"):
        answers.of("sql", path, "files", timeout="error: 1")
    assert "growth-of-types" in answers.of("sql", list=True)
    assert capsys.readouterr() == ("", "")


def test_each_tool_describes_itself_and_its_arguments(tools, folder):
    names = "dumps summary suspects why signatures cycles diff waste sql source"
    assert [tool.__name__ for tool in tools.all()] == names.split()
    live = Tools(AllowedFiles([str(folder)]), attaches=True)
    assert [tool.__name__ for tool in live.all()] == [*names.split(), "dump_process"]
    for tool in live.all():
        text = inspect.getdoc(tool)
        assert len(text) < 700
        for name, parameter in inspect.signature(tool).parameters.items():
            obvious = {"dump", "page", "before", "after", "query", "dumps", "pid", "place"}
            assert name in obvious or f"{name}: " in text
            assert parameter.default == 1 or name != "page"


# Sources


def test_only_files_that_the_dump_names(tools):
    for place in ("not_imported.py:1", "secret.py", "../secret.py:1"):
        with error("the dump names no file "):
            tools.source("two.refcycle", place)
    for place in ("", ":3", "/etc/passwd", "views", "two.refcycle:1"):
        with error("is not a place in a Python file, such as views.py:12"):
            tools.source("two.refcycle", place)
    # The dump names it, but it is elsewhere.
    with error("the dump names ", "which is not in what this server may read"):
        tools.source("two.refcycle", "json/decoder.py:1")


def test_a_place_may_be_a_part_of_a_path(tools, folder):
    path = folder / "shop" / "views.py"
    texts = {
        tools.source("two.refcycle", place)
        for place in ("views.py:3", "shop/views.py:3", f"{path}:3", "...op/views.py:3")
    }
    [text] = texts
    assert '"""Views."""' in text and "> " in text and "SESSIONS = {}" in text
    assert "changed after the dump" not in text
    assert tools.source("two.refcycle", "main.py").split("\n")[1].startswith(">  1")
    with error("views.py has ", "no line 900"):
        tools.source("two.refcycle", "views.py:900")
    time = refcycle.load(folder / "two.refcycle").metadata["time"]
    dumped = datetime.strptime(time, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    os.utime(path, (dumped.timestamp() + 0.5,) * 2)  # a dump's time has no fractions
    assert "changed after the dump" not in tools.source("two.refcycle", "views.py:3")
    os.utime(path, (4e9, 4e9))
    try:
        assert "changed after the dump: lines may have moved" in tools.source(
            "two.refcycle", "views.py:3"
        )
    finally:
        os.utime(path, (0, 0))


def test_several_files_that_fit(folder, tmp_path):
    for name in ("old", "new"):
        (tmp_path / name / "shop").mkdir(parents=True)
        (tmp_path / name / "shop" / "views.py").write_text(f"name = {name!r}")
    tools = Tools(AllowedFiles([str(tmp_path), str(folder / "two.refcycle")]), attaches=False)
    dump = str(folder / "two.refcycle")
    with error("several files fit views.py:1", "old", "new"):
        tools.source(dump, "views.py:1")
    assert "name = 'old'" in tools.source(dump, "old/shop/views.py:1")


# SQL


@pytest.mark.large_imports
def test_sql_reads_only_the_dumps(tools, folder):
    pytest.importorskip("pyarrow", reason="pyarrow is not installed on this interpreter")
    pytest.importorskip("duckdb", reason="DuckDB is not installed on this interpreter")
    query = "select count(*) as n from vertices where type = 'shop.views.Session'"
    for dumps in (["two.refcycle"], "two.refcycle"):
        assert tools.sql(dumps, query).split() == ["n", "1000"]
    text = tools.sql(["one.refcycle", "two.refcycle"], "growth-of-types", limit=2)
    assert (
        text.split()[:3] == ["type", "count", "bytes"] and "2 rows, as limited by --limit" in text
    )
    text = tools.sql(["two.refcycle"], "select * from edges", limit=1_000)
    assert len(text.encode("utf-8")) <= LIMIT and "(page 1 of " in text
    out = folder / "out.csv"
    for query in (
        f"select * from read_csv('{folder.parent / 'secret.py'}')",
        f"select * from read_text('{folder.parent / 'secret.py'}')",
        "select * from glob('/*')",
        f"copy (select 1) to '{out}'",
        f"attach '{out}'",
        f"export database '{out}'",
        "install httpfs",
    ):
        with error("disabled"):
            tools.sql(["two.refcycle"], query)
    for query, reason in (
        (f"select * from '{folder.parent / 'secret.py'}'", "does not exist"),
        ("set enable_external_access = true", "Cannot"),
        ("select * from options", "options"),  # a variable of the caller
        (";", "empty"),
        ("-- only a comment", "empty"),
    ):
        with error(reason):
            tools.sql(["two.refcycle"], query)
    assert not out.exists()
    with error("table vertices: file, vertex"):
        tools.sql(["two.refcycle"], "select foo from vertices")
    with error("is not in what this server may read"):
        tools.sql(["../secret.refcycle"], "retainers")
    with error("is not in what this server may read"):
        tools.sql(["/*.refcycle"], "retainers")


@pytest.mark.large_imports
def test_an_endless_query_is_stopped(folder, capsys):
    pytest.importorskip("pyarrow", reason="pyarrow is not installed on this interpreter")
    pytest.importorskip("duckdb", reason="DuckDB is not installed on this interpreter")
    endless = "select count(*) from range(10000000000000)"
    with pytest.raises(SystemExit) as end:
        main(["sql", "--timeout", "0.1", str(folder / "tracked.refcycle"), endless])
    assert end.value.code == 2
    assert "the query took more than 0.1 s, and was stopped" in capsys.readouterr().err
    for text in ("0", "-1", "nan", "1e9", "soon"):
        with pytest.raises(SystemExit) as end:
            main(["sql", "--timeout", text, str(folder / "tracked.refcycle"), "retainers"])
        assert end.value.code == 2 and "argument --timeout: " in capsys.readouterr().err


def test_ready_queries(tools):
    text = tools.sql(["two.refcycle"])
    assert "growth-of-types" in text and "retainers" in text
    with error("name at least one dump"):
        tools.sql([], "retainers")


# The package


def test_without_the_package(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(sys.modules, "mcp", None)
    with pytest.raises(SystemExit) as end:
        main(["mcp", str(tmp_path)])
    assert end.value.code == 2
    assert "needs the package mcp, which is not installed" in capsys.readouterr().err


def test_with_another_version_of_the_package(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(sys.modules, "mcp", types.ModuleType("mcp"))
    with pytest.raises(SystemExit) as end:
        main(["mcp", str(tmp_path)])
    assert end.value.code == 2
    told = capsys.readouterr().err
    assert "needs version 2 of the package mcp" in told and "pip install 'refcycle[mcp]'" in told


def test_the_package_is_imported_only_by_the_server():
    code = "import refcycle._cli.commands as c, sys; c.all_commands(); print('mcp' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
