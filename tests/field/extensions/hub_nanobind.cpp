// A hub with listeners, as programs write them with nanobind: one class that shows its references
// to the collector, and one that does not.
#include <nanobind/nanobind.h>
#include <vector>

namespace nb = nanobind;

struct Hub {
    std::vector<nb::object> listeners;
    nb::object last;
};

struct HiddenHub {
    std::vector<nb::object> listeners;
};

int traverse(PyObject *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    if (nb::inst_ready(self)) {
        Hub *hub = nb::inst_ptr<Hub>(self);
        for (nb::object &listener : hub->listeners)
            Py_VISIT(listener.ptr());
        Py_VISIT(hub->last.ptr());
    }
    return 0;
}

int clear(PyObject *self) {
    Hub *hub = nb::inst_ptr<Hub>(self);
    hub->listeners.clear();
    hub->last.reset();
    return 0;
}

PyType_Slot slots[] = {{Py_tp_traverse, (void *)traverse}, {Py_tp_clear, (void *)clear}, {0, nullptr}};

NB_MODULE(hub_nanobind, module) {
    nb::class_<Hub>(module, "Hub", nb::type_slots(slots))
        .def(nb::init<>())
        .def("connect", [](Hub &hub, nb::object listener) { hub.listeners.push_back(listener); })
        .def_rw("last", &Hub::last);
    nb::class_<HiddenHub>(module, "HiddenHub")
        .def(nb::init<>())
        .def("connect",
             [](HiddenHub &hub, nb::object listener) { hub.listeners.push_back(listener); })
        .def("clear", [](HiddenHub &hub) { hub.listeners.clear(); });
    module.def("same", [](nb::object value) { return value; }, nb::arg("value") = nb::list());
}
