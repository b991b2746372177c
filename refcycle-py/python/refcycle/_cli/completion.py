"""Scripts that complete the arguments of `refcycle` in a shell.

A script has the commands and options of this version, so that completion starts no Python.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

__all__ = ["SHELLS", "script"]

SHELLS = ("bash", "fish", "zsh")


def _commands(
    parser: argparse.ArgumentParser,
) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Yield the name, the summary and the parser of each command."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, command in action.choices.items():
                yield name, helps.get(name, ""), command


def _options(command: argparse.ArgumentParser) -> list[tuple[str, str]]:
    return [
        (option, action.help or "")
        for action in command._actions
        if action.help != argparse.SUPPRESS
        for option in action.option_strings
    ]


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """Return the script for a shell: one of `SHELLS`."""
    return {"bash": _bash, "fish": _fish, "zsh": _zsh}[shell](parser)


def _bash(parser: argparse.ArgumentParser) -> str:
    commands = list(_commands(parser))
    names = " ".join(name for name, _, _ in commands)
    cases = "\n".join(
        f"        {name}) options='{' '.join(option for option, _ in _options(command))}' ;;"
        for name, _, command in commands
    )
    return f"""\
# Put into ~/.bashrc: eval "$(refcycle completion bash)"
_refcycle() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} options=
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W '{names}' -- "$word")
        return
    fi
    case ${{COMP_WORDS[1]}} in
{cases}
    esac
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    fi
}}
complete -o filenames -F _refcycle refcycle
"""


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def _fish(parser: argparse.ArgumentParser) -> str:
    lines = ["# Put into ~/.config/fish/config.fish: refcycle completion fish | source"]
    for name, what, command in _commands(parser):
        lines.append(
            f"complete -c refcycle -n __fish_use_subcommand -f -a {name} -d '{_quoted(what)}'"
        )
        for option, help_ in _options(command):
            flag = f"-l {option[2:]}" if option.startswith("--") else f"-o {option[1:]}"
            lines.append(
                f"complete -c refcycle -n '__fish_seen_subcommand_from {name}' {flag} "
                f"-d '{_quoted(help_)}'"
            )
    return "\n".join(lines) + "\n"


def _zsh(parser: argparse.ArgumentParser) -> str:
    def described(name: str, what: str) -> str:
        # In single quotes of a shell, only they themselves must be escaped.
        what = what.replace("'", "'\\''")
        return f"'{name}:{what}'" if what else f"'{name}'"

    commands = list(_commands(parser))
    names = " ".join(described(name, what) for name, what, _ in commands)
    cases = "\n".join(
        f"        {name}) options=({' '.join(option for option, _ in _options(command))}) ;;"
        for name, _, command in commands
    )
    return f"""\
# Put into ~/.zshrc, after compinit: eval "$(refcycle completion zsh)"
_refcycle() {{
    local -a commands options
    if ((CURRENT == 2)); then
        commands=({names})
        _describe command commands
        return
    fi
    case $words[2] in
{cases}
    esac
    if [[ $PREFIX == -* ]]; then
        compadd -- $options
    else
        _files
    fi
}}
compdef _refcycle refcycle
"""
