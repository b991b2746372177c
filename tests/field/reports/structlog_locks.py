# https://github.com/hynek/structlog/pull/807
"""A module of structlog 25.4.0 has a lock for each file, with the file as the key."""

import tempfile

import structlog

import refcycle

CAUSE = ["structlog._output", "WRITE_LOCKS"]
FIX = [("WeakKeyDictionary", "remove", "take it out")]
NEVER = ["WeakValueDictionary for"]

folder = tempfile.mkdtemp()


def task():
    with open(folder + "/log", "ab") as log:
        structlog.BytesLogger(log).info(b"done")


task()
files = refcycle.snapshot().find_by_typename("BufferedWriter")
[place] = [place for place, file in enumerate(files) if file.name == folder + "/log"]
print(refcycle.why(files.pop(place)))
