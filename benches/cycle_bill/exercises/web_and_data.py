"""Packages for the web, of data models and of databases."""

import contextlib
import io


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
