# https://github.com/apple/app-store-server-library-python/issues/90
"""A converter for each call: cattrs leaves the text of its functions in `linecache`."""

import attrs
import cattrs.gen

import refcycle

CAUSE = ["linecache", "cache"]
FIX = [("clearcache", "one converter", "reuse", "_cattrs_use_linecache", "remove", "take")]
WRONG = "the diff shows no holder in its first lines"


@attrs.define
class Transaction:
    price: int
    currency: str


def decode():
    converter = cattrs.Converter()
    hook = cattrs.gen.make_dict_structure_fn(Transaction, converter, _cattrs_use_linecache=True)
    converter.register_structure_hook(Transaction, hook)
    return converter.structure({"price": 1, "currency": "EUR"}, Transaction)


decode()
before = refcycle.snapshot(untracked=True)
for _ in range(30):
    decode()
print(refcycle.diff(before, refcycle.snapshot(untracked=True)))
