"""The file of `fleet --known`: what it may have, and what is said of other signatures."""

import difflib
import json

import pytest

from refcycle._cli.command import CommandError
from refcycle._cli.known_signatures import known_signatures, say_what_is_unknown

pytestmark = pytest.mark.any_version


@pytest.fixture
def read(tmp_path):
    """Return the signatures in a file with a text."""

    def one(text):
        path = tmp_path / "known"
        path.write_bytes(text.encode())
        return known_signatures(str(path))

    return one


@pytest.mark.parametrize(
    ("line", "signature"),
    [
        ("garbage", "garbage"),
        ("  12 kB: garbage", "garbage"),
        ("\ufeffmodule a.b -> dict", "module a.b -> dict"),
        ("3.8 MB: module a.b -> dict", "module a.b -> dict"),
        ("999 bytes: module a.b -> dict", "module a.b -> dict"),
        ("1,024 GB: module a.b -> dict", "module a.b -> dict"),
        # Only what is before a signature is a size.
        ("frame f at a.py:3: 5 MB: x -> dict", "frame f at a.py:3: 5 MB: x -> dict"),
        ("module a.b -> dict (known)", "module a.b -> dict"),
        ("garbage (known)", "garbage"),
        ("  8.7 MB: module a.b -> dict[*] -> b.C (shop)", "module a.b -> dict[*] -> b.C"),
        ("module a.b -> dict (/srv/shop (1)/app.py)", "module a.b -> dict"),
        ("8.7 MB: garbage (shop)", "garbage"),
        ("module a.b -> dict['c (d)'] -> list", "module a.b -> dict['c (d)'] -> list"),
        # The name of a root may end like this.
        ("registry: atexit (a.b)", "registry: atexit (a.b)"),
    ],
)
def test_a_line(read, line, signature):
    assert read(f"{line}\n") == [signature]


def test_data_with_a_mark_of_its_encoding(read):
    data = {"suspects": ["a -> b (known)"], "known_suspects": ["c"]}
    assert read("\ufeff" + json.dumps(data)) == ["a -> b (known)", "c"]


@pytest.mark.parametrize(
    "data",
    [
        {"suspects": "abc", "known_suspects": []},
        {"suspects": [], "known_suspects": "abc"},
        {"suspects": {"a": 1}, "known_suspects": []},
    ],
)
def test_signatures_of_data_are_lists(read, data):
    with pytest.raises(CommandError, match="not the result of `refcycle fleet --json`"):
        read(json.dumps(data))


def hints_of(capsys, known, signatures):
    say_what_is_unknown("known", known, signatures)
    start = "known: not among the largest signatures of these dumps: "
    lines = capsys.readouterr().err.splitlines()
    assert all(line.startswith(start) for line in lines)
    return [line.removeprefix(start) for line in lines]


def test_the_nearest_signature_is_named(capsys):
    there = {f"module app{number}.views -> dict[*] -> shop.Order" for number in range(200)}
    there |= {"module app.cache -> dict", "garbage"}
    known = [
        "module app17.vews -> dict[*] -> shop.Order",
        "modul app18.views -> dict[*] -> shop.Order",
        "module app17.views -> dict[*] -> shop.Page",
        "module other.app17 -> dict[*] -> shop.Order",
        "garbage",
    ]
    assert hints_of(capsys, known, there) == [
        f"{known[0]}; did you mean module app17.views -> dict[*] -> shop.Order?",
        f"{known[1]}; did you mean module app18.views -> dict[*] -> shop.Order?",
        known[2],
        known[3],
    ]


def test_few_of_many_signatures_are_compared(capsys, monkeypatch):
    compared = []
    original = difflib.SequenceMatcher.set_seq1

    def set_seq1(self, text):
        compared.append(text)
        original(self, text)

    monkeypatch.setattr(difflib.SequenceMatcher, "set_seq1", set_seq1)
    there = {f"module app{number}.views -> dict['key'] -> dict" for number in range(3000)}
    known = [f"module app{number}.vews -> dict['key'] -> dict" for number in range(10)]
    hints = hints_of(capsys, known, there)
    assert hints == [f"{one}; did you mean {one.replace('vews', 'views')}?" for one in known]
    assert 0 < len(compared) <= 10 * 20 * 2
