//! Sets the version of CPython for which the crate is compiled: `cfg(Py_3_12)` and so on.

use std::env;

use pyo3_build_config::PythonVersion;

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    pyo3_build_config::add_extension_module_link_args();
    see_forced_unwinds();
    name_library();
}

/// The library that has Python's functions on Windows: see `heap/of_python.rs`.
fn name_library() {
    println!("cargo:rustc-check-cfg=cfg(python_library, values(any()))");
    let PythonVersion { major, minor } = pyo3_build_config::get().version();
    println!("cargo:rustc-cfg=python_library=\"python{major}{minor}\"");
}

/// If CPython unwinds the stack of a thread when the program ends, our personality routine is
/// called before Rust's: see `heap/forced_unwind.rs`.
fn see_forced_unwinds() {
    println!("cargo:rustc-check-cfg=cfg(forced_unwind)");
    let target = |what: &str| env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    let hangs = PythonVersion {
        major: 3,
        minor: 14,
    };
    let is_unwound = pyo3_build_config::get().version() < hangs;
    if is_unwound && target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo:rustc-cfg=forced_unwind");
        println!("cargo:rustc-cdylib-link-arg=-Wl,--wrap=rust_eh_personality");
    }
}
