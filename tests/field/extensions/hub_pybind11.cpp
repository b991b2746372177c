// A hub with listeners, as programs write them with pybind11. No reference in C++ is visible.
#include <functional>
#include <pybind11/functional.h>
#include <pybind11/pybind11.h>
#include <vector>

namespace py = pybind11;

struct Hub {
    std::vector<py::object> listeners;
    std::function<void(int)> hook;
};

struct Part {};

PyObject *last_seen = nullptr;

PYBIND11_MODULE(hub_pybind11, module) {
    py::class_<Hub>(module, "Hub", py::dynamic_attr())
        .def(py::init<>())
        .def("connect", [](Hub &hub, py::object listener) { hub.listeners.push_back(listener); })
        .def("clear", [](Hub &hub) { hub.listeners.clear(); })
        .def("set_hook", [](Hub &hub, std::function<void(int)> hook) { hub.hook = hook; })
        .def("part", [](Hub &) { return Part(); }, py::keep_alive<0, 1>());
    py::class_<Part>(module, "Part");
    module.def("see", [](py::object object) {
        Py_XDECREF(last_seen);
        last_seen = object.is_none() ? nullptr : object.release().ptr();
    });
}
