"""An extension module in C that holds objects in places that no traversal shows."""

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

SOURCE = r"""
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static PyObject *kept_in_a_variable;
typedef struct { long count; PyObject *kept; } Record;
static Record *record;
static Record *freed;

static PyObject *in_a_variable(PyObject *self, PyObject *object) {
    (void)self;
    Py_XDECREF(kept_in_a_variable);
    kept_in_a_variable = object == Py_None ? NULL : Py_NewRef(object);
    Py_RETURN_NONE;
}

static PyObject *in_a_struct(PyObject *self, PyObject *object) {
    (void)self;
    if (!record) record = calloc(1, 3000);
    Py_XDECREF(record->kept);
    record->kept = object == Py_None ? NULL : Py_NewRef(object);
    Py_RETURN_NONE;
}

/* As the program has it, but the struct is in a block of Python's allocator. */
static PyObject *in_a_small_struct(PyObject *self, PyObject *object) {
    static Record *small;
    (void)self;
    if (!small) small = PyMem_Calloc(1, sizeof(Record));
    Py_XDECREF(small->kept);
    small->kept = object == Py_None ? NULL : Py_NewRef(object);
    Py_RETURN_NONE;
}

/* A pointer that is left over in freed memory, and a reference that is lost with it. */
static PyObject *in_freed_memory(PyObject *self, PyObject *object) {
    (void)self;
    freed = calloc(1, 3000);
    freed->kept = Py_NewRef(object);
    void *barrier = malloc(3000);
    free(freed);
    free(barrier);
    freed = NULL;
    Py_RETURN_NONE;
}

/* A variable after a word that is a number, or an address below 4 GB. */
static struct { void *before; PyObject *kept; } after_a_word;

static PyObject *after_a_number(PyObject *self, PyObject *object) {
    (void)self;
    after_a_word.before = (void *)2;
    Py_XDECREF(after_a_word.kept);
    after_a_word.kept = object == Py_None ? NULL : Py_NewRef(object);
    Py_RETURN_NONE;
}

static PyObject *after_a_low_address(PyObject *self, PyObject *object) {
    void *wanted = (void *)0x20000000;
    void *low = mmap(wanted, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    PyObject *result = after_a_number(self, object);
    after_a_word.before = low;
    if ((size_t)low >> 32) {
        Py_DECREF(result);
        return PyBool_FromLong(0);
    }
    return result;
}

static PyObject *leak(PyObject *self, PyObject *object) {
    (void)self;
    Py_INCREF(object);
    Py_RETURN_NONE;
}

static PyObject *unleak(PyObject *self, PyObject *object) {
    (void)self;
    Py_DECREF(object);
    Py_RETURN_NONE;
}

/* Takes the only item out of a list and holds it on the stack until a byte can be read. */
static PyObject *on_the_stack(PyObject *self, PyObject *args) {
    PyObject *list;
    int ready, go;
    char byte = 0;
    (void)self;
    if (!PyArg_ParseTuple(args, "O!ii", &PyList_Type, &list, &ready, &go)) return NULL;
    PyObject *volatile kept = Py_NewRef(PyList_GET_ITEM(list, 0));
    if (PyList_SetSlice(list, 0, 1, NULL) < 0) return NULL;
    Py_BEGIN_ALLOW_THREADS
    if (write(ready, &byte, 1) != 1 || read(go, &byte, 1) != 1) abort();
    Py_END_ALLOW_THREADS
    Py_DECREF(kept);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"in_a_variable", in_a_variable, METH_O, NULL},
    {"in_a_struct", in_a_struct, METH_O, NULL},
    {"in_a_small_struct", in_a_small_struct, METH_O, NULL},
    {"after_a_number", after_a_number, METH_O, NULL},
    {"after_a_low_address", after_a_low_address, METH_O, NULL},
    {"in_freed_memory", in_freed_memory, METH_O, NULL},
    {"leak", leak, METH_O, NULL},
    {"unleak", unleak, METH_O, NULL},
    {"on_the_stack", on_the_stack, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT, .m_name = "c_holders", .m_size = -1, .m_methods = methods,
};
PyMODINIT_FUNC PyInit_c_holders(void) { return PyModule_Create(&definition); }
"""


def why_not() -> str:
    """Why the extension cannot be built here; an empty string if it can."""
    if not sys.platform.startswith("linux"):
        return "memory is searched on Linux only"
    if shutil.which("cc") is None:
        return "there is no C compiler"
    if not headers().joinpath("Python.h").exists():
        return "there are no headers of this Python"
    return ""


def headers() -> Path:
    return Path(sysconfig.get_paths()["include"])


def build(folder: os.PathLike[str]) -> Path:
    """The extension, built in a folder."""
    source, library = Path(folder, "c_holders.c"), Path(folder, "c_holders.so")
    source.write_text(SOURCE, encoding="utf-8")
    options = ["-shared", "-fPIC", "-O1", f"-I{headers()}"]
    subprocess.run(["cc", *options, str(source), "-o", str(library)], check=True, timeout=120)
    return library


def load(library: os.PathLike[str]):
    spec = importlib.util.spec_from_file_location("c_holders", library)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
