"""The web site: what is generated from the parser and the package is complete."""

import argparse
import ast
import re
import sys
from pathlib import Path

import pytest

import refcycle
from refcycle._cli.commands import all_commands
from refcycle._cli.parser import parser_of

pytestmark = pytest.mark.any_version

SITE = Path(__file__).parents[2] / "docs" / "site"
sys.path.insert(0, str(SITE))

import api  # noqa: E402
import commands  # noqa: E402
import links  # noqa: E402
import navigation  # noqa: E402
import sources  # noqa: E402
import website  # noqa: E402


@pytest.fixture(scope="module")
def texts():
    return website.pages()


def actions():
    parser = parser_of(all_commands())
    [choices] = [
        each.choices for each in parser._actions if isinstance(each, argparse._SubParsersAction)
    ]
    for name, of_command in choices.items():
        for action in of_command._actions:
            if action.help is not argparse.SUPPRESS and action.dest != "help":
                yield name, action


def test_the_command_reference_has_every_command_and_every_option():
    sections = dict(
        re.findall(r"^## refcycle (\S+)\n(.*?)(?=^## |\Z)", commands.commands_page(), re.M | re.S)
    )
    assert sorted(sections) == sorted(each.name for each in all_commands())
    for name, action in actions():
        written = action.option_strings or [str(action.metavar or action.dest)]
        for each in written:
            assert f"`{each}" in sections[name], (name, each)
    assert "(default: 10)" in sections["top"]  # no %(default)s is left
    assert "%(" not in commands.commands_page()


def test_the_api_reference_has_every_public_name(texts):
    overview = texts["reference/refcycle"]
    for name in refcycle.__all__:
        if name[0] == "_":
            continue
        link = re.search(rf"\| \[`{name}`\]\(([^)]*)\) \| (.*) \|$", overview, re.M)
        assert link is not None and link[2], name
        page, _, anchor = link[1].partition("#")
        text = texts[f"reference/{page.removesuffix('.md')}"] if page else overview
        [heading] = re.findall(rf"^## ((?:class )?{name})$", text, re.M)
        assert anchor == heading.lower().replace(" ", "-")


def test_a_class_and_a_function_of_nearly_one_name_have_anchors_of_their_own(texts):
    overview = texts["reference/refcycle"]
    assert "[`diff`](refcycle.differences.md#diff)" in overview
    headings = re.findall("^## (.+)", texts["reference/refcycle.differences"], re.M)
    assert {"class Diff", "diff", "class Leaks", "leaks"} <= set(headings)


def test_a_class_has_its_methods_with_those_of_its_base_classes(texts):
    text = texts["reference/refcycle.object_graph"]
    for name in ("why", "ancestors", "retained_size", "cycles", "export_html"):
        assert f"\n### ObjectGraph.{name}\n" in text, name
    assert "\n### ObjectGraph._" not in text


def test_examples_of_docstrings_are_code_and_text_means_what_it_says(texts):
    text = texts["reference/refcycle.differences"]
    block = text.partition("\n## leaks\n")[2].partition("```pycon\n")[2].partition("```")[0]
    assert block.startswith(">>> import refcycle\n") and block.rstrip().endswith("1")
    assert api._escaped("list[*] and `list[*]`") == r"list\[\*\] and `list[*]`"


def test_a_long_signature_has_a_line_for_each_argument():
    [function] = ast.parse(
        "def find(one: dict[str, int], two: tuple[int, int] = (1, 2), three: str = '', "
        "four: int = 4) -> None: pass"
    ).body
    assert api._signature(function) == (
        "find(\n    one: dict[str, int],\n    two: tuple[int, int]=(1, 2),\n    three: str='',\n"
        "    four: int=4,\n) -> None"
    )


def test_each_page_is_in_the_navigation_once(texts):
    named = [page for _, pages in navigation.parts_of(texts) for page in pages]
    assert sorted([*named, "index"]) == sorted(texts)
    [further] = [pages for title, pages in navigation.parts_of(["new-page"]) if title]
    assert further == ["new-page"]


def test_the_text_for_programs_names_each_page_with_a_sentence(texts):
    lines = website.llms_text(texts).splitlines()
    assert lines[0] == "# refcycle" and lines[2].startswith("> refcycle takes a snapshot")
    rows = [re.fullmatch(r"- \[(.+)\]\(_sources/(\S+)\.md\.txt\): (.*)", each) for each in lines]
    found = {row[2]: (row[1], row[3]) for row in rows if row}
    assert found.keys() == texts.keys() - {"index"}
    assert found["leaks/cache-of-a-method"] == (
        "An unbounded method cache",
        "A worker reviews repositories, with a new client for each.",
    )


def test_links_to_files_outside_of_the_site_lead_to_the_repository(tmp_path):
    page = sources.DOCS / "guide" / "page.md"
    paths = {page: "guide/page.md", sources.DOCS / "README.md": "index.md"}
    links_of = lambda text: sources._with_links(text, page, paths)  # noqa: E731
    assert links_of("[a](../README.md#x)") == "[a](../index.md#x)"
    assert links_of("[a](../../LICENSE-MIT)") == f"[a]({sources.REPOSITORY}/blob/main/LICENSE-MIT)"
    assert links_of("[a](https://example.org)") == "[a](https://example.org)"
    with pytest.raises(sources.LinkError, match="a link to none.md, which does not exist"):
        links_of("[a](none.md)")


def test_hidden_lines_of_rust_are_not_shown(texts):
    assert "# Ok::<" in (sources.DOCS / "guide" / "07-rust.md").read_text(encoding="utf-8")
    assert "# Ok::<" not in texts["guide/07-rust"]


def test_links_of_built_pages_are_checked(tmp_path):
    (tmp_path / "a.html").write_text(
        '<h1 id="top"></h1><a href="#top">1</a><a href="b.html#here">2</a>'
        '<a href="b.html#none">3</a><img src="none.png"><a href="https://example.org/">4</a>'
    )
    (tmp_path / "b.html").write_text('<p id="here"><a href="a.html">5</a>')
    wrong, external = links.check(tmp_path)
    assert wrong == [
        "a.html: a link to b.html#none, which has no such heading",
        "a.html: a link to none.png, which does not exist",
    ]
    assert external == ["https://example.org/"]


@pytest.mark.parametrize("crate", ["refcycle-core", "refcycle-dot"])
def test_the_page_of_a_crate_is_readable_outside_of_rustdoc(crate):
    text = (sources.ROOT / crate / "README.md").read_text(encoding="utf-8")
    assert not re.search(r"^# .*(::<|cfg)", text, re.M)  # hidden lines
    assert not re.search(r"\[`[^`]+`\](?!\(http)", text)  # links of rustdoc


def test_the_project_has_one_address():
    texts = {
        name: (sources.ROOT / name).read_text(encoding="utf-8")
        for name in ("Cargo.toml", "refcycle-py/pyproject.toml", "refcycle-py/README.md")
    }
    assert f'repository = "{sources.REPOSITORY}"' in texts["Cargo.toml"]
    assert f'Source = "{sources.REPOSITORY}"' in texts["refcycle-py/pyproject.toml"]
    package_page = texts["refcycle-py/README.md"]
    raw = sources.REPOSITORY.replace("github.com", "raw.githubusercontent.com")
    for file in re.findall(rf"{raw}/main/([^)]+)\)", package_page):
        assert (sources.ROOT / file).is_file()
    assert f"{raw}/main/" in package_page
    assert not re.search(r"\]\((?!https://)", package_page)  # relative links do not work there
