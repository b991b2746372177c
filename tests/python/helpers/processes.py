"""Python code in a process of its own."""

import json
import os
import subprocess
import sys
import textwrap

LIMIT = 240


def run(code, *, limit=LIMIT, cwd=None, distrust=""):
    """What the code prints; its end by an error or a signal fails the test.

    `distrust` is what refcycle is told not to rely on.
    """
    command = [sys.executable, "-X", "faulthandler", "-c", textwrap.dedent(code)]
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"}
    env["REFCYCLE_DISTRUST"] = distrust
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", timeout=limit, cwd=cwd, env=env
    )
    assert done.returncode == 0, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def run_json(code, **options):
    """What the last line that the code prints says, as JSON."""
    return json.loads(run(code, **options).splitlines()[-1])
