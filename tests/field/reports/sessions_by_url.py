# https://github.com/blockchain-etl/tezos-etl/pull/1
"""Sessions are cached by the whole URL, not by host: a session for each request."""

import requests

import refcycle

CAUSE = ["_session_cache"]
FIX = [("remove", "take it out", "bound", "maxsize")]

_session_cache = {}


def session_for(url):
    if url not in _session_cache:
        _session_cache[url] = requests.Session()
    return _session_cache[url]


for block in range(5):
    session_for(f"http://localhost/chains/main/blocks/{block}")
print(refcycle.why(refcycle.snapshot().find_by_typename("Session")[0]))
