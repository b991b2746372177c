//! lxml: the tree of a document.
//!
//! libxml2 does not count the memory of a tree, so the tree is walked: the structs of its nodes and
//! attributes, and their texts. The names in it are in a dictionary that documents share, and are
//! not counted. lxml publishes the struct of a document for other extensions (`etreepublic`), and
//! libxml2 the structs of nodes.

use std::ffi::{CStr, c_char, c_int};

use pyo3::ffi;
use pyo3::prelude::*;

use super::extents::Extents;
use crate::heap::interpreter::has_one_thread;
use crate::heap::paused;

/// `LxmlDocument`.
#[repr(C)]
struct Document {
    ob_base: ffi::PyObject,
    vtable: *const u8,
    prefix_count: c_int,
    prefix_tail: *mut ffi::PyObject,
    tree: *const Node,
}

/// The fields that `xmlDoc`, `xmlNode` and `xmlAttr` have in common, and the contents of a node.
#[repr(C)]
struct Node {
    private: *mut ffi::PyObject,
    kind: c_int,
    name: *const c_char,
    children: *const Node,
    last: *const Node,
    parent: *const Node,
    next: *const Node,
    previous: *const Node,
    document: *const Node,
    namespace: *const u8,
    content: *const c_char,
    properties: *const Node,
}

const ELEMENT: c_int = 1;
const ATTRIBUTE: c_int = 2;
const TEXT: c_int = 3;
const CDATA: c_int = 4;
const ENTITY_REFERENCE: c_int = 5;
const PROCESSING_INSTRUCTION: c_int = 7;
const COMMENT: c_int = 8;
const DOCUMENT: c_int = 9;
const HTML_DOCUMENT: c_int = 13;

/// The sizes of `xmlDoc`, `xmlNode` and `xmlAttr`.
const DOCUMENT_SIZE: u64 = 176;
const NODE_SIZE: u64 = 120;
const ATTRIBUTE_SIZE: u64 = 96;

/// `_Document`. A parser changes its tree without the GIL, so a tree is walked only while there is no
/// other thread that could do this.
pub(super) fn read(document: &Bound<'_, PyAny>, extents: &mut Extents) -> Option<()> {
    // SAFETY: the type of a live object is alive.
    let basic = unsafe { (*document.get_type_ptr()).tp_basicsize };
    if (basic as usize) < size_of::<Document>() || !has_one_thread(document.py()) {
        return None;
    }
    let held = document.as_unbound();
    let bytes = paused(document.py(), |heap| {
        // SAFETY: the type is lxml's, whose struct begins like this.
        unsafe {
            let document = heap.see(held).as_ptr().cast::<Document>();
            let tree = (*document).tree;
            if tree.is_null() {
                return Some(0);
            }
            // The type says that it is a document, and the document says that it is its own.
            let is_document = matches!((*tree).kind, DOCUMENT | HTML_DOCUMENT);
            (is_document && (*tree).document == tree).then(|| DOCUMENT_SIZE + below(tree))
        }
    })?;
    extents.alone(bytes);
    Some(())
}

/// The bytes of all nodes below a node, which the walk passes in the order of the document.
///
/// # Safety
/// The node is that of a tree of libxml2 that does not change.
unsafe fn below(top: *const Node) -> u64 {
    let mut bytes = 0;
    // SAFETY: guaranteed by the caller: the links of a node lead to other nodes, or are null.
    unsafe {
        let mut node = (*top).children;
        while !node.is_null() {
            bytes += size_of_node(node);
            let has_children = (*node).kind == ELEMENT && !(*node).children.is_null();
            if has_children {
                node = (*node).children;
                continue;
            }
            while (*node).next.is_null() {
                node = (*node).parent;
                if node.is_null() || node == top {
                    return bytes;
                }
            }
            node = (*node).next;
        }
    }
    bytes
}

/// # Safety
/// As for [`below`].
unsafe fn size_of_node(node: *const Node) -> u64 {
    // SAFETY: guaranteed by the caller; which fields a node has depends on its kind.
    unsafe {
        match (*node).kind {
            ELEMENT => {
                let mut bytes = NODE_SIZE;
                let mut attribute = (*node).properties;
                while !attribute.is_null() && (*attribute).kind == ATTRIBUTE {
                    bytes += ATTRIBUTE_SIZE;
                    let mut text = (*attribute).children;
                    while !text.is_null() {
                        bytes += size_of_text(text);
                        text = (*text).next;
                    }
                    attribute = (*attribute).next;
                }
                bytes
            }
            TEXT | CDATA | COMMENT | PROCESSING_INSTRUCTION => size_of_text(node),
            ENTITY_REFERENCE => NODE_SIZE,
            _ => 0,
        }
    }
}

/// A node with its text. A short text, such as the line break and the spaces between elements, may
/// be stored in the node itself.
///
/// # Safety
/// As for [`below`].
unsafe fn size_of_text(node: *const Node) -> u64 {
    // SAFETY: guaranteed by the caller.
    unsafe {
        let content = (*node).content;
        let is_inside = content.cast() == (&raw const (*node).properties).cast::<u8>();
        if content.is_null() || is_inside {
            return NODE_SIZE;
        }
        NODE_SIZE + CStr::from_ptr(content).count_bytes() as u64 + 1
    }
}
