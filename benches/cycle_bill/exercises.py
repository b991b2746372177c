"""A light exercise of each package of the bill: a function of its name, with - as _.

Nothing uses a network or leaves files behind. A function runs twice in a process of its own: the
first call imports the package, the second is what each further use costs.
"""

import contextlib
import io
import os
import tempfile

HTML = "<html><head><title>t</title></head><body><p class='a'>one <b>two</b></p></body></html>"


def requests():
    import requests

    with requests.Session() as session:
        request = requests.Request("GET", "http://localhost/a", params={"b": 1})
        session.prepare_request(request)
        with contextlib.suppress(requests.ConnectionError):
            session.get("http://127.0.0.1:9/", timeout=0.1)


def urllib3():
    import urllib3

    pool = urllib3.PoolManager()
    with contextlib.suppress(urllib3.exceptions.HTTPError):
        pool.request("GET", "http://127.0.0.1:9/", retries=False, timeout=0.1)
    urllib3.util.parse_url("http://localhost:80/a?b=1#c")


def httpx():
    import httpx

    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"a": 1}))
    with httpx.Client(transport=transport) as client:
        client.get("http://localhost/a").json()


def h11():
    import h11

    ours = h11.Connection(our_role=h11.CLIENT)
    ours.send(h11.Request(method="GET", target="/", headers=[("Host", "a")]))
    ours.send(h11.EndOfMessage())
    ours.receive_data(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    while ours.next_event() is not h11.NEED_DATA:
        if ours.their_state is h11.DONE:
            break


def anyio():
    import anyio

    async def main():
        send, receive = anyio.create_memory_object_stream(1)
        async with send, receive, anyio.create_task_group() as group:
            group.start_soon(send.send, 1)
            await receive.receive()

    anyio.run(main)


def trio():
    import trio

    async def main():
        send, receive = trio.open_memory_channel(1)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(send.send, 1)
            await receive.receive()

    trio.run(main)


def aiohttp():
    import asyncio

    import aiohttp

    async def main():
        async with aiohttp.ClientSession() as session:
            with contextlib.suppress(aiohttp.ClientError):
                await session.get("http://127.0.0.1:9/")

    asyncio.run(main())


def yarl():
    import yarl

    str((yarl.URL("http://localhost/a") / "b").with_query(c=1))


def multidict():
    import multidict

    multidict.CIMultiDict([("A", "1"), ("a", "2")]).getall("a")


def attrs():
    import attrs

    @attrs.define
    class Point:
        x: int
        y: int = attrs.field(default=0, validator=attrs.validators.instance_of(int))

    attrs.asdict(attrs.evolve(Point(1), y=2))


def cattrs():
    import attrs
    import cattrs

    @attrs.define
    class Point:
        x: int

    converter = cattrs.Converter()
    converter.unstructure(converter.structure({"x": 1}, Point))


def pydantic():
    import pydantic

    class Point(pydantic.BaseModel):
        x: int
        names: list[str] = []

    Point.model_validate({"x": "1"}).model_dump_json()
    with contextlib.suppress(pydantic.ValidationError):
        Point(x="a")


def marshmallow():
    import marshmallow

    class Point(marshmallow.Schema):
        x = marshmallow.fields.Integer(required=True)

    Point().dump(Point().load({"x": 1}))


def click():
    import click
    from click.testing import CliRunner

    @click.command()
    @click.option("--count", default=1)
    def hello(count):
        click.echo("a" * count)

    CliRunner().invoke(hello, ["--count", "2"])


def typer():
    import typer
    from typer.testing import CliRunner

    app = typer.Typer()

    @app.command()
    def hello(name: str):
        typer.echo(name)

    CliRunner().invoke(app, ["a"])


def rich():
    import rich.console
    import rich.table

    console = rich.console.Console(file=io.StringIO())
    table = rich.table.Table("a", "b")
    table.add_row("1", "[bold]2[/]")
    console.print(table)


def flask():
    import flask

    app = flask.Flask("bill")

    @app.route("/<name>")
    def hello(name):
        return flask.render_template_string("{{ name }}", name=name)

    app.test_client().get("/a")


def werkzeug():
    from werkzeug.test import Client
    from werkzeug.wrappers import Request, Response

    @Request.application
    def app(request):
        return Response(request.path)

    Client(app).get("/a")


def jinja2():
    import jinja2

    environment = jinja2.Environment(autoescape=True)
    environment.from_string("{% for a in b %}{{ loop.index }}{{ a }}{% endfor %}").render(b="xyz")


def itsdangerous():
    import itsdangerous

    signer = itsdangerous.URLSafeTimedSerializer("key")
    signer.loads(signer.dumps({"a": 1}))


def blinker():
    import blinker

    signal = blinker.Signal()

    def receive(sender):
        pass

    signal.connect(receive)
    signal.send("a")


def django():
    import django
    from django.conf import settings

    if not settings.configured:
        sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
        settings.configure(DATABASES={"default": sqlite}, TEMPLATES=[])
        django.setup()
    from django import forms
    from django.db import connection
    from django.template import Context, Engine

    class Form(forms.Form):
        name = forms.CharField()

    Form({"name": "a"}).is_valid()
    Engine().from_string("{% for a in b %}{{ a }}{% endfor %}").render(Context({"b": "xyz"}))
    with connection.cursor() as cursor:
        cursor.execute("select 1")


def djangorestframework():
    from django.conf import settings

    if not settings.configured:
        settings.configure()
    from rest_framework import serializers

    class Point(serializers.Serializer):
        x = serializers.IntegerField()

    point = Point(data={"x": "1"})
    point.is_valid()


def starlette():
    import asyncio

    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    async def hello(request):
        return PlainTextResponse(request.url.path)

    app = Starlette(routes=[Route("/a", hello)])
    asyncio.run(_asgi(app, "/a"))


def fastapi():
    import asyncio

    import fastapi

    app = fastapi.FastAPI()

    @app.get("/a/{number}")
    async def hello(number: int):
        return {"number": number}

    asyncio.run(_asgi(app, "/a/1"))


async def _asgi(app, path):
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [],
        "server": ("localhost", 80),
        "scheme": "http",
        "http_version": "1.1",
    }

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        pass

    await app(scope, receive, send)


def sqlalchemy():
    import sqlalchemy as sa
    from sqlalchemy import orm

    class Base(orm.DeclarativeBase):
        pass

    class User(Base):
        __tablename__ = "user"
        id = orm.mapped_column(sa.Integer, primary_key=True)
        name = orm.mapped_column(sa.String)

    engine = sa.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with orm.Session(engine) as session:
        session.add(User(name="a"))
        session.commit()
        session.scalars(sa.select(User).where(User.name == "a")).one()
    engine.dispose()


def peewee():
    import peewee

    database = peewee.SqliteDatabase(":memory:")

    class User(peewee.Model):
        name = peewee.CharField()

        class Meta:
            pass

    with database.bind_ctx([User]):
        database.create_tables([User])
        User.create(name="a")
        User.get(User.name == "a")
    database.close()


def pymysql():
    import pymysql
    from pymysql.converters import escape_item

    escape_item("a'b", "utf8")
    with contextlib.suppress(pymysql.Error):
        pymysql.connect(host="127.0.0.1", port=9, connect_timeout=1)


def redis():
    import redis

    client = redis.Redis(port=9, retry=None)
    pipeline = client.pipeline()
    pipeline.set("a", 1)
    with contextlib.suppress(redis.ConnectionError):
        client.ping()
    client.close()


def pymongo():
    import bson
    import pymongo

    bson.decode(bson.encode({"a": [1, {"b": 2.5}]}))
    client = pymongo.MongoClient("127.0.0.1", 9, serverSelectionTimeoutMS=1)
    with contextlib.suppress(pymongo.errors.PyMongoError):
        client.db.command("ping")
    client.close()


def boto3():
    import boto3

    session = boto3.Session("key", "secret", region_name="eu-west-1")
    session.resource("sqs")


def botocore():
    import botocore.session

    session = botocore.session.get_session()
    session.set_credentials("key", "secret")
    session.create_client("s3", region_name="eu-west-1")


def jmespath():
    import jmespath

    jmespath.compile("a[?b > `1`].c").search({"a": [{"b": 2, "c": 3}]})


def kubernetes():
    import kubernetes.client

    api = kubernetes.client.CoreV1Api()
    pod = kubernetes.client.V1Pod(metadata=kubernetes.client.V1ObjectMeta(name="a"))
    api.api_client.sanitize_for_serialization(pod)


def google_auth():
    import google.auth.credentials
    import google.auth.jwt

    google.auth.credentials.AnonymousCredentials().apply({})


def protobuf():
    from google.protobuf import json_format, struct_pb2

    struct = struct_pb2.Struct()
    struct.update({"a": [1, "b"]})
    json_format.MessageToJson(struct)
    struct_pb2.Struct.FromString(struct.SerializeToString())


def grpcio():
    import grpc

    with grpc.insecure_channel("127.0.0.1:9") as channel:
        call = channel.unary_unary("/a/b")
        with contextlib.suppress(grpc.RpcError):
            call(b"", timeout=0.2)


def numpy():
    import numpy

    array = numpy.arange(100.0).reshape(10, 10)
    numpy.linalg.inv(array + numpy.eye(10) * 100)
    str(array)


def pandas():
    import pandas

    frame = pandas.DataFrame({"a": [1, 2, 1], "b": [3.0, 4.0, 5.0]})
    frame.groupby("a").agg({"b": "mean"}).to_csv()
    frame.merge(frame, on="a").sort_values("b_x").describe()
    repr(frame)


def scipy():
    import numpy
    from scipy import optimize, sparse, stats

    optimize.minimize(lambda x: (x[0] - 1) ** 2, [0.0])
    stats.norm(0, 1).cdf(0.5)
    sparse.csr_matrix(numpy.eye(3)).dot(numpy.ones(3))


def scikit_learn():
    import numpy
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x = numpy.arange(10.0).reshape(-1, 1)
    make_pipeline(StandardScaler(), LinearRegression()).fit(x, x.ravel()).predict(x)


def matplotlib():
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot([1, 2, 3], label="a")
    axes.legend()
    figure.savefig(io.BytesIO(), format="png")
    plt.close(figure)


def pillow():
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (20, 20))
    ImageDraw.Draw(image).line((0, 0, 20, 20))
    image.resize((10, 10)).save(io.BytesIO(), "PNG")


def networkx():
    import networkx

    graph = networkx.path_graph(5)
    networkx.shortest_path(graph, 0, 4)
    graph.number_of_edges()
    networkx.pagerank(networkx.DiGraph(graph)) if _has("scipy") else None


def _has(name):
    import importlib.util

    return importlib.util.find_spec(name) is not None


def sympy():
    import sympy

    x = sympy.Symbol("x")
    sympy.integrate(sympy.sin(x) ** 2, x)
    sympy.solve(x**2 - 2, x)


def mpmath():
    import mpmath

    mpmath.quad(mpmath.sin, [0, 1])


def lxml():
    from lxml import etree, html

    html.fromstring(HTML).xpath("//p/text()")
    etree.tostring(etree.XML("<a><b/></a>"))
    with contextlib.suppress(etree.XMLSyntaxError):
        etree.XML("<a>")


def beautifulsoup4():
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(HTML, "html.parser")
    soup.select("p.a b")
    str(soup)


def html5lib():
    import html5lib

    html5lib.parse(HTML)


def cssselect():
    import cssselect

    cssselect.HTMLTranslator().css_to_xpath("p.a > b:first-child")


def parsel():
    import parsel

    parsel.Selector(HTML).css("p::text").getall()


def pyparsing():
    import pyparsing as pp

    expression = pp.Forward()
    term = pp.Word(pp.nums) | "(" + expression + ")"
    expression <<= term + pp.ZeroOrMore(pp.one_of("+ -") + term)
    expression.parse_string("(1+2)-3")


def lark():
    import lark

    parser = lark.Lark('start: NUMBER ("+" NUMBER)*\n%import common.NUMBER', parser="lalr")
    parser.parse("1+2")
    with contextlib.suppress(lark.UnexpectedInput):
        parser.parse("1+")


def pyyaml():
    import yaml

    yaml.safe_load(yaml.safe_dump({"a": [1, 2.5, None, "b"]}))
    with contextlib.suppress(yaml.YAMLError):
        yaml.safe_load("a: [")


def ruamel_yaml():
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.dump(yaml.load("a: 1 # one\nb: [2]\n"), io.StringIO())


def tomlkit():
    import tomlkit

    document = tomlkit.parse("[a]\nb = 1 # one\n")
    document["a"]["b"] = 2
    tomlkit.dumps(document)


def toml():
    import toml

    toml.loads(toml.dumps({"a": {"b": 1}}))


def tomli():
    import tomli

    tomli.loads("[a]\nb = 1\n")


def jsonschema():
    import jsonschema

    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    jsonschema.validate({"a": 1}, schema)
    with contextlib.suppress(jsonschema.ValidationError):
        jsonschema.validate({"a": "b"}, schema)


def referencing():
    import referencing
    import referencing.jsonschema

    resource = referencing.jsonschema.DRAFT202012.create_resource({"$id": "urn:a"})
    registry = referencing.Registry().with_resource("urn:a", resource)
    registry.resolver().lookup("urn:a")


def simplejson():
    import simplejson

    simplejson.loads(simplejson.dumps({"a": [1, 2.5]}, indent=2))


def orjson():
    import orjson

    orjson.loads(orjson.dumps({"a": [1, 2.5]}))


def msgpack():
    import msgpack

    msgpack.unpackb(msgpack.packb({"a": [1, 2.5]}))


def cbor2():
    import cbor2

    cbor2.loads(cbor2.dumps({"a": [1, 2.5]}))


def xmltodict():
    import xmltodict

    xmltodict.unparse(xmltodict.parse("<a><b>1</b><b>2</b></a>"))


def defusedxml():
    import defusedxml.ElementTree

    defusedxml.ElementTree.fromstring("<a><b/></a>")


def openpyxl():
    import openpyxl

    book = openpyxl.Workbook()
    book.active["A1"] = 1
    file = io.BytesIO()
    book.save(file)
    openpyxl.load_workbook(io.BytesIO(file.getvalue()))


def xlsxwriter():
    import xlsxwriter

    with xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True}) as book:
        book.add_worksheet().write(0, 0, 1)


def pypdf():
    import pypdf

    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    file = io.BytesIO()
    writer.write(file)
    len(pypdf.PdfReader(io.BytesIO(file.getvalue())).pages)


def pdfminer_six():
    from pdfminer.high_level import extract_text

    extract_text(io.BytesIO(_pdf()))


def _pdf():
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Root 1 0 R /Size 4 >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + b"xref\n0 4\n0000000000 65535 f \n" + table + end


def reportlab():
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    document = SimpleDocTemplate(io.BytesIO())
    document.build([Paragraph("Text", getSampleStyleSheet()["Normal"])])


def python_docx():
    import docx

    document = docx.Document()
    document.add_paragraph("Text")
    document.save(io.BytesIO())


def docutils():
    import docutils.core

    docutils.core.publish_string("Title\n=====\n\nText.\n", writer="html")


def sphinx():
    from sphinx.application import Sphinx

    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "index.rst"), "w") as file:
            file.write("Title\n=====\n")
        app = Sphinx(
            folder,
            None,
            os.path.join(folder, "out"),
            os.path.join(folder, "trees"),
            "html",
            status=None,
            warning=None,
        )
        app.build()


def markdown():
    import markdown

    markdown.markdown("# Title\n\n- a\n- b\n")


def mistune():
    import mistune

    mistune.html("# Title\n\n- a\n- b\n")


def markdown_it_py():
    import markdown_it

    markdown_it.MarkdownIt().render("# Title\n\n- a\n- b\n")


def pygments():
    import pygments
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    pygments.highlight("def a(): return 1", PythonLexer(), HtmlFormatter())


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


def celery():
    import celery

    app = celery.Celery("bill", broker="memory://", backend="cache+memory://")
    app.conf.task_always_eager = True

    @app.task
    def add(a, b):
        return a + b

    add.delay(1, 2).get()
    with contextlib.suppress(TypeError):
        add.delay(1, "a").get()


def kombu():
    import kombu

    with kombu.Connection("memory://") as connection:
        queue = connection.SimpleQueue("bill")
        queue.put({"a": 1})
        queue.get(timeout=1).ack()
        queue.close()


def gevent():
    import gevent
    import gevent.queue

    jobs = gevent.queue.Queue()
    greenlet = gevent.spawn(jobs.get)
    jobs.put(1)
    gevent.joinall([greenlet])
    gevent.sleep(0)


def eventlet():
    import eventlet

    pool = eventlet.GreenPool(2)
    list(pool.imap(str, range(3)))


def twisted():
    from twisted.internet import defer, task

    clock = task.Clock()
    deferred = defer.Deferred()
    deferred.addCallback(str)
    clock.callLater(1, deferred.callback, 1)
    clock.advance(1)

    @defer.inlineCallbacks
    def fails():
        yield defer.succeed(1)
        raise ValueError

    fails().addErrback(lambda failure: None)


def zope_interface():
    import zope.interface

    class Hello(zope.interface.Interface):
        def hello():
            pass

    @zope.interface.implementer(Hello)
    class English:
        def hello(self):
            pass

    Hello.providedBy(English())


def tornado():
    import asyncio

    import tornado.template
    import tornado.web

    class Hello(tornado.web.RequestHandler):
        def get(self):
            self.write("a")

    tornado.web.Application([("/", Hello)])
    tornado.template.Template("{{ a }}").generate(a=1)

    async def main():
        import tornado.queues

        queue = tornado.queues.Queue()
        await queue.put(1)
        await queue.get()

    asyncio.run(main())


def websockets():
    from websockets.client import ClientProtocol
    from websockets.server import ServerProtocol
    from websockets.uri import parse_uri

    client, server = ClientProtocol(parse_uri("ws://localhost/")), ServerProtocol()
    client.send_request(client.connect())
    server.receive_data(b"".join(client.data_to_send()))
    server.send_response(server.accept(server.events_received()[0]))
    client.receive_data(b"".join(server.data_to_send()))


def apscheduler():
    from apscheduler.schedulers.background import BackgroundScheduler

    scheduler = BackgroundScheduler()
    scheduler.start()
    scheduler.add_job(str, "interval", seconds=60)
    scheduler.shutdown()


def schedule():
    import schedule

    scheduler = schedule.Scheduler()
    scheduler.every().hour.do(str)
    scheduler.run_pending()


def watchdog():
    from watchdog.events import FileSystemEventHandler
    from watchdog.observers import Observer

    with tempfile.TemporaryDirectory() as folder:
        observer = Observer()
        observer.schedule(FileSystemEventHandler(), folder)
        observer.start()
        observer.stop()
        observer.join()


def pexpect():
    import pexpect

    child = pexpect.spawn("echo hello")
    child.expect("hello")
    child.close()


def docker():
    import docker

    client = docker.DockerClient(base_url="tcp://127.0.0.1:9", version="1.40")
    with contextlib.suppress(Exception):
        client.ping()
    client.close()


def invoke():
    import invoke

    invoke.Context().run("true", hide=True)


def gitpython():
    import git

    with tempfile.TemporaryDirectory() as folder:
        repository = git.Repo.init(folder)
        repository.is_dirty()
        repository.close()


def prometheus_client():
    import prometheus_client

    registry = prometheus_client.CollectorRegistry()
    counter = prometheus_client.Counter("a", "b", ["c"], registry=registry)
    counter.labels("d").inc()
    prometheus_client.generate_latest(registry)


def opentelemetry_sdk():
    from opentelemetry.sdk.trace import TracerProvider

    provider = TracerProvider()
    with provider.get_tracer("bill").start_as_current_span("a") as span:
        span.set_attribute("b", 1)
    provider.shutdown()


def sentry_sdk():
    import sentry_sdk

    sentry_sdk.init(transport=lambda event: None, default_integrations=False)
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError as error:
        sentry_sdk.capture_exception(error)


def simpy():
    import simpy

    environment = simpy.Environment()

    def car():
        yield environment.timeout(1)

    environment.process(car())
    environment.run()


def transitions():
    import transitions

    class Door:
        pass

    door = Door()
    transitions.Machine(door, states=["open", "shut"], initial="open")
    door.to_shut()


def pydot():
    import pydot

    pydot.graph_from_dot_data("digraph { a -> b }")


def plotly():
    import plotly.graph_objects as go

    go.Figure(go.Scatter(y=[1, 2, 3])).to_json()


def bokeh():
    from bokeh.embed import json_item
    from bokeh.plotting import figure

    plot = figure()
    plot.line([1, 2], [3, 4])
    json_item(plot)


def tabulate():
    import tabulate

    tabulate.tabulate([[1, 2]], headers=["a", "b"])


def prettytable():
    import prettytable

    table = prettytable.PrettyTable(["a", "b"])
    table.add_row([1, 2])
    str(table)


def textual():
    import asyncio

    from textual.app import App
    from textual.widgets import Button

    class Hello(App):
        def compose(self):
            yield Button("a")

    async def main():
        async with Hello().run_test() as pilot:
            await pilot.click(Button)

    asyncio.run(main())


def prompt_toolkit():
    from prompt_toolkit import PromptSession
    from prompt_toolkit.input import create_pipe_input
    from prompt_toolkit.output import DummyOutput

    with create_pipe_input() as keys:
        keys.send_text("a\n")
        PromptSession(input=keys, output=DummyOutput()).prompt()


def sortedcontainers():
    import sortedcontainers

    sortedcontainers.SortedDict({"b": 1, "a": 2}).keys()[0]
    sortedcontainers.SortedList([3, 1]).add(2)


def bidict():
    import bidict

    bidict.bidict({"a": 1}).inverse[1]


def pyrsistent():
    import pyrsistent

    pyrsistent.pmap({"a": pyrsistent.pvector([1])}).set("b", 2)


def regex():
    import regex

    regex.findall(r"(?P<a>\p{Lu})", "aBcD")


def rapidfuzz():
    from rapidfuzz import process

    process.extractOne("abc", ["abd", "xyz"])


def chardet():
    import chardet

    chardet.detect("äöü".encode())


def charset_normalizer():
    import charset_normalizer

    charset_normalizer.from_bytes("äöü ist schön".encode()).best()


def feedparser():
    import feedparser

    feedparser.parse("<rss><channel><title>a</title><item/></channel></rss>")


def nltk():
    from nltk.stem import PorterStemmer
    from nltk.tree import Tree

    PorterStemmer().stem("running")
    Tree.fromstring("(S (NP a) (VP b))").productions()


def pyee():
    import pyee

    emitter = pyee.EventEmitter()
    emitter.on("a", print)
    emitter.once("b", str)
    emitter.emit("b", 1)


def psygnal():
    import psygnal

    class Viewer:
        moved = psygnal.Signal(int)

    viewer = Viewer()
    viewer.moved.connect(lambda x: None)
    viewer.moved.emit(1)


def graphql_core():
    import graphql

    schema = graphql.build_schema("type Query { a: String }")
    graphql.graphql_sync(schema, "{ a }", {"a": "b"})


def dnspython():
    import dns.message

    query = dns.message.make_query("localhost", "A")
    dns.message.from_wire(query.to_wire())


def phonenumbers():
    import phonenumbers

    phonenumbers.is_valid_number(phonenumbers.parse("+442083661177"))


def shapely():
    import shapely

    shapely.Point(0, 0).buffer(1).intersection(shapely.box(0, 0, 1, 1)).wkt  # noqa: B018


def cffi():
    import cffi

    ffi = cffi.FFI()
    ffi.cdef("struct a { int b; }; int abs(int);")
    ffi.new("struct a *")


def pycparser():
    from pycparser import c_parser

    c_parser.CParser().parse("int f(int a) { return a + 1; }")
