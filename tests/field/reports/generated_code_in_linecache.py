# https://github.com/apple/app-store-server-library-python/issues/90
"""A converter for each call: cattrs leaves the text of its functions in `linecache`.

Versions of cattrs since the report store equal text once. Here each call has a field of its own.
"""

import gc

import attrs
import cattrs.gen

import refcycle

CAUSE = ["linecache", "cache"]
FIX = [("clearcache", "one converter", "reuse", "_cattrs_use_linecache", "remove", "take")]


@attrs.define
class Transaction:
    price: int
    currency: str


def decode(call):
    converter = cattrs.Converter()
    name = f"price_{call}"
    hook = cattrs.gen.make_dict_structure_fn(
        Transaction,
        converter,
        _cattrs_use_linecache=True,
        price=cattrs.gen.override(rename=name),
    )
    converter.register_structure_hook(Transaction, hook)
    return converter.structure({name: 1, "currency": "EUR"}, Transaction)


decode(0)
before = refcycle.snapshot(untracked=True)
for call in range(1, 31):
    decode(call)
gc.collect()  # the converters are in cycles
print(refcycle.diff(before, refcycle.snapshot(untracked=True)))
