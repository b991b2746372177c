# https://github.com/python-jsonschema/jsonschema/issues/966
"""An object caches its own method in an attribute: a cycle through the cache."""

import functools

import refcycle

CAUSE = ["RefResolver", "lru_cache"]
FIX = [("weak", "cache")]
NEVER = ["make `RefResolver._remote_cache` a weak"]


class RefResolver:
    def __init__(self):
        self._remote_cache = functools.lru_cache(1024)(self.resolve_from_url)

    def resolve_from_url(self, url):
        return {"$id": url}


def validate():
    RefResolver()._remote_cache("http://localhost/schema")


for cycle in refcycle.cycles_created_by(validate).cycles():
    print(cycle, cycle.cut(), sep="\n")
