"""The reference of the Python package, from its modules and its stub."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from sources import ROOT

PACKAGE = ROOT / "refcycle-py" / "python" / "refcycle"
_STUB = "_refcycle"
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Methods whose names begin with an underscore and that programs use.
_SPECIAL = {"__init__", "__call__"}
_CODE = re.compile(r"(`+[^`]+`+)")


class Entry(NamedTuple):
    """A public function or class."""

    name: str
    module: str
    definitions: list[ast.stmt]
    """More than one if it is overloaded. What is documented is the last with a docstring."""


class Package:
    """The modules of the package, parsed when they are needed."""

    def __init__(self) -> None:
        self._trees: dict[str, ast.Module] = {}

    def public_modules(self) -> list[str]:
        """Return the names of the modules that programs import, with `refcycle` first."""
        names = sorted(path.stem for path in PACKAGE.glob("*.py") if path.stem[0] != "_")
        return ["refcycle", *(f"refcycle.{name}" for name in names)]

    def tree(self, module: str) -> ast.Module:
        """Return the parsed source of a module; of the compiled one, its stub."""
        if module not in self._trees:
            path = PACKAGE.joinpath(*module.split(".")[1:])
            files = (path.with_suffix(".pyi"), path.with_suffix(".py"), path / "__init__.py")
            file = next(each for each in files if each.is_file())
            self._trees[module] = ast.parse(file.read_text(encoding="utf-8"))
        return self._trees[module]

    def names(self, module: str) -> list[str]:
        """Return what a module's `__all__` lists."""
        for statement in self.tree(module).body:
            if (
                isinstance(statement, ast.Assign)
                and ast.unparse(statement.targets[0]) == "__all__"
            ):
                names: list[str] = ast.literal_eval(statement.value)
                return [name for name in names if name[0] != "_"]
        return []

    def find(self, module: str, name: str) -> Entry:
        """Return where a name of a module is defined; KeyError if it is not."""
        imported = None
        found: list[ast.stmt] = []
        for statement in _statements(self.tree(module)):
            if isinstance(statement, ast.ImportFrom):
                for alias in statement.names:
                    if (alias.asname or alias.name) == name and statement.module:
                        imported = (statement.module, alias.name)
            elif (
                (isinstance(statement, (*_FUNCTIONS, ast.ClassDef)) and statement.name == name)
                or (isinstance(statement, ast.AnnAssign) and ast.unparse(statement.target) == name)
                or (
                    isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == name
                )
            ):
                found.append(statement)
        if found:
            return Entry(name, module, found)
        if imported is None or not imported[0].startswith("refcycle"):
            raise KeyError(f"{module}.{name}")
        return self.find(*imported)


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the statements of a module, with those of `if TYPE_CHECKING`."""
    for statement in tree.body:
        if isinstance(statement, ast.If):
            yield from statement.body
        else:
            yield statement


def api_pages() -> dict[str, str]:
    """Return the pages as Markdown, by the names of the modules."""
    package = Package()
    owners: dict[tuple[str, str], str] = {}
    pages: dict[str, str] = {}
    for module in package.public_modules()[1:]:
        entries = [package.find(module, name) for name in package.names(module)]
        new = [each for each in entries if (each.module, each.name) not in owners]
        owners.update({(each.module, each.name): module for each in new})
        if new:
            title = f"# {module}\n\n{_text(ast.get_docstring(package.tree(module)) or '')}\n"
            pages[module] = title + "\n".join(_section(package, each) for each in new)
    pages["refcycle"] = _overview(package, owners)
    return pages


def _overview(package: Package, owners: dict[tuple[str, str], str]) -> str:
    rows = ["| name | what it is |\n|---|---|"]
    extra = []
    for name in package.names("refcycle"):
        entry = package.find("refcycle", name)
        module = owners.get((entry.module, entry.name))
        if module is None:
            extra.append(_section(package, entry))
        anchor = _heading(entry).lower().replace(" ", "-")
        link = f"#{anchor}" if module is None else f"{module}.md#{anchor}"
        doc = _text((_doc(entry) or "").partition("\n\n")[0].replace("\n", " "))
        rows.append(f"| [`{name}`]({link}) | {doc.strip().replace('|', chr(92) + '|')} |")
    start = (
        "# refcycle\n\nThe names of the package. Each is documented with its module. These pages "
        "are generated from the docstrings: `help()` shows the same text.\n\n"
    )
    return start + "\n".join(rows) + "\n" + "\n".join(extra)


def _heading(entry: Entry) -> str:
    """Return the heading, which distinguishes the class `Diff` from the function `diff`."""
    return f"class {entry.name}" if isinstance(entry.definitions[-1], ast.ClassDef) else entry.name


def _doc(entry: Entry) -> str | None:
    docs = [
        ast.get_docstring(each)
        for each in entry.definitions
        if isinstance(each, (*_FUNCTIONS, ast.ClassDef))
    ]
    return next((doc for doc in reversed(docs) if doc), None)


def _section(package: Package, entry: Entry) -> str:
    lines = [f"\n## {_heading(entry)}\n"]
    for each in _shown(entry.definitions):
        lines.append(f"```python\n{_signature(each)}\n```\n")
    lines.append(_text(_doc(entry) or ""))
    last = entry.definitions[-1]
    if isinstance(last, ast.ClassDef):
        lines += _members(package, entry.module, last)
    return "\n".join(lines)


def _shown(definitions: list[ast.stmt]) -> list[ast.stmt]:
    """Return the overloads, without the implementation of them."""
    overloads = [each for each in definitions if _is(each, "overload")]
    return overloads or definitions[-1:]


def _is(statement: ast.stmt, decorator: str) -> bool:
    found = getattr(statement, "decorator_list", [])
    return any(ast.unparse(each).rpartition(".")[2] == decorator for each in found)


def _signature(statement: ast.stmt, owner: str = "") -> str:
    if isinstance(statement, ast.ClassDef):
        shown = [base for each in statement.bases if (base := ast.unparse(each))[0] != "_"]
        bases = ", ".join(shown)
        return f"class {statement.name}({bases})" if bases else f"class {statement.name}"
    if not isinstance(statement, _FUNCTIONS):
        return ast.unparse(statement)
    returns = f" -> {ast.unparse(statement.returns)}" if statement.returns else ""
    if _is(statement, "property"):
        return f"{statement.name}{returns.replace(' -> ', ': ')}"
    text = f"{statement.name}({ast.unparse(statement.args)}){returns}"
    if len(text) <= 88:
        return text
    arguments = ",\n    ".join(_split(ast.unparse(statement.args)))
    return f"{statement.name}(\n    {arguments},\n){returns}"


def _split(arguments: str) -> Iterator[str]:
    """Yield the arguments of a signature, which are separated by commas outside of brackets."""
    depth, start = 0, 0
    for position, character in enumerate(arguments):
        depth += (character in "[(") - (character in "])")
        if character == "," and depth == 0:
            yield arguments[start:position].strip()
            start = position + 1
    yield arguments[start:].strip()


def _members(package: Package, module: str, of: ast.ClassDef) -> Iterator[str]:
    """Yield the documented attributes and methods of a class and of its base classes."""
    seen: set[str] = set()
    for owner in _with_bases(package, module, of):
        fields = list(_fields(owner))
        for name, annotation, text in fields:
            if name not in seen and name[0] != "_":
                yield _member(of.name, name, f"{name}: {annotation}", text)
        seen |= {name for name, *_ in fields}
        methods: dict[str, list[ast.stmt]] = {}
        for each in owner.body:
            if isinstance(each, _FUNCTIONS):
                methods.setdefault(each.name, []).append(each)
        for name, definitions in methods.items():
            doc = _doc(Entry(name, module, definitions))
            if name in seen or (name[0] == "_" and name not in _SPECIAL) or doc is None:
                continue
            signatures = "\n".join(_signature(each) for each in _shown(definitions))
            yield _member(of.name, name, signatures, doc)
        seen |= methods.keys()


def _member(owner: str, name: str, signatures: str, doc: str) -> str:
    return f"\n### {owner}.{name}\n\n```python\n{signatures}\n```\n\n{_text(doc)}"


def _with_bases(package: Package, module: str, of: ast.ClassDef) -> Iterator[ast.ClassDef]:
    yield of
    for base in of.bases:
        name = ast.unparse(base.value if isinstance(base, ast.Subscript) else base)
        try:
            entry = package.find(module, name)
        except KeyError:
            continue  # of the standard library
        last = entry.definitions[-1]
        if isinstance(last, ast.ClassDef):
            yield from _with_bases(package, entry.module, last)


def _fields(of: ast.ClassDef) -> Iterator[tuple[str, str, str]]:
    """Yield attributes that a string after them documents."""
    for statement, after in zip(of.body, of.body[1:], strict=False):
        if (
            isinstance(statement, ast.AnnAssign)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
            and isinstance(after.value.value, str)
        ):
            text = " ".join(after.value.value.split())
            yield ast.unparse(statement.target), ast.unparse(statement.annotation), text


def _text(docstring: str) -> str:
    """Return a docstring as Markdown: examples are code, and the rest means what it says."""
    paragraphs = []
    for paragraph in docstring.strip().split("\n\n"):
        if paragraph.lstrip().startswith(">>>"):
            paragraphs.append(f"```pycon\n{paragraph}\n```")
        else:
            paragraphs.append(_escaped(paragraph))
    return "\n\n".join(paragraphs) + "\n"


def _escaped(text: str) -> str:
    parts = _CODE.split(text)
    return "".join(
        part if part.startswith("`") else re.sub(r"([<*\[\]_])", r"\\\1", part) for part in parts
    )
