"""What a notebook shows as HTML: tables, fixes and pictures, in the colours of its theme.

An output has its own style sheet, because a notebook may keep it without the others. Front ends
that leave out style sheets still get aligned columns.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterable, Sequence

from refcycle._text.escapes import escaped
from refcycle._text.tables import SHOWN, and_more

__all__ = ["document", "escape", "fix", "html_table", "paragraph", "picture", "preformatted"]

_LIGHT = "--rc-text:#1f2328;--rc-dim:#59636e;--rc-line:#d1d9e0;--rc-fix:#116329;--rc-bad:#a40e26"
_DARK = "--rc-text:#e6edf3;--rc-dim:#9da7b1;--rc-line:#3d444d;--rc-fix:#56d364;--rc-bad:#ff7b72"
_STYLE = (
    f".refcycle{{{_LIGHT};color:var(--rc-text);font-size:13px;line-height:1.45}}"
    f"@media (prefers-color-scheme:dark){{.refcycle{{{_DARK}}}}}"
    # The theme of JupyterLab, of VS Code, of marimo and of Colab comes before that of the system.
    f"[data-jp-theme-light=true] .refcycle,.vscode-light .refcycle,.light .refcycle,"
    f"html[theme=light] .refcycle{{{_LIGHT}}}"
    f"[data-jp-theme-light=false] .refcycle,.vscode-dark .refcycle,.dark .refcycle,"
    f"html[theme=dark] .refcycle{{{_DARK}}}"
    ".refcycle table{border-collapse:collapse;margin:0 0 .6em;font-size:13px;color:inherit}"
    ".refcycle caption{caption-side:top;text-align:left;font-weight:600;padding:0 0 .3em;"
    "width:max-content;max-width:50em;color:inherit}"
    ".refcycle th,.refcycle td{padding:2px 10px 2px 0;vertical-align:top;"
    "border-bottom:1px solid var(--rc-line);color:inherit}"
    ".refcycle th{font-weight:600;color:var(--rc-dim)}"
    ".refcycle td{font-variant-numeric:tabular-nums}"
    ".refcycle p{margin:.4em 0}.refcycle .fix{color:var(--rc-fix)}"
    ".refcycle .bad{color:var(--rc-bad)}.refcycle .dim{color:var(--rc-dim)}"
    ".refcycle pre{margin:.3em 0;padding:0;background:none;color:inherit;white-space:pre-wrap;"
    "overflow-wrap:anywhere}"
    ".refcycle img{background:#fff;max-width:100%;border-radius:3px}"
)
_RIGHT = "text-align:right;white-space:nowrap"
_LEFT = "text-align:left;white-space:pre-wrap;overflow-wrap:anywhere"


def escape(text: str) -> str:
    """Return a text of one line as HTML, with escapes for characters that are not to be shown."""
    text = escaped(text).encode("utf-8", "backslashreplace").decode("utf-8")
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(char, entity)
    return text


def document(*parts: str) -> str:
    """Return parts as one output with the style sheet."""
    return f'<div class="refcycle"><style>{_STYLE}</style>{"".join(parts)}</div>'


def paragraph(text: str, role: str = "") -> str:
    """Return a paragraph; its role is empty, `bad` or `dim`."""
    return f'<p class="{role}">{escape(text)}</p>' if role else f"<p>{escape(text)}</p>"


def fix(text: str) -> str:
    """Return a paragraph on what to change in the program."""
    return f'<p class="fix">{escape(text)}</p>'


def preformatted(text: str) -> str:
    """Return lines as they are."""
    return f"<pre>{chr(10).join(map(escape, text.splitlines()))}</pre>"


def picture(svg: str, description: str) -> str:
    """Return a picture with its description for readers who do not see it."""
    data = b2a_base64(svg.encode("utf-8", "replace"), newline=False).decode("ascii")
    return f'<img alt="{escape(description)}" src="data:image/svg+xml;base64,{data}" />'


def html_table(
    caption: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    what: str = "type",
    texts: int = 1,
    most: int = SHOWN,
    rest: str = "",
) -> str:
    """Return a table, with all text escaped. All columns but the last `texts` are numbers.

    `rest` is the size of the rows beyond the first `most`.
    """
    numbers = len(headings) - texts

    def line(tag: str, cells: Iterable[str]) -> str:
        return "<tr>{}</tr>".format(
            "".join(
                f'<{tag} style="{_RIGHT if place < numbers else _LEFT}">{escape(cell)}</{tag}>'
                for place, cell in enumerate(cells)
            )
        )

    body = "".join(line("td", row) for row in rows[:most])
    more = and_more(rows, what, most, rest)
    foot = f'<tfoot><tr><td colspan="{len(headings)}">{more}</td></tr></tfoot>' if more else ""
    start = f"<table><caption>{escape(caption)}</caption><thead>{line('th', headings)}</thead>"
    return f"{start}<tbody>{body}</tbody>{foot}</table>"
