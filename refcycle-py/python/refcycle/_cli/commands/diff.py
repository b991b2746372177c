"""The command `diff`: what grew between two dumps."""

from __future__ import annotations

import argparse
from functools import partial

from refcycle._cli.arguments import WITHOUT_TRACKED_ONLY, add_file, add_json, positive_number
from refcycle._cli.command import Command, CommandError, register
from refcycle._cli.files import load
from refcycle._cli.output import (
    growth_data,
    larger_data,
    print_json,
    samples_data,
    signatures_data,
)
from refcycle._cli.terminal import with_bar
from refcycle._growth.file_order import is_later, moment_text
from refcycle._text.escapes import text_for_stdout

_CHAINS = 3
_SIGNATURES = 10


@register
class Diff(Command):
    """Compares two dumps of one process."""

    name = "diff"
    summary = "show what grew between two dumps of one process"
    examples = ("a.refcycle b.refcycle",)

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the two files."""
        add_json(parser)
        parser.add_argument(
            "--chains",
            type=positive_number,
            default=_CHAINS,
            metavar="N",
            help="show chains of references for the N types that grew most, up to 3 others that "
            f"need another fix, and N of what became larger itself (default: {_CHAINS})",
        )
        parser.add_argument(
            "--signatures",
            type=positive_number,
            default=_SIGNATURES,
            metavar="N",
            help="show at most N further signatures of the types with a chain "
            f"(default: {_SIGNATURES})",
        )
        add_file(parser, "before", "the earlier file", "BEFORE")
        add_file(parser, "after", "the later file", "AFTER")

    def run(self, options: argparse.Namespace) -> None:
        """Print what grew."""
        from refcycle._growth.outside import hinting  # later: an import costs time
        from refcycle.differences import diff

        before, after = load(options.before), load(options.after)
        _check_order(options, before.metadata, after.metadata)
        try:
            call = partial(diff, before, after, samples=options.chains)
            found = with_bar("comparing the dumps", call)
        except ValueError as error:
            raise CommandError(str(error)) from error
        if not options.json:
            with hinting(WITHOUT_TRACKED_ONLY):
                text = partial(
                    found._text,
                    option="--chains",
                    most=options.signatures,
                    for_more="use a larger --signatures",
                )
                print(text_for_stdout(text))
            return
        new, gone = found._counts
        further = found._further()
        print_json(
            {
                "new": new,
                "gone": gone,
                "types": growth_data(found.table),
                "samples": [
                    {
                        **data,
                        "signature": sample.chain.signature,
                        "count": found._count_of(sample),
                        "more": sample._more,
                    }
                    for sample, data in zip(
                        found.samples, samples_data(found.samples), strict=True
                    )
                ],
                "larger": larger_data(found.larger),
                "unknown": [
                    {"type": name, "count": count} for name, count in found.samples.unknown
                ],
                "signatures": signatures_data(further[: options.signatures]),
                "more_signatures": max(0, len(further) - options.signatures),
            }
        )


def _check_order(
    options: argparse.Namespace, before: dict[str, str], after: dict[str, str]
) -> None:
    """Raise a CommandError if the first file of the process is the newer one."""
    if before.get("pid") == after.get("pid") and is_later(before, after):
        raise CommandError(
            f"the first file is the newer one: {options.before} is of {moment_text(before)}, "
            f"{options.after} of {moment_text(after)}: pass the earlier file first"
        )
