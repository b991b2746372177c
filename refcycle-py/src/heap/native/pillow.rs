//! Pillow: the pixels of an image.

use pyo3::intern;
use pyo3::prelude::*;

use super::arrow_c::see_capsules;
use super::compiled_calls::{call, get};
use super::extents::Extents;

/// `ImagingCore`. Rows are multiples of four bytes, and there is a pointer for each.
pub(super) fn read(image: &Bound<'_, PyAny>, extents: &mut Extents) -> Option<()> {
    let py = image.py();
    let (width, height): (u64, u64) = get(image, intern!(py, "size"))?.extract().ok()?;
    let mode: String = get(image, intern!(py, "mode"))?.extract().ok()?;
    let pixel = match &*mode {
        "1" | "L" | "P" => 1,
        "I;16" | "I;16L" | "I;16B" | "I;16N" | "BGR;15" | "BGR;16" => 2,
        "BGR;24" => 3,
        "I" | "F" | "LA" | "La" | "PA" | "RGB" | "RGBA" | "RGBa" | "RGBX" | "CMYK" | "YCbCr"
        | "LAB" | "HSV" => 4,
        _ => return None,
    };
    let rows = height.checked_mul(size_of::<usize>() as u64)?;
    let is_shared: i64 = get(image, intern!(py, "readonly"))?.extract().ok()?;
    if is_shared != 0 {
        // The pixels belong to the object from which the image was made.
        let schema = call(image, intern!(py, "__arrow_c_schema__"), [])?;
        let array = call(image, intern!(py, "__arrow_c_array__"), [])?;
        extents.alone(rows);
        return see_capsules(&schema, &array, false, extents);
    }
    let line = width.checked_mul(pixel)?.checked_next_multiple_of(4)?;
    extents.alone(line.checked_mul(height)?.checked_add(rows)?);
    Some(())
}
