# https://github.com/twisted/twisted/issues/10596
"""The variable of a worker holds the last job while the worker waits for the next."""

import queue
import threading
import time

import refcycle

CAUSE = ["worker", "local 'job'"]
FIX = ["del job"]
NEVER = ["WeakMethod"]


class Job:
    def run(self):
        return 1


jobs, done = queue.SimpleQueue(), queue.SimpleQueue()


def worker():
    while True:
        job = jobs.get()
        done.put(job.run())


threading.Thread(target=worker, daemon=True).start()
jobs.put(Job())
done.get()
time.sleep(0.1)
print(refcycle.why(refcycle.snapshot().find_by_typename("Job")[0]))
