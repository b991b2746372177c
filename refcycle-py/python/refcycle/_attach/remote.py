"""The code that `attach` runs in another process. It is sent as text, and imports nothing here."""


def take_dump(package: str, work: str, *, redact: bool, untracked: bool) -> None:
    """Write `dump.refcycle` to the folder `work`, then `answer`: JSON with the error, if any."""
    import os

    try:
        os.rename(os.path.join(work, "asked"), os.path.join(work, "begun"))
    except OSError:  # the caller no longer waits
        return

    said: dict[str, object] = {}
    try:
        import_from(package)
        from refcycle.dumping import dump

        dump(os.path.join(work, "dump.refcycle"), redact=redact, untracked=untracked)
    except BaseException as error:
        said = {"kind": type(error).__name__, "text": str(error)[:1000]}
        if isinstance(error, OSError) and error.errno is not None:
            said["errno"] = error.errno
            said["text"] = error.strerror
    text = "{}"
    if said:
        import json  # later: a dump that succeeds leaves as little as possible

        text = json.dumps(said)
    answer = os.path.join(work, "answer")
    try:
        with open(f"{answer}.part", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(f"{answer}.part", answer)
    except OSError:  # the caller no longer waits
        pass
    if said.get("kind") == "KeyboardInterrupt":
        # The interrupt is meant for the program. In this code, it would be printed and lost.
        import _thread

        _thread.start_new_thread(_interrupt_later, ())


def _interrupt_later() -> None:
    """Interrupt the main thread after the code that called `take_dump` has ended."""
    import _thread
    import time

    time.sleep(0.1)
    _thread.interrupt_main()


def import_from(package: str) -> None:
    """Import refcycle from its folder; `sys.path` stays as it is."""
    import sys

    if "refcycle" in sys.modules:
        return
    import os
    from importlib.util import module_from_spec, spec_from_file_location

    path = os.path.join(package, "__init__.py")
    spec = spec_from_file_location("refcycle", path, submodule_search_locations=[package])
    assert spec is not None and spec.loader is not None
    sys.modules["refcycle"] = module_from_spec(spec)
    try:
        spec.loader.exec_module(sys.modules["refcycle"])
    except BaseException:
        for name in list(sys.modules):
            if name.partition(".")[0] == "refcycle":
                del sys.modules[name]
        raise
