# https://github.com/Javidjms/influxable/issues/31
"""The answers of all queries stay in `lru_cache(maxsize=None)`."""

import functools

import refcycle

CAUSE = ["RawQuery", "_resolve", "lru_cache"]
FIX = ["cache_clear()", "maxsize"]


class Rows:
    pass


class RawQuery:
    @functools.lru_cache(maxsize=None)
    def _resolve(self, *args):
        return Rows()


for number in range(3):
    RawQuery()._resolve(number)
print(refcycle.why(refcycle.snapshot().find_by_typename("Rows")[0]))
