# https://github.com/getsentry/seer/pull/2512
"""A client for each repository stays in the cache of a method, as `self`."""

import functools

import refcycle

CAUSE = ["RepoClient", "files", "lru_cache"]
FIX = [("cached_property", "cache in the object"), "cache_clear()"]


class RepoClient:
    @functools.cache
    def files(self, commit):
        return [commit]


def run():
    client = RepoClient()
    client.files("abc")


run()
[client] = refcycle.snapshot().find_by_typename("RepoClient")
print(refcycle.why(client))
