//! Passes the version of Python on to the conditions of the code.

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
}
