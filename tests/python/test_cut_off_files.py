"""Dumps of which the end is missing."""

import json
import subprocess
import sys

import pytest
from helpers.large_files import PART, Marked, marked_parts

import refcycle
from refcycle._fleet.sources import reason_of

pytestmark = pytest.mark.any_version


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A dump of several parts, and one that was cut off in its last third."""
    folder = tmp_path_factory.mktemp("files")
    marked = marked_parts()
    pair = [Marked(), Marked()]
    pair[0].other, pair[1].other = pair[1], pair[0]
    del pair
    whole, cut = folder / "whole.refcycle", folder / "cut.refcycle"
    refcycle.snapshot().save(whole)
    del marked
    content = whole.read_bytes()
    cut.write_bytes(content[: len(content) * 9 // 10])
    return whole, cut


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "refcycle", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


def test_what_is_there_is_as_in_the_whole(files):
    whole, part = refcycle.load(files[0]), refcycle.load(files[1], partial=True)
    assert 0 < len(part) < len(whole) and len(part) % PART == 0
    # The order is that of the file.
    of_whole = list(whole)[: len(part)]
    assert [obj.address for obj in part] == [obj.address for obj in of_whole]
    assert [obj.label for obj in part] == [obj.label for obj in of_whole]
    known = {obj.address for obj in part}
    lost = 0
    for one, other in zip(list(part)[::50], of_whole[::50], strict=True):
        all_referents = [obj.address for obj in whole.children(other)]
        assert [obj.address for obj in part.children(one)] == [
            address for address in all_referents if address in known
        ]
        lost += sum(address not in known for address in all_referents)
    assert part.metadata["partial"] == "true" and part.metadata["closed"] == "false"
    assert int(part.metadata["lost_references"]) >= lost
    assert "partial" not in whole.metadata


def test_a_whole_file_is_read_as_one(files):
    assert len(refcycle.load(files[0], partial=True)) == len(refcycle.load(files[0]))
    assert "partial" not in refcycle.load(files[0], partial=True).metadata


def test_garbage_of_the_part_is_garbage(files):
    whole, part = refcycle.load(files[0]), refcycle.load(files[1], partial=True)
    garbage = {obj.address for obj in whole.unreachable()}
    assert {obj.address for obj in part.unreachable()} <= garbage


def test_without_the_argument_it_is_an_error_that_names_it(files):
    with pytest.raises(ValueError, match=r"cut off.* read the part that is there with partial=T"):
        refcycle.load(files[1])


def test_the_error_has_its_parts(files, tmp_path):
    """For callers that name the file in another way, and those that do not read parts."""
    # A text shows it otherwise.
    path = tmp_path / "a\tb.refcycle"
    path.write_bytes(files[1].read_bytes())
    with pytest.raises(ValueError, match="with partial=True") as caught:
        refcycle.load(path)
    reason = reason_of(caught.value, str(path))
    assert caught.value.is_cut_off and caught.value.dump_reason == reason
    how = ", or read the part that is there with partial=True"
    assert str(caught.value).endswith(f": {reason}{how}")
    assert "b.refcycle" not in reason
    assert "part" not in reason and reason.startswith("not a heap dump")
    refused = command("top", path)
    assert refused.stderr.count("b.refcycle") == 1 and "partial=" not in refused.stderr
    assert "read the part that is there with --partial (top, " in refused.stderr
    path.write_bytes(b"ARROW1")
    with pytest.raises(ValueError, match="not a heap dump") as caught:
        refcycle.load(path)
    assert not caught.value.is_cut_off
    assert reason_of(caught.value, str(path)) == caught.value.dump_reason


@pytest.mark.parametrize("share", [0.0005, 0.05])
def test_where_no_part_is_whole_the_error_says_so(files, tmp_path, share):
    path, content = tmp_path / "short.refcycle", files[0].read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ValueError, match="before the end of its first part"):
        refcycle.load(path, partial=True)


@pytest.mark.parametrize("name", ["top", "why", "cycles", "waste", "convert"])
def test_a_command_says_loudly_that_it_reads_a_part(files, tmp_path, name):
    rest = {"why": ["dict"], "convert": [tmp_path / "part.graphml"]}.get(name, [])
    refused = command(name, files[1], *rest)
    assert refused.returncode == 2 and "with --partial" in refused.stderr, refused
    done = command(name, "--partial", files[1], *rest)
    assert done.returncode in ((0, 1) if name == "cycles" else (0,)), done.stderr
    assert "IS NOT WHOLE" in done.stderr and "objects only" in done.stderr
    whole = command(name, "--partial", files[0], *rest)
    assert "WHOLE" not in whole.stderr


@pytest.mark.parametrize("name", ["top", "cycles"])
def test_json_says_it_too(files, name):
    done = command(name, "--json", "--partial", files[1])
    assert json.loads(done.stdout)["partial"] is True
    whole = command(name, "--json", "--partial", files[0])
    assert "partial" not in json.loads(whole.stdout)
