"""The magic commands of IPython, and what results show in a notebook."""

import gc
import weakref
import xml.etree.ElementTree as ElementTree

import pytest

import refcycle
import refcycle._notebook.magics
from refcycle.growth import GrowthReport, SteadyGrowth
from refcycle.holder_groups import SignatureRow, SignatureTable

pytestmark = [pytest.mark.large_imports, pytest.mark.any_version]


@pytest.fixture(scope="module")
def shell():
    interactive = pytest.importorskip("IPython.core.interactiveshell")
    shell = interactive.InteractiveShell.instance()
    shell.run_cell("%load_ext refcycle")
    shell.run_cell("class Node:\n    pass\nkept = []")
    yield shell
    interactive.InteractiveShell.clear_instance()


@pytest.fixture
def run(shell):
    from IPython.utils.capture import capture_output

    def run(cell):
        """The texts and pages that a cell displays, and what it prints."""
        with capture_output() as shown:
            shell.run_cell(cell)
        bundles = [output.data for output in shown.outputs]
        assert all({"text/plain", "text/html"} <= bundle.keys() for bundle in bundles)
        return bundles, shown.stdout + shown.stderr

    return run


def cells_of(page):
    return [cell.text for cell in ElementTree.fromstring(page).iter("td")]


CYCLE = "%%refcycle_cycles\nfor _ in range(3):\n    node = Node()\n    node.me = node\ndel node"


def test_a_cell_that_leaves_cycles(run):
    [bundle], _ = run(CYCLE)
    signature = "__main__.Node.me"
    title, line, fix = bundle["text/plain"].splitlines()
    assert title == "the cell leaves 3 cycles of garbage behind:"
    assert line.startswith(f"  {signature}   (") and line.endswith(", 3 times)")
    times, objects, cycle, advice = cells_of(bundle["text/html"])
    assert (times, objects in ("1", "2"), cycle) == ("3", True, signature)
    assert fix == f"      to cut it: {advice}"


@pytest.mark.parametrize(
    "cell", ["value = 5", "nodes = [Node()]", "shown = Node()\nshown.me = shown\ndel shown.me"]
)
def test_a_cell_that_leaves_none(run, cell):
    [bundle], _ = run(f"%%refcycle_cycles\n{cell}")
    assert bundle["text/plain"] == "the cell leaves no cyclic garbage behind"


def test_what_grows_in_a_cell(run):
    [bundle], _ = run("%%refcycle_growth 9\nkept.append(Node())")
    title, _, row, *_ = bundle["text/plain"].splitlines()
    assert title == "1 type grows in 9 steps:"
    assert row.split()[0] == "+1.0" and row.endswith("  Node")
    assert cells_of(bundle["text/html"])[2] == "Node"
    assert "kept` keeps its items alive" in bundle["text/html"]


@pytest.mark.parametrize("shown", ["Node()", "print('x' * 500)", "display(Node())"])
def test_the_history_of_outputs_does_not_grow(shell, monkeypatch, capsys, shown):
    found = []
    monkeypatch.setattr(refcycle._notebook.magics, "_show", found.append)
    shell.run_cell(f"%%refcycle_growth 12\nkept.append(Node())\n{shown}")
    [report] = found
    # IPython has names for the last three values.
    [count] = [row.count for row in report.growing if row.type_name == "Node"]
    assert 1.0 <= count <= 1.5
    assert "HistoryOutput" not in {row.type_name for row in report.growing}
    assert "HistoryManager" not in str(report)
    assert len(capsys.readouterr().out.splitlines()) >= 12
    # Those of the last run stay.
    outputs = getattr(shell.history_manager, "outputs", {})
    assert len(outputs.get(shell.execution_count, [])) <= 2


def test_why(run, shell):
    shell.user_ns["target"] = []
    shell.user_ns["holder"] = [shell.user_ns["target"]]
    del shell.user_ns["target"]
    [bundle], _ = run("%refcycle_why holder[0]")
    assert "holder → list (1 item)" in bundle["text/plain"]
    [picture] = ElementTree.fromstring(bundle["text/html"]).iter("img")
    assert picture.get("src").startswith("data:image/svg+xml;base64,")
    assert "list (0 items)" in picture.get("alt")


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("%refcycle_why", "needs a name"),
        ("%%refcycle_growth 2\n1", "8 or more, not 2"),
        ("%%refcycle_growth x\n1", "8 or more, not x"),
        ("%%refcycle_cycles x\n1", "has no arguments, but got x"),
        ("%%refcycle_cycles\nawait x", "`await`"),
        ("%%refcycle_cycles\n1/0", "ZeroDivisionError"),
        ("%%refcycle_growth\n1/0", "ZeroDivisionError"),
        ("%refcycle_why nothing", "NameError"),
    ],
)
def test_a_mistake(run, cell, words):
    was_enabled = gc.isenabled()
    bundles, printed = run(cell)
    assert bundles == []
    assert printed.count(words) >= 1
    assert gc.isenabled() is was_enabled


def test_no_name_is_changed_and_nothing_is_kept(run, shell):
    shell.run_cell("_ = 'mine'; target = Node()", silent=True)
    alive = weakref.ref(shell.user_ns["target"])
    before = dict(shell.user_ns)
    run("%refcycle_why target")
    run("%%refcycle_cycles\npass")
    run("%%refcycle_growth 8\npass")
    after = dict(shell.user_ns)
    # IPython keeps the text of each cell.
    changed = {name for name in after if after[name] is not before.get(name)}
    assert {name for name in changed if not name.startswith("_i")} == set()
    del before, after, shell.user_ns["target"]
    gc.collect()
    assert alive() is None


def test_the_extension_can_be_unloaded(run, shell):
    shell.run_cell("%unload_ext refcycle")
    try:
        assert "refcycle_why" not in shell.magics_manager.magics["line"]
    finally:
        shell.run_cell("%load_ext refcycle")
    assert "refcycle_why" in shell.magics_manager.magics["line"]


def test_numbers_are_aligned_and_names_are_not():
    table = SignatureTable([SignatureRow("module <b>.a -> c", 1234, 96, 512, None)])
    page = ElementTree.fromstring(table._repr_mimebundle_()["text/html"])
    cells = [(cell.text, cell.get("style")) for cell in page.iter("td")]
    right, left = (
        "text-align:right;white-space:nowrap",
        "text-align:left;white-space:pre-wrap;overflow-wrap:anywhere",
    )
    assert cells == [
        ("1,234", right),
        ("96 bytes", right),
        ("512 bytes", right),
        ("module <b>.a -> c", left),
    ]
    [style] = page.iter("style")
    for theme in ("prefers-color-scheme:dark", "data-jp-theme-light=false", ".vscode-dark"):
        assert theme in style.text


def test_a_fix_is_shown():
    numbers = [1]
    numbers.append(numbers)
    cycles = refcycle.ObjectGraph([numbers]).cycles()
    bundle = cycles._repr_mimebundle_()
    [fix] = [p for p in ElementTree.fromstring(bundle["text/html"]).iter("p") if p.get("class")]
    assert (fix.get("class"), fix.text) == ("fix", f"to cut it: {cycles[0].cut()}")
    assert bundle["text/plain"].splitlines()[:2] == ["1 cycle", "1 object: list[1] -> list"]
    assert repr(cycles) == "[<Cycle of 1 object: list[1] -> list>]"
    assert refcycle.ObjectGraph().cycles()._repr_mimebundle_()["text/plain"] == "no cycles"


def test_other_results_have_a_page():
    graph = refcycle.ObjectGraph([[[]]])
    for result in (graph.dominator_tree(), graph.waste(), GrowthReport(8, ()), refcycle.census()):
        bundle = result._repr_mimebundle_()
        page = ElementTree.fromstring(bundle["text/html"])
        assert (page.tag, page.get("class")) == ("div", "refcycle")
        assert bundle["text/plain"].splitlines()[0].split(":")[0] in "".join(page.itertext())
    report = GrowthReport(8, (SteadyGrowth("app.Session", 1.0, 48.0),))
    assert cells_of(report._repr_mimebundle_()["text/html"]) == [
        "+1.0",
        "+48 bytes",
        "app.Session",
    ]
