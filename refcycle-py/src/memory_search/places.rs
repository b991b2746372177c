//! What contains the address of an object.

use std::ops::Range;

use pyo3::exceptions::PyValueError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyType;
use refcycle_core::VertexId;

use super::answer::MemoryPlace;
use super::owners::{Owner, Owners};
use super::stacks::{Stack, stacks};
use crate::annotate::{Values, dotted, object_name};
use crate::engine::Engine;
use crate::heap::{
    Block, FrameMemory, Kind, Mapping, RawMemory, SmallBlocks, frame_function, frame_memory,
    heap_blocks, interpreter_states, large_array, large_block, layout, mapping_of, paused,
};
use crate::interrupt::Checkpoint;
use crate::modules;
use crate::roots::Libraries;

const WORD: usize = size_of::<usize>();

/// The places among these addresses that may hold the vertex.
pub(super) fn places(
    py: Python<'_>,
    engine: &Engine,
    v: VertexId,
    memory: &RawMemory,
    maps: &[Mapping],
    found: Vec<usize>,
) -> PyResult<Vec<MemoryPlace>> {
    // Before anything is allocated in memory that was free during the search.
    let blocks = blocks_of(memory, maps, &found);
    let ty = paused(py, |heap| {
        let object = heap.see(&engine.objects()[v.index()]);
        (Kind::of(object) == Kind::Type).then(|| Kind::is_compiled_type(object))
    });
    let mut classes = Classes {
        py,
        engine,
        memory,
        maps,
        ty,
        libraries: Libraries::new(maps),
        stacks: stacks(py, maps)?,
        frames: frame_memory(py, memory)?,
        owners: Owners::new(py, engine, v, memory)?,
        callers: callers(py)?,
        interpreters: interpreter_states(py),
    };
    let mut places = Vec::new();
    let mut checkpoint = Checkpoint::new();
    for (address, block) in found.into_iter().zip(blocks) {
        checkpoint.step(py)?;
        if let Some((kind, name)) = classes.place(address, block) {
            places.push(MemoryPlace {
                kind,
                name,
                address,
            });
        }
    }
    // Each reference that the graph shows is somewhere in memory too.
    let unknown = places.iter().filter(|place| place.kind == HEAP).count();
    if unknown <= classes.owners.unplaced() {
        places.retain(|place| place.kind != HEAP);
    }
    Ok(places)
}

const HEAP: &str = "heap";

/// The blocks of the allocators in which these addresses are.
fn blocks_of(memory: &RawMemory, maps: &[Mapping], found: &[usize]) -> Vec<Block> {
    let mut blocks = large_array();
    let mut small = SmallBlocks::new(memory);
    blocks.extend(found.iter().map(|&address| small.block(address)));
    let Some(heap) = maps.iter().find(|mapping| mapping.name == "[heap]") else {
        return blocks;
    };
    let first = found.partition_point(|&address| address < heap.range.start);
    let last = found.partition_point(|&address| address < heap.range.end);
    let known = heap_blocks(memory, heap, &found[first..last]);
    for (block, known) in blocks[first..last].iter_mut().zip(known) {
        if *block == Block::Unknown {
            *block = known;
        }
    }
    blocks
}

/// What is known about the memory of the process.
struct Classes<'a, 'py> {
    py: Python<'py>,
    engine: &'a Engine,
    memory: &'a RawMemory,
    maps: &'a [Mapping],
    /// Whether the object is a type, and whether it is compiled in.
    ty: Option<bool>,
    libraries: Libraries<'a>,
    stacks: Vec<Stack>,
    frames: Vec<FrameMemory>,
    owners: Owners<'a>,
    /// The addresses of the frames that called this package: the object was an argument.
    callers: Vec<usize>,
    /// The states of interpreters. Their references have names of their own, or are borrowed or
    /// left over in lists of free objects.
    interpreters: [usize; 2],
}

/// The kind of a place, and its name.
type Named = (&'static str, String);

impl Classes<'_, '_> {
    /// What contains an address; `None` if it does not hold the object, or the graph shows that.
    fn place(&mut self, address: usize, block: Block) -> Option<Named> {
        match block {
            Block::Free => return None,
            Block::Used(block) => return self.in_block(&block, address),
            Block::Unknown => {}
        }
        if self.libraries.contains(address) {
            let holds = self.libraries.holds(self.memory, address, self.ty.as_ref());
            return holds.then(|| ("variable", self.libraries.name(address)));
        }
        if self.frames.iter().any(|one| one.chunk.contains(&address)) {
            return self.in_frames(address);
        }
        if let Some(stack) = self.stacks.iter().find(|stack| stack.contains(address)) {
            return stack.is_used(address).then(|| ("stack", stack.name()));
        }
        let mapping = mapping_of(self.maps, address)?;
        match large_block(self.memory, mapping) {
            Block::Used(block) if block.contains(&address) => self.in_block(&block, address),
            _ => Some(match (&*mapping.name, mapping.file()) {
                ("[heap]", _) => (HEAP, "memory of the C heap".to_owned()),
                ("", _) => ("mapped", "mapped memory".to_owned()),
                (_, Some(file)) => ("mapped", format!("mapped memory of the file {file}")),
                (name, None) => ("mapped", format!("mapped memory {name}")),
            }),
        }
    }

    fn in_block(&mut self, block: &Range<usize>, address: usize) -> Option<Named> {
        if self.interpreters.iter().any(|state| block.contains(state)) {
            return None;
        }
        match self.owners.owner(block, address) {
            Owner::Explained | Owner::Nobody => None,
            Owner::Object(owner) => self.in_object(owner, address),
            Owner::Unknown => match self.unlisted(block, address) {
                Some(Unlisted::Dead) => None,
                Some(Unlisted::Of(type_name)) => Some((
                    "field",
                    format!("object of type {type_name}, which is not in the graph"),
                )),
                None if is_freed_table(self.memory, block) => None,
                None => Some((HEAP, format!("C heap block of {} bytes", block.len()))),
            },
        }
    }

    /// An object that is not in the graph, if the block looks like one.
    fn unlisted(&mut self, block: &Range<usize>, address: usize) -> Option<Unlisted> {
        // After nothing, the header of the collector, or that and two words.
        for before in [0, 2, 4] {
            let start = block.start + before * WORD;
            let mut header = [0; 2];
            let count = self.memory.copy(start, &mut header).unwrap_or(0);
            let [references, ty] = header;
            if count < 2 || address < start + 2 * WORD {
                continue;
            }
            if holds_nothing_at(self.memory, start, ty, address) {
                return Some(Unlisted::Dead);
            }
            let Some(name) = self.type_name_at(ty) else {
                continue;
            };
            if is_behind(self.memory, start, ty, address) {
                return Some(Unlisted::Dead);
            }
            let is_weak = name == "weakref" || name.ends_with("ReferenceType");
            let is_frame = cfg!(Py_3_11) && name == "frame";
            let is_dead = is_freed(self.memory, references, ty, !0) || is_weak || is_frame;
            return Some(match is_dead {
                true => Unlisted::Dead,
                false => Unlisted::Of(name),
            });
        }
        None
    }

    /// A place among the frames of a thread. The graph shows their variables, and since 3.14 their
    /// stacks of values; the rest is left over.
    fn in_frames(&self, address: usize) -> Option<Named> {
        if layout::frame_stacks_are_known() {
            return None;
        }
        let frame = self
            .frames
            .iter()
            .find(|one| one.range.contains(&address))?;
        let start = frame.frame.as_ptr() as usize;
        let is_explained = self
            .owners
            .vertex_at(start)
            .is_none_or(|v| self.owners.refers(v));
        (!is_explained && !self.callers.contains(&start))
            .then(|| value_stack(self.py, &frame.frame))
    }

    /// An object of the graph that does not show a reference.
    fn in_object(&self, owner: VertexId, address: usize) -> Option<Named> {
        let object = &self.engine.objects()[owner.index()];
        let start = object.as_ptr() as usize;
        let (kind, ty) = paused(self.py, |heap| {
            let object = heap.see(object);
            (Kind::of(object), object.ty().address())
        });
        if is_behind(self.memory, start, ty, address) {
            return None;
        }
        match kind {
            // It does not hold its referent.
            Kind::WeakReference => None,
            // The graph shows what a frame holds. A frame object that does not hold it itself has
            // space for it, in which there may be anything.
            Kind::Frame if cfg!(Py_3_11) => None,
            Kind::Frame if self.callers.contains(&(object.as_ptr() as usize)) => None,
            Kind::Frame => Some(value_stack(self.py, object)),
            _ => {
                let name = self.name(owner);
                let offset = address.checked_sub(object.as_ptr() as usize);
                let field = offset.map_or_else(
                    || format!("field before {name}"),
                    |offset| format!("field at byte {offset} of {name}"),
                );
                Some(("field", field))
            }
        }
    }

    /// The name of the type at an address, if there is one.
    fn type_name_at(&mut self, address: usize) -> Option<String> {
        if let Some(v) = self.owners.vertex_at(address) {
            return paused(self.py, |heap| {
                let ty = heap.see(&self.engine.objects()[v.index()]);
                (Kind::of(ty) == Kind::Type).then(|| dotted(ty))
            });
        }
        let meta = self.py.get_type::<PyType>().as_ptr() as usize;
        let is_type =
            self.libraries.contains(address) && self.memory.word(address + WORD) == Some(meta);
        // `tp_name` comes after the three words of the header.
        let name = self.memory.word(address + 3 * WORD).filter(|_| is_type)?;
        let mut words = [0; 16];
        self.memory.copy(name, &mut words).ok()?;
        let bytes = words.iter().flat_map(|word| word.to_ne_bytes());
        let bytes: Vec<_> = bytes.take_while(|&byte| byte != 0).collect();
        String::from_utf8(bytes)
            .ok()
            .filter(|name| !name.is_empty())
    }

    fn name(&self, v: VertexId) -> String {
        paused(self.py, |heap| {
            let name = object_name(heap.see(&self.engine.objects()[v.index()]), Values::Shown);
            name.to_string().replace('\n', " ")
        })
    }
}

/// The addresses of the frame that called this package and of the one that called that: the object
/// was an argument.
fn callers(py: Python<'_>) -> PyResult<Vec<usize>> {
    let mut frame = match modules::attribute(py, "sys", "_getframe")?.call0() {
        Ok(frame) => frame,
        // No Python code called it.
        Err(error) if error.is_instance_of::<PyValueError>(py) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = vec![frame.as_ptr() as usize];
    frame = frame.getattr("f_back")?;
    found.push(frame.as_ptr() as usize);
    Ok(found)
}

fn value_stack(py: Python<'_>, frame: &Py<PyAny>) -> Named {
    let function = paused(py, |heap| frame_function(heap.see(frame)));
    let function = function.unwrap_or_else(|| "a function".to_owned());
    (
        "call",
        format!("value stack of {function}, in a running call"),
    )
}

/// An object that is not in the graph.
enum Unlisted {
    /// It was freed and waits for its memory to be used again, or it does not hold its referent.
    Dead,
    /// An object of the type with this name.
    Of(String),
}

/// Whether an address is behind an object, in the rest of its block, which is not used: allocators
/// round sizes up. Not so for types whose objects have any size.
fn is_behind(memory: &RawMemory, start: usize, ty: usize, address: usize) -> bool {
    /// `Py_TPFLAGS_INLINE_VALUES`, since 3.13: the values of attributes follow the struct.
    const INLINE_VALUES: usize = 1 << 2;
    /// Of a type, up to its flags; before them come `tp_basicsize` and `tp_itemsize`.
    const WORDS: usize = 22;

    let mut words = [0; WORDS];
    let is_read = memory
        .copy(ty, &mut words)
        .is_ok_and(|count| count == WORDS);
    let (size, item, flags) = (words[4], words[5], words[WORDS - 1]);
    let has_values = cfg!(Py_3_13) && flags & INLINE_VALUES != 0;
    if !is_read || size == 0 || has_values {
        return false;
    }
    let is = |known: *mut ffi::PyTypeObject| ty == known as usize;
    let items = match item {
        0 => 0,
        _ if is(&raw mut ffi::PyTuple_Type) || is(&raw mut ffi::PyCode_Type) => {
            let len = memory.word(start + 2 * WORD).unwrap_or(usize::MAX);
            item.saturating_mul(len)
        }
        _ => return false,
    };
    address >= start.saturating_add(size).saturating_add(items)
}

/// Whether an object holds no other where this address is: a text or a number, or a tuple that ends
/// before it.
fn holds_nothing_at(memory: &RawMemory, start: usize, ty: usize, address: usize) -> bool {
    let is = |known: *mut ffi::PyTypeObject| ty == known as usize;
    if is(&raw mut ffi::PyTuple_Type) {
        return is_behind(memory, start, ty, address);
    }
    is(&raw mut ffi::PyUnicode_Type)
        || is(&raw mut ffi::PyBytes_Type)
        || is(&raw mut ffi::PyLong_Type)
        || is(&raw mut ffi::PyFloat_Type)
        || is(&raw mut ffi::PyComplex_Type)
}

/// Whether a list of free objects has this one, whose first two words are given: the first is no
/// count of references, but 0 or, since 3.14, the address of the next, which is of the same kind.
fn is_freed(memory: &RawMemory, first: usize, kind: usize, mask: usize) -> bool {
    let next = || memory.word(first.checked_add(WORD)?);
    first == 0 || cfg!(Py_3_14) && next().is_some_and(|next| (next ^ kind) & mask == 0)
}

/// Whether the block is the table of a dict that was freed, which CPython keeps for the next dict: a
/// table of 8 places.
fn is_freed_table(memory: &RawMemory, block: &Range<usize>) -> bool {
    let mut words = [0; 2];
    let is_read = memory
        .copy(block.start, &mut words)
        .is_ok_and(|count| count == 2);
    let size = if cfg!(Py_3_11) { 0x0303 } else { 8 };
    let is_table = is_read && words[1] & 0xffff == size && block.len() <= 256;
    is_table && is_freed(memory, words[0], size, 0xffff)
}
