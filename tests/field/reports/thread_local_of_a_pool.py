# https://github.com/cherrypy/cherrypy/issues/496
"""A thread local holds the last request of each thread of a pool."""

import concurrent.futures
import threading

import refcycle

CAUSE = ["serving", "request"]
FIX = ["thread local", ("del", "delete", "clear")]


class Request:
    pass


serving = threading.local()


def respond():
    serving.request = Request()
    return "200 OK"


pool = concurrent.futures.ThreadPoolExecutor(1)
pool.submit(respond).result()
print(refcycle.why(refcycle.snapshot().find_by_typename("Request")[0]))
