//! Declares what Python's library exports and pyo3-ffi does not declare.

/// An `unsafe extern "C"` block for items of Python's library.
///
/// On Windows the linker has to know the library that has them: `build.rs` says which one that is.
macro_rules! of_python {
    (@ { $($items:tt)* } $($library:literal)*) => {
        $(#[cfg_attr(all(windows, python_library = $library),
            link(name = $library, kind = "raw-dylib"))])*
        unsafe extern "C" {
            $($items)*
        }
    };
    ($($items:tt)*) => {
        of_python! {
            @ { $($items)* }
            "python310" "python311" "python312" "python313" "python314" "python315"
        }
    };
}
