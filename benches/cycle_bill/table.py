"""Writes docs/cycle-bill.md from results of `run.py` and the judgements of the changes.

    python table.py RESULTS.json... > ../../docs/cycle-bill.md

For each change that a cut proposes, `judgements.json` says whether it is right, harmless or wrong,
and why. A cut is as good as the worst of its changes. A change without a judgement is shown as
"not judged": read the package's source and add it. "none" is a cut that says for at least one
reference that no safe change is known. `second_judge.json` lists the proposals that somebody who
did not write the rules has checked again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

JUDGEMENTS = Path(__file__).resolve().parent / "judgements.json"
SECOND_JUDGE = Path(__file__).resolve().parent / "second_judge.json"
WORST_FIRST = ("not judged", "wrong", "harmless", "none", "right")
NO_CHANGE = "no safe change is known: "
CONDITION = " if something else holds the "
MOST_CHANGES = 3
LONGEST = 120
SHOWN = ("right", "harmless", "wrong", "none", "not judged")
OF_CLASSES = ("define class ", "create class ", "nothing to change: ")

HEAD = """# The cycle bill

Which cycles do widely used packages leave to the garbage collector, which fixes does refcycle
propose, and are they right? {packages} packages from PyPI were imported and lightly exercised,
each in its own process, on CPython {version}. The list of packages with their exercises is in
[benches/cycle_bill](../benches/cycle_bill/exercises).

```sh
python benches/cycle_bill/run.py results.json
python benches/cycle_bill/table.py results.json > docs/cycle-bill.md
```

Each proposal was judged against the source of the package: `judgements.json` gives the reason
for each change, usually the line that assigns the attribute.

- **right**: the cycle is gone, and the package works as before.
- **harmless**: nothing breaks, but the advice cannot be carried out, is too vague to help, or has
  a condition that is not met.
- **wrong**: an object would be freed while it is in use, or the change raises an error.
- **none**: the cut says for at least one reference that no safe change is known: only this
  reference holds the object, or an attribute of a compiled class (mypyc, C) has no name in memory.

A proposal is as good as the worst of its changes.

| | different cycles | right | harmless | wrong | none | not judged |
|---|---|---|---|---|---|---|
{summary}

{share}

{second}

Before refcycle read the code of classes, 157 of 347 were right, 136 harmless and 54 wrong; before
it compared the directions of links, 138 of 358 were right and 83 wrong.

"First use" is the garbage that the import and the first call leave behind, "further use" that of
each later call. A cycle of the standard library or of a dependency is listed once, with the first
package that shows it. Cycles that consist only of a class are counted, not listed: every class is
in a cycle with itself, and a decorator such as `attrs.define`, `dataclass(slots=True)` or
`enum.global_enum` that replaces a class leaves the original class as garbage.

| package | garbage of the first use | of each further use |
|---|---|---|
{bills}

## The proposals

| package | cycle | proposed change | judgement |
|---|---|---|---|
{rows}
"""


def judged(changes: list[str], judgements: dict[str, list[str]]) -> tuple[str, str]:
    """Return the verdict on the worst of the changes, and the reason."""
    found = [
        ("none", change.removeprefix(NO_CHANGE))
        if change.startswith(NO_CHANGE)
        else tuple(judgements.get(change, ("not judged", "")))
        for change in changes
    ]
    return min(found, key=lambda pair: WORST_FIRST.index(pair[0]))


def of_a_class(group: dict[str, Any]) -> bool:
    """Return whether the cycle is that of a class with itself."""
    begins = str(group["cycle"]).startswith("class ")
    return begins and all(change.startswith(OF_CLASSES) for change in group["changes"])


def cell(text: str) -> str:
    short = text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."
    return short.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def changes_cell(changes: list[str]) -> str:
    shown = [cell(change) for change in changes[:MOST_CHANGES]]
    more = len(changes) - MOST_CHANGES
    return "; ".join(shown) + (f"; and {more} more" if more > 0 else "")


def bill(part: dict[str, Any]) -> str:
    classes = sum(group["count"] for group in part["cycles"] if of_a_class(group))
    others = sum(group["count"] for group in part["cycles"]) - classes
    if not part["objects"]:
        return "none"
    cycles = f"{others} cycle{'' if others == 1 else 's'}"
    told = f"{part['objects']:,} objects, {part['bytes'] / 1000:,.0f} kB: {cycles}"
    return told + (f", {classes} of classes" if classes else "")


def share(
    counts: dict[str, dict[str, int]], packages: dict[str, set[str]], conditional: int
) -> str:
    """Return the shares of the proposals and of the packages, in sentences."""
    total = {verdict: sum(each[verdict] for each in counts.values()) for verdict in SHOWN}
    proposals = total["right"] + total["harmless"] + total["wrong"]
    parts = ", ".join(
        f"{total[verdict]} {verdict} ({total[verdict] / proposals:.0%})"
        for verdict in ("right", "harmless", "wrong")
    )
    judged_packages = [found - {"none"} for found in packages.values() if found != {"none"}]
    all_right = sum(found == {"right"} for found in judged_packages)
    a_wrong = sum("wrong" in found for found in judged_packages)
    return (
        f"Of {proposals} proposals, {parts}.\n"
        f'{conditional} of the right ones name a condition ("if something else holds the ..."), '
        "which the\nreader must check. "
        f"Of {len(judged_packages)} packages with proposals, {all_right} have only right ones "
        f"and {a_wrong} have\na wrong one. The aim is no wrong proposal and 90 % right ones."
    )


def second_judge() -> str:
    """Return what the second judge checked and changed, in sentences."""
    checked = json.loads(SECOND_JUDGE.read_text(encoding="utf-8"))
    changed = [each for each in checked if each["is"] != each["was"]]
    wrong = sum(each["is"] == "wrong" for each in changed)
    return (
        "The rules and the first judgements had one author. A second judge, who had not written "
        f"the\nrules, checked {len(checked)} of 218 proposals that were judged right, chosen at "
        f"random\n(`second_judge.json`), and changed {len(changed)} of them: {wrong} to wrong and "
        f"{len(changed) - wrong} to harmless. The rules were\nmended after that. The new and the "
        "changed proposals have only one judge, who is also the author\nof these later rules."
    )


def main() -> None:
    results = [
        each
        for path in sys.argv[1:]
        for each in json.loads(Path(path).read_text(encoding="utf-8"))
        if "error" not in each
    ]
    results.sort(key=lambda each: each["package"])
    judgements = json.loads(JUDGEMENTS.read_text(encoding="utf-8"))
    seen: set[tuple[str, tuple[str, ...]]] = set()
    rows, bills = [], []
    packages: dict[str, set[str]] = {}
    conditional = 0
    counts = {"first": dict.fromkeys(WORST_FIRST, 0), "second": dict.fromkeys(WORST_FIRST, 0)}
    for result in results:
        name = f"{result['package'].replace('_', '-')} {result['version']}"
        bills.append(f"| {name} | {bill(result['first'])} | {bill(result['second'])} |")
        again = {group["cycle"] for group in result["second"]["cycles"]}
        for which in ("first", "second"):
            for group in result[which]["cycles"]:
                key = (group["cycle"], tuple(group["changes"]))
                if of_a_class(group) or key in seen:
                    continue
                seen.add(key)
                verdict, why = judged(group["changes"], judgements)
                counts["second" if group["cycle"] in again else "first"][verdict] += 1
                packages.setdefault(name, set()).add(verdict)
                conditions = any(CONDITION in change for change in group["changes"])
                conditional += verdict == "right" and conditions
                told = f"{verdict}: {cell(why)}" if why else verdict
                changes = changes_cell(group["changes"])
                rows.append(f"| {name} | {cell(group['cycle'])} | {changes} | {told} |")
    summary = []
    for which, title in (("first", "first use only"), ("second", "each use")):
        each = counts[which]
        numbers = [each[verdict] for verdict in SHOWN]
        summary.append(f"| {title} | {sum(numbers)} | {' | '.join(map(str, numbers))} |")
    print(
        HEAD.format(
            packages=len(results),
            version=PYTHON,
            summary="\n".join(summary),
            share=share(counts, packages, conditional),
            second=second_judge(),
            bills="\n".join(bills),
            rows="\n".join(rows),
        ),
        end="",
    )


PYTHON = "3.14"

if __name__ == "__main__":
    main()
