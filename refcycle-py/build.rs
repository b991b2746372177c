//! Says for which version of CPython the crate is compiled: `cfg(Py_3_12)` and so on.

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    pyo3_build_config::add_extension_module_link_args();
}
