"""Packages for numbers, files and documents."""

import contextlib
import io
import os
import tempfile

HTML = "<html><head><title>t</title></head><body><p class='a'>one <b>two</b></p></body></html>"


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
