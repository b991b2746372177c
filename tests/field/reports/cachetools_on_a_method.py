# https://github.com/tkem/cachetools/issues/106
"""A cache of cachetools has `self` in its keys."""

from cachetools.func import lfu_cache

import refcycle

CAUSE = ["Foo", "bar", "LFUCache"]
FIX = [("cachedmethod", "cache_clear()"), ("weak", "in the object", "cache_clear()")]


class Foo:
    @lfu_cache(100)
    def bar(self):
        pass


Foo().bar()
print(refcycle.why(refcycle.snapshot().find_by_typename("Foo")[0]))
