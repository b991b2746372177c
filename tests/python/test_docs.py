"""The documentation: every example is correct, and an example draws every picture."""

import importlib.util
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


def load():
    spec = importlib.util.spec_from_file_location("refcycle_docs_build", DOCS / "build.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


build = load()
PAGES = build.pages()
TEXTS = [*build.TEXTS, *PAGES]
# Texts whose examples are few or none.
FEW_EXAMPLES = [page for page in build.SINGLE if page.name != "README.md"]


def name(page):
    return build.name_of(page).removeprefix("docs/").removesuffix(".md")


def runs_of(page):
    marks = [] if page.parent == build.GUIDE else [pytest.mark.any_version]
    return pytest.param(page, marks=marks, id=name(page))


@pytest.mark.parametrize("page", [*map(runs_of, PAGES)])
def test_the_examples_are_right_and_make_the_pictures(page, tmp_path):
    if not build.is_runnable(page):
        pytest.skip(f"{build.NEEDS[page.stem]} is not installed: .ci/field runs this page")
    for picture, target in build.run_page(page, tmp_path):
        assert picture.stat().st_size > 0
        assert target.is_file(), f"{target} is not committed: run docs/build.py"


@pytest.mark.parametrize("page", [page for page in PAGES if page not in FEW_EXAMPLES], ids=name)
def test_a_page_has_examples(page):
    kinds = {block.language for block in build.blocks(page)}
    assert kinds & {"pycon", "rust"}


@pytest.mark.parametrize("page", TEXTS, ids=name)
def test_the_links_lead_somewhere(page):
    assert build.dead_links(page) == []


def test_no_picture_is_left_over():
    shown = {target for page in PAGES for target in build.pictures(page)}
    assert {path.name for path in build.IMAGES.iterdir()} == shown


def write(folder, text):
    page = folder / "01-page.md"
    page.write_text(text, encoding="utf-8")
    return page


def test_a_wrong_output_fails(tmp_path):
    page = write(tmp_path, "```pycon\n>>> 1 + 1\n3\n```\n")
    with pytest.raises(build.DocsError, match=r"(?s)01-page.*Got|01-page.*- 3"):
        build.run_page(page, tmp_path)


def test_an_example_that_raises_fails(tmp_path):
    page = write(tmp_path, "```python\n# file.py\nraise ValueError(17)\n```\n")
    with pytest.raises(build.DocsError, match="ValueError: 17"):
        build.run_page(page, tmp_path)


def test_a_picture_that_nobody_makes_fails(tmp_path):
    page = write(tmp_path, "![a picture](images/none.svg)\n")
    with pytest.raises(build.DocsError, match=r"none\.svg"):
        build.run_page(page, tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "```\n>>> 1\n1\n```\n",
        "```text\n>>> 1\n1\n```\n",
        "```python\nx = 1\n```\n",
        "```pycon\n>>> 1\n1\n",
    ],
)
def test_a_block_that_would_not_be_run_fails(text, tmp_path):
    with pytest.raises(build.DocsError):
        build.run_page(write(tmp_path, text), tmp_path)
