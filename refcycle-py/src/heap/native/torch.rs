//! PyTorch: the storages of tensors, and their devices.
//!
//! Tensors that are views of one storage share it. PyTorch has no function that tells the size of a
//! storage without making a Python object, which the storage then keeps. So the structs of PyTorch
//! are read: the position of their fields is found from an address that a compiled method states,
//! and words are read by a system call, which reports an address that does not exist. Where the
//! words do not fit, only the part of the storage that the tensor shows is known.

use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyType;

use super::compiled_calls::{call, get, get_number};
use super::extents::{Extents, Identity, MAIN_MEMORY, Reader, read_nothing};
use super::loaded::{in_module, is_subtype};
use crate::heap::raw_memory::read_words;

/// In words. `Storage` is a field of `TensorImpl` after its table of functions and its reference
/// counts, which are one word or two.
const STORAGE_FIELD: std::ops::RangeInclusive<u64> = 2..=4;
/// The field of `StorageImpl` with the address of the data.
const DATA_FIELD: std::ops::RangeInclusive<u64> = 2..=4;
/// From there to the number of bytes: the address, its context and deleter, and the device.
const SIZE_AFTER_DATA: u64 = 4;
const WORD: u64 = 8;
/// No memory is larger.
const MOST: u64 = 1 << 48;

/// The reader of a subclass of `Tensor`, whose calls run Python code: nothing is known of them.
pub(super) fn reader_of_subclass(ty: &Bound<'_, PyType>) -> Option<Reader> {
    let base = in_module(ty.py(), "torch", "Tensor")?;
    is_subtype(ty, &base).then_some(read_nothing)
}

/// `Tensor` and `Parameter`, but no other class.
pub(super) fn read_tensor(tensor: &Bound<'_, PyAny>, extents: &mut Extents) -> Option<()> {
    let py = tensor.py();
    // Such a mode runs Python code at each call.
    for name in [
        "_is_torch_function_mode_enabled",
        "_len_torch_function_stack",
    ] {
        if let Some(asks) = in_module(py, "torch._C", name)
            && asks.call0().ok()?.is_truthy().ok()?
        {
            return None;
        }
    }
    let device = device_of(tensor)?;
    let item: u64 = call(tensor, intern!(py, "element_size"), [])?
        .extract()
        .ok()?;
    let count: u64 = call(tensor, intern!(py, "numel"), [])?.extract().ok()?;
    if count == 0 {
        return Some(());
    }
    let offset: u64 = call(tensor, intern!(py, "storage_offset"), [])?
        .extract()
        .ok()?;
    let data: u64 = call(tensor, intern!(py, "data_ptr"), [])?.extract().ok()?;
    let start = data.checked_sub(offset.checked_mul(item)?)?;
    let shown = span(tensor, item)?.checked_add(offset.checked_mul(item)?)?;
    match storage_of(tensor, start, shown) {
        Some(storage) if start == 0 => {
            extents.on_device(
                &device,
                Some(Identity::Number(storage.address)),
                storage.bytes,
            );
        }
        Some(storage) => {
            extents.on_device(&device, Some(Identity::Address(start)), storage.bytes);
        }
        None if start == 0 => return None,
        None => extents.on_device(&device, Some(Identity::Address(start)), shown),
    }
    Some(())
}

/// `UntypedStorage`.
pub(super) fn read_storage(storage: &Bound<'_, PyAny>, extents: &mut Extents) -> Option<()> {
    let py = storage.py();
    let device = device_of(storage)?;
    let bytes: u64 = call(storage, intern!(py, "nbytes"), [])?.extract().ok()?;
    let data: u64 = call(storage, intern!(py, "data_ptr"), [])?.extract().ok()?;
    let identity = (data != 0).then_some(Identity::Address(data));
    extents.on_device(&device, identity, bytes);
    Some(())
}

/// The name of the device, as in `cuda:0`.
fn device_of(object: &Bound<'_, PyAny>) -> Option<String> {
    let py = object.py();
    let device = get(object, intern!(py, "device"))?;
    let kind: String = get(&device, intern!(py, "type"))?.extract().ok()?;
    if kind == "cpu" {
        return Some(MAIN_MEMORY.to_owned());
    }
    Some(match get_number(&device, intern!(py, "index")) {
        Some(number) => format!("{kind}:{number}"),
        None => kind,
    })
}

/// The bytes from the first item of a tensor to the end of its last one.
fn span(tensor: &Bound<'_, PyAny>, item: u64) -> Option<u64> {
    let py = tensor.py();
    let lengths: Vec<u64> = call(tensor, intern!(py, "size"), [])?.extract().ok()?;
    let strides: Vec<u64> = call(tensor, intern!(py, "stride"), [])?.extract().ok()?;
    let last = lengths
        .iter()
        .zip(&strides)
        .try_fold(0u64, |sum, (length, stride)| {
            sum.checked_add((length - 1).checked_mul(*stride)?)
        })?;
    (last + 1).checked_mul(item)
}

struct Storage {
    address: u64,
    bytes: u64,
}

/// The storage of a tensor, whose data are at an address and of at least this size.
fn storage_of(tensor: &Bound<'_, PyAny>, start: u64, shown: u64) -> Option<Storage> {
    let handle = in_module(tensor.py(), "torch._C", "_tensor_impl_raw_handle")?;
    let handle = handle.call1((tensor,)).ok()?;
    // SAFETY: the object is alive. A capsule has a name or none, and a pointer under this name.
    let tensor = unsafe {
        if ffi::PyCapsule_CheckExact(handle.as_ptr()) == 0 {
            return None;
        }
        let name = ffi::PyCapsule_GetName(handle.as_ptr());
        ffi::PyCapsule_GetPointer(handle.as_ptr(), name) as u64
    };
    for field in STORAGE_FIELD {
        let Some(address) = word_at(tensor + field * WORD) else {
            continue;
        };
        for data in DATA_FIELD {
            if word_at(address.checked_add(data * WORD)?) != Some(start) {
                continue;
            }
            let bytes = word_at(address + (data + SIZE_AFTER_DATA) * WORD);
            if let Some(bytes) = bytes.filter(|bytes| (shown..MOST).contains(bytes)) {
                return Some(Storage { address, bytes });
            }
        }
    }
    None
}

/// The word at an address; none where the address is not mapped, or where the system cannot tell.
fn word_at(address: u64) -> Option<u64> {
    if address == 0 || !address.is_multiple_of(WORD) {
        return None;
    }
    read_words::<1>(usize::try_from(address).ok()?).map(|[word]| word as u64)
}
