# https://github.com/python/mypy/issues/4807
"""A cache of file states has the errors too, each with its traceback."""

import os

import refcycle

CAUSE = ["stat_error_cache", "__traceback__"]
FIX = [("with_traceback(None)", "text")]


class Options:
    pass


class FileSystemCache:
    def __init__(self):
        self.stat_error_cache = {}

    def stat(self, path):
        try:
            return os.stat(path)
        except OSError as error:
            self.stat_error_cache[path] = error


cache = FileSystemCache()


def check():
    options = Options()
    cache.stat("/nonexistent/module.py")
    return type(options)


check()
print(refcycle.why(refcycle.snapshot().find_by_typename("Options")[0]))
