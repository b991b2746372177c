"""Dumps in S3: a server of moto on the loopback address, which s3fs reads."""

import json
import os
import subprocess
import sys

import pytest

from refcycle import ObjectGraph

pytest.importorskip("pyarrow")
pytest.importorskip("duckdb")
s3fs = pytest.importorskip("s3fs")
moto_server = pytest.importorskip("moto.server")


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """The variables that lead to a server with four dumps, of which one is damaged."""
    folder = tmp_path_factory.mktemp("dumps")
    server = moto_server.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    variables = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        # Nothing of this machine's own.
        "AWS_CONFIG_FILE": str(folder / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": host,
        "no_proxy": host,
    }
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("AWS_PROFILE", raising=False)
            for name, value in variables.items():
                patch.setenv(name, value)
            system = s3fs.S3FileSystem(skip_instance_cache=True)
            system.mkdir("heaps")
            for number in range(3):
                path = folder / f"{number}.refcycle"
                ObjectGraph([[] for _ in range(10 + number)]).save(path)
                system.pipe(f"heaps/shop/{number}.refcycle", path.read_bytes())
            system.pipe("heaps/shop/bad.refcycle", b"ARROW1")
            system.pipe("heaps/shop/notes.txt", b"no dump")
            yield {**os.environ}
    finally:
        server.stop()


def refcycle(environment, *arguments):
    command = [sys.executable, "-m", "refcycle", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=300, env=environment, check=False
    )


BAD = "s3://heaps/shop/bad.refcycle"


@pytest.mark.parametrize("path", ["s3://heaps/shop/", "s3://heaps/shop/*.refcycle"])
def test_a_folder_and_a_pattern(environment, tmp_path, path):
    for read in (4, 1):  # the damaged one has no summary
        done = refcycle(environment, "fleet", "--json", "--index", str(tmp_path), path)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        assert (found["dumps"], found["read"]) == (3, read)
        [failure] = found["failures"]
        assert failure["file"] == BAD
        assert failure["reason"].startswith("not a heap dump")
    done = refcycle(
        environment, "sql", "--json", path, "select file, objects from files order by 1"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [
        {"file": f"s3://heaps/shop/{number}.refcycle", "objects": 10 + number}
        for number in range(3)
    ]
    assert done.stderr.startswith(f"not read: {BAD}: not a heap dump")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("s3://missing/", "s3://missing: there is no bucket missing"),
        ("s3://missing/a.refcycle", "s3://missing/a.refcycle: there is no bucket missing"),
        ("s3://missing/*.refcycle", "s3://missing/*.refcycle: there is no bucket missing"),
        ("s3://heaps/none.refcycle", "s3://heaps/none.refcycle: no such file"),
        ("s3://heaps/none/*", "s3://heaps/none/*: there are no dumps"),
        (BAD, f"{BAD}: not a heap dump, or a damaged one: it is too short"),
    ],
)
@pytest.mark.parametrize("query", ["fleet", "sql"])
def test_errors(environment, path, error, query):
    arguments = ["fleet", path] if query == "fleet" else ["sql", path, "files"]
    done = refcycle(environment, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"refcycle: {error}")
    assert len(done.stderr.splitlines()) == 1
