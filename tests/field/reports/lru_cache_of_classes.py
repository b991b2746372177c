# https://github.com/NVIDIA/NeMo-Agent-Toolkit/issues/2117
"""Classes made at run time stay in the cache of a static method."""

import functools
import gc
import weakref

import refcycle

CAUSE = ["distribution_name", "lru_cache"]
FIX = ["cache_clear()"]


class DiscoveryMetadata:
    @staticmethod
    @functools.lru_cache
    def distribution_name(config_type):
        return config_type.__module__


def session():
    config = type("SessionConfig", (), {"limit": 3})
    DiscoveryMetadata.distribution_name(config)
    return weakref.ref(config)


still_there = session()
gc.collect()
print(refcycle.why(still_there()))
