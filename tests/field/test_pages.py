"""Pages of the documentation whose examples need other packages."""

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
PAGES = [page for page in build.pages() if page.stem in build.NEEDS]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_are_right(page, tmp_path):
    build.run_page(page, tmp_path)
