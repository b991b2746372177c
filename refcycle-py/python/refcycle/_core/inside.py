"""The code that the restored process runs. It is sent as text, after that of `_attach.remote`."""


def take_core_dump(package, version, target, pid, moment, redact, untracked):  # type: ignore
    """Write a dump to the pipe `target`, and to stderr how it went, as JSON."""
    import os

    said = {}
    try:
        import_from(package)  # type: ignore  # noqa: F821
        import refcycle

        if refcycle.__version__ != version:
            raise RuntimeError(
                f"the program imported refcycle {refcycle.__version__}, and this is {version}: "
                "use that version"
            )
        import refcycle.dumping  # imports what a dump needs
        from refcycle._dumps import description
        from refcycle._refcycle import _snapshot_for_a_dump

        description.stand_for_core(pid, moment)
        # Without the account of the process: most of what it tells is not in a core file.
        _snapshot_for_a_dump(untracked=untracked).save(target, redact=redact)
    except BaseException as error:
        said = {"kind": type(error).__name__, "text": str(error)[:1000]}
    import json

    os.write(2, ("\0" + json.dumps(said) + "\0").encode())
