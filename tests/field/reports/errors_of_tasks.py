# https://github.com/quora/asynq/pull/168
"""A task that failed keeps its error, with the frames and their variables."""

import refcycle

CAUSE = ["_error", "__traceback__", "fetch"]
FIX = [("with_traceback(None)", "traceback")]


class Response:
    pass


class AsyncTask:
    def __init__(self, function):
        self._error = None
        try:
            function()
        except ValueError as error:
            self._error = error


def fetch():
    response = Response()
    raise ValueError(type(response).__name__)


failed = [AsyncTask(fetch)]
print(refcycle.why(refcycle.snapshot().find_by_typename("Response")[0]))
