"""Compiles the extension modules of `extensions`, all at the same time."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import ModuleType

import pytest

SOURCES = Path(__file__).parent / "extensions"
SECONDS = 300

MYPYC = """
import sys
from mypyc.build import mypycify
from setuptools import setup
sys.argv = ["setup.py", "-q", "build_ext", "--inplace"]
setup(ext_modules=mypycify(["hub_mypyc.py"], opt_level="0"))
"""


class Compiled:
    """The modules, each by the name of the tool that it is for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        include = sysconfig.get_path("include")
        if not Path(include, "Python.h").exists():
            pytest.skip("this CPython has no header files")
        if shutil.which("g++") is None:
            pytest.skip("there is no C++ compiler")
        self.compiler = [
            *("g++", "-O0", "-w", "-shared", "-fPIC", "-std=c++17"),
            *("-fvisibility=hidden", f"-I{include}"),
        ]
        self.running = {
            "pybind11": self.start_pybind11(),
            "nanobind": self.start_nanobind(),
            "cython": self.start_cython(),
            "mypyc": self.start_mypyc(),
        }

    def module(self, tool: str) -> ModuleType:
        process = self.running[tool]
        if process is None:
            pytest.skip(f"{tool} is not installed")
        output, _ = process.communicate(timeout=SECONDS)
        assert process.returncode == 0, output
        return importlib.import_module(f"hub_{tool}")

    def start(self, *command: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(each) for each in command],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )

    def library(self, name: str) -> Path:
        return self.folder / f"{name}{sysconfig.get_config_var('EXT_SUFFIX')}"

    def start_pybind11(self) -> subprocess.Popen[str] | None:
        if not (pybind11 := found("pybind11")):
            return None
        source = SOURCES / "hub_pybind11.cpp"
        include = f"-I{pybind11.get_include()}"
        return self.start(*self.compiler, include, source, "-o", self.library("hub_pybind11"))

    def start_nanobind(self) -> subprocess.Popen[str] | None:
        if not (nanobind := found("nanobind")):
            return None
        include = Path(nanobind.include_dir())
        return self.start(
            *self.compiler,
            f"-I{include}",
            f"-I{include.parent / 'ext' / 'robin_map' / 'include'}",
            SOURCES / "hub_nanobind.cpp",
            Path(nanobind.source_dir()) / "nb_combined.cpp",
            "-o",
            self.library("hub_nanobind"),
        )

    def start_cython(self) -> subprocess.Popen[str] | None:
        if not found("Cython"):
            return None
        source = SOURCES / "hub_cython.pyx"
        code = self.folder / "hub_cython.cpp"
        translation = [sys.executable, "-m", "cython", "--cplus", source, "-o", code]
        subprocess.run(translation, check=True, timeout=SECONDS)
        return self.start(*self.compiler, code, "-o", self.library("hub_cython"))

    def start_mypyc(self) -> subprocess.Popen[str] | None:
        if not found("mypyc") or not found("setuptools"):
            return None
        shutil.copy(SOURCES / "hub_mypyc.py", self.folder)
        return self.start(sys.executable, "-c", MYPYC)


def found(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None
