# https://github.com/Yelp/paasta/pull/2003
"""A decorator's cache is a dict in its closure, with `self` in the keys."""

import functools

import refcycle

CAUSE = ["cache", "MesosMaster", "state"]
FIX = [("weak", "remove", "take it out"), ("cache",)]


def ttl_cache(function):
    cache = {}

    @functools.wraps(function)
    def inner(*args):
        if args not in cache:
            cache[args] = function(*args)
        return cache[args]

    return inner


class MesosMaster:
    @ttl_cache
    def state(self):
        return {"tasks": []}


MesosMaster().state()
print(refcycle.why(refcycle.snapshot().find_by_typename("MesosMaster")[0]))
