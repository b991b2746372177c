"""Python code in a separate process."""

import json
import os
import subprocess
import sys
import textwrap

LIMIT = 240


def run(code, *, limit=LIMIT, cwd=None, distrust="", stderr=False):
    """The output of the code; the test fails if an error or a signal ends it.

    `distrust` names what refcycle must not rely on. With `stderr`, that is at the end.
    """
    command = [sys.executable, "-X", "faulthandler", "-c", textwrap.dedent(code)]
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"}
    env["REFCYCLE_DISTRUST"] = distrust
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", timeout=limit, cwd=cwd, env=env
    )
    assert done.returncode == 0, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr if stderr else done.stdout


def run_json(code, **options):
    """The value of the last line that the code prints, which is JSON."""
    return json.loads(run(code, **options).splitlines()[-1])
