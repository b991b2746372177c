"""Packages for dates, tests, packaging, code and security."""

import contextlib
import io
import os
import tempfile


def babel():
    import datetime

    import babel.dates
    import babel.numbers

    babel.dates.format_date(datetime.date(2020, 1, 2), locale="de")
    babel.numbers.format_currency(1.5, "EUR", locale="fr")


def python_dateutil():
    import dateutil.parser
    import dateutil.rrule

    dateutil.parser.parse("2020-01-02T03:04:05+01:00")
    list(dateutil.rrule.rrule(dateutil.rrule.DAILY, count=3))


def pytz():
    import datetime

    import pytz

    pytz.timezone("Europe/Berlin").localize(datetime.datetime(2020, 1, 2))


def arrow():
    import arrow

    arrow.get("2020-01-02").shift(days=1).humanize()


def pendulum():
    import pendulum

    pendulum.parse("2020-01-02").add(days=1).diff_for_humans()


def humanize():
    import humanize

    humanize.naturalsize(10**6)


def tqdm():
    import tqdm

    for _ in tqdm.tqdm(range(3), file=io.StringIO()):
        pass


def loguru():
    from loguru import logger

    number = logger.add(io.StringIO())
    logger.info("a")
    with contextlib.suppress(ZeroDivisionError), logger.catch(reraise=True):
        1 / 0  # noqa: B018
    logger.remove(number)


def structlog():
    import structlog

    log = structlog.wrap_logger(structlog.PrintLogger(io.StringIO()))
    log.bind(a=1).info("b")


def tenacity():
    import tenacity

    @tenacity.retry(stop=tenacity.stop_after_attempt(2))
    def fails():
        raise ValueError

    with contextlib.suppress(tenacity.RetryError):
        fails()


def cachetools():
    import cachetools

    @cachetools.cached(cachetools.TTLCache(2, 10))
    def square(x):
        return x * x

    square(2)


def more_itertools():
    import more_itertools

    list(more_itertools.chunked(more_itertools.peekable(range(5)), 2))
    list(more_itertools.bucket(range(5), key=lambda x: x % 2)[0])


def toolz():
    import toolz

    toolz.pipe(range(5), toolz.curried.map(str), list)
    toolz.groupby(len, ["a", "bb"])


def wrapt():
    import wrapt

    @wrapt.decorator
    def passes(wrapped, instance, args, kwargs):
        return wrapped(*args, **kwargs)

    @passes
    def one():
        return 1

    one()


def decorator():
    import decorator

    @decorator.decorator
    def passes(function, *args):
        return function(*args)

    @passes
    def one():
        return 1

    one()


def deprecated():
    import warnings

    import deprecated

    @deprecated.deprecated("old")
    def one():
        return 1

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        one()


def pluggy():
    import pluggy

    spec, impl = pluggy.HookspecMarker("bill"), pluggy.HookimplMarker("bill")

    class Spec:
        @spec
        def hello(self, a):
            pass

    class Plugin:
        @impl
        def hello(self, a):
            return a

    manager = pluggy.PluginManager("bill")
    manager.add_hookspecs(Spec)
    manager.register(Plugin())
    manager.hook.hello(a=1)


def pytest():
    import pytest

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "test_a.py")
        with open(path, "w") as file:
            file.write("def test_a():\n    assert 1\n")
        with contextlib.redirect_stdout(io.StringIO()):
            pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:refcycle", path])


def hypothesis():
    from hypothesis import given, settings
    from hypothesis import strategies as st

    @settings(max_examples=5, database=None)
    @given(st.lists(st.integers()))
    def reverse(x):
        assert x[::-1][::-1] == x

    reverse()


def mock():
    import mock  # noqa: UP026

    client = mock.MagicMock()
    client.get(1)
    with mock.patch("os.getcwd", return_value="a"):
        os.getcwd()


def freezegun():
    import datetime

    import freezegun

    with freezegun.freeze_time("2020-01-02"):
        datetime.datetime.now()


def responses():
    import requests
    import responses

    with responses.RequestsMock() as mock:
        mock.get("http://localhost/a", json={"b": 1})
        requests.get("http://localhost/a").json()


def faker():
    import faker

    fake = faker.Faker()
    fake.name()
    fake.address()


def coverage():
    import coverage

    cover = coverage.Coverage(data_file=None)
    cover.start()
    cover.stop()


def virtualenv():
    import virtualenv

    with tempfile.TemporaryDirectory() as folder:
        virtualenv.session_via_cli([folder, "--without-pip"], setup_logging=False)


def filelock():
    import filelock

    with tempfile.TemporaryDirectory() as folder, filelock.FileLock(folder + "/a.lock"):
        pass


def platformdirs():
    import platformdirs

    platformdirs.user_cache_dir("bill")


def packaging():
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet

    SpecifierSet(">=1,<2").contains("1.5")
    Requirement("a[b]>=1; python_version > '3'").marker.evaluate()


def setuptools():
    import setuptools

    setuptools.Distribution({"name": "bill", "version": "1"}).parse_config_files()


def poetry_core():
    from poetry.core.constraints.version import parse_constraint

    parse_constraint("^1.2").allows_any(parse_constraint(">=1.3"))


def mypy():
    import mypy.api

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.py")
        with open(path, "w") as file:
            file.write("def a(x: int) -> str:\n    return x\n")
        mypy.api.run(["--cache-dir=" + os.devnull, path])


def black():
    import black

    black.format_str("a = {  'b':1}", mode=black.Mode())


def isort():
    import isort

    isort.code("import os\nimport abc\n")


def pylint():
    import pylint.lint
    from pylint.reporters.text import TextReporter

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.py")
        with open(path, "w") as file:
            file.write("import os\n")
        pylint.lint.Run([path], reporter=TextReporter(io.StringIO()), exit=False)


def astroid():
    import astroid

    node = astroid.extract_node("a = 1 + 2\na #@")
    next(node.infer())


def jedi():
    import jedi

    jedi.Script("import os\nos.pa").complete(2, 5)


def parso():
    import parso

    parso.parse("def a():\n    return 1\n").children  # noqa: B018


def ipython():
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell(config=config)
    with contextlib.redirect_stdout(io.StringIO()):
        shell.run_cell("1 + 1")


def traitlets():
    import traitlets

    class Point(traitlets.HasTraits):
        x = traitlets.Int()

        @traitlets.observe("x")
        def _moved(self, change):
            pass

    Point().x = 2


def psutil():
    import psutil

    psutil.Process().as_dict(["pid", "name", "memory_info"])
    list(psutil.process_iter(["name"]))[:1]


def paramiko():
    import paramiko

    key = paramiko.ECDSAKey.generate()
    key.verify_ssh_sig(b"a", paramiko.Message(key.sign_ssh_data(b"a").asbytes()))
    with contextlib.suppress(OSError), paramiko.SSHClient() as client:
        client.connect("127.0.0.1", 9)


def cryptography():
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.asymmetric import ed25519

    fernet = Fernet(Fernet.generate_key())
    fernet.decrypt(fernet.encrypt(b"a"))
    ed25519.Ed25519PrivateKey.generate().sign(b"a")


def pyjwt():
    import jwt

    key = "k" * 32
    jwt.decode(jwt.encode({"a": 1}, key, "HS256"), key, ["HS256"])
    with contextlib.suppress(jwt.InvalidTokenError):
        jwt.decode("a.b.c", key, ["HS256"])


def oauthlib():
    from oauthlib.oauth2 import WebApplicationClient

    WebApplicationClient("id").prepare_request_uri("https://localhost/a")


def requests_oauthlib():
    from requests_oauthlib import OAuth2Session

    with OAuth2Session("id", redirect_uri="https://localhost/b") as session:
        session.authorization_url("https://localhost/a")


def passlib():
    from passlib.hash import sha256_crypt

    sha256_crypt.using(rounds=1000).hash("a")
