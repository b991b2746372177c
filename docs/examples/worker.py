"""What keeps a finished job alive? A worker thread that waits for the next one.

The argument is the folder for the picture, by default the current one.
"""

import sys
import threading
from pathlib import Path
from queue import Queue

import refcycle


class Job:
    """Holds something that should be freed when the job is done."""

    def __init__(self, number: int) -> None:
        self.number = number

    def run(self) -> int:
        """Do the work."""
        return self.number**2


def worker(jobs: Queue, results: Queue) -> None:
    """Run jobs for ever."""
    while True:
        job = jobs.get()
        results.put(job())


def main() -> None:
    """Leave a job behind, and ask what holds it."""
    jobs: Queue = Queue()
    results: Queue = Queue()
    threading.Thread(target=worker, args=(jobs, results), daemon=True).start()
    for number in (11, 15, 17):
        jobs.put(Job(number).run)
    print("results:", [results.get() for _ in range(3)])

    snapshot = refcycle.snapshot()
    (left,) = [obj for obj in snapshot if type(obj) is Job]
    print(f"of three jobs one is still alive: {left.number}")

    holders = snapshot.ancestors(left)
    names = holders.annotated()
    objects = {vertex.id: vertex.annotation.replace("\n", " ") for vertex in names.vertices}
    print(f"\n{len(snapshot)} objects; these {len(holders)} keep it alive:")
    for edge in names.edges:
        print(f"    {objects[edge.tail]}  --{edge.annotation}-->  {objects[edge.head]}")
    frame = snapshot.parents(snapshot.parents(left)[0])[0]
    print(
        f"\nThe function {frame.f_code.co_name}() still has it in a local variable, while it\n"
        "waits for the next job. The remedy: `del job` at the end of the loop.\n"
    )
    folder = Path(*sys.argv[1:2])
    for picture in (folder / "holders.svg", folder / "holders.png"):
        holders.export_image(picture)
        print(f"The picture: {picture}")


if __name__ == "__main__":
    main()
