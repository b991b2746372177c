"""A process full of secrets dumps its heap: `python -m helpers.dump_secrets FOLDER`.

Prints the names of the files, as JSON.
"""

import json
import os
import signal
import sys
import threading
import warnings

import refcycle
from helpers import secret_places
from helpers.secrets_of_all_kinds import secrets


def where_secrets_are_arguments(folder, given, **keywords):
    """Dump by each method, in a thread whose frames hold secrets."""
    in_folder = lambda name: os.path.join(folder, name)  # noqa: E731
    files = ["dump", "untracked"]
    refcycle.dump(in_folder("dump"), untracked=False)
    refcycle.dump(in_folder("untracked"), untracked=True)
    snapshot = refcycle.snapshot()
    snapshot.save(in_folder("snapshot"))
    # A part, without the modules and without much of what holds its dicts.
    kept = secret_places.KEPT
    snapshot.descendants(kept, generations=12).save(in_folder("part"))
    dicts = [obj for obj in snapshot if isinstance(obj, dict) and obj is not sys.modules]
    refcycle.ObjectGraph(dicts).save(in_folder("dicts"))
    texts = [text for obj in kept if isinstance(obj, list | tuple) for text in obj]
    texts += list(kept[secret_places.NAMES.index("keys_with_values_that_are_not_tracked")])
    refcycle.ObjectGraph({id(text): text for text in texts}.values()).save(in_folder("texts"))
    files += ["snapshot", "part", "dicts", "texts"]
    refcycle.load(in_folder("untracked")).save(in_folder("again"))
    files.append("again")
    if hasattr(os, "fork"):
        refcycle.dump(in_folder("forked"), fork=True, untracked=True).wait(120)
        files.append("forked")
    if hasattr(signal, "SIGUSR2"):
        with refcycle.dump_on_signal(signal.SIGUSR2, in_folder("signal"), untracked=True):
            signal.raise_signal(signal.SIGUSR2)
        files += [f"signal/{name}" for name in os.listdir(in_folder("signal"))]
    with refcycle.dump_on_memory_error(in_folder("memory"), untracked=True):
        try:
            raise MemoryError(*given)
        except MemoryError:
            sys.excepthook(*sys.exc_info())
    files += [f"memory/{name}" for name in os.listdir(in_folder("memory"))]
    return [in_folder(name) for name in files]


def main(folder):
    warnings.simplefilter("ignore")
    for name in ("signal", "memory"):
        os.mkdir(os.path.join(folder, name))
    secret_places.plant()
    secret_places.stay()
    given = secrets(len(secret_places.NAMES))
    keywords = dict.fromkeys(given, given)
    threading.current_thread().name = "StayingThread"
    files = where_secrets_are_arguments(folder, given, **keywords)
    print(json.dumps(files), flush=True)
    # No secret has to be closed, and none causes a warning.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
