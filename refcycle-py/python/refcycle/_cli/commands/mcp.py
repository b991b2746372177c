"""The command `mcp`: a server with which agents ask about dumps."""

from __future__ import annotations

import argparse

from refcycle._cli.command import Command, register


@register
class Mcp(Command):
    """Answers agents."""

    name = "mcp"
    summary = "answer agents on stdio with the Model Context Protocol, with the package mcp"
    description = (
        "Answer agents about dumps on standard input and output, with the Model Context Protocol. "
        "The server reads nothing but the dumps and Python files below the given folders, and "
        "writes no file there. Redacted dumps stay redacted. It needs the package mcp: "
        "pip install 'refcycle[mcp]'."
    )
    examples = ("dumps/ src/", "--attach")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the folders and the option for processes."""
        parser.add_argument(
            "--attach",
            action="store_true",
            help="also dump running processes of this user when asked, redacted, with Python 3.14 "
            "or later; the dumps are deleted at the end",
        )
        parser.add_argument(
            "path",
            nargs="*",
            default=["."],
            metavar="PATH",
            help="a folder or a file that the server may read (default: the current folder)",
        )

    def run(self, options: argparse.Namespace) -> None:
        """Answer until standard input ends."""
        from refcycle._cli.mcp.allowed import AllowedFiles  # later: an import costs time
        from refcycle._cli.mcp.server import serve
        from refcycle._cli.mcp.tools import Tools

        serve(Tools(AllowedFiles(options.path), attaches=options.attach))
