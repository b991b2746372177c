"""References without an owner, such as faulty C code leaves."""

import ctypes

for function in (ctypes.pythonapi.Py_IncRef, ctypes.pythonapi.Py_DecRef):
    function.argtypes = [ctypes.c_void_p]
    function.restype = None


def leak(obj):
    ctypes.pythonapi.Py_IncRef(id(obj))


def give_back(obj):
    ctypes.pythonapi.Py_DecRef(id(obj))
