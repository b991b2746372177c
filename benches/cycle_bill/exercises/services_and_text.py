"""Packages for tasks, concurrency, services, terminals and text."""

import contextlib
import tempfile


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
