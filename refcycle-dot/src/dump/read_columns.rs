//! Collects the columns of a file, part by part.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::types::{UInt32Type, UInt64Type};
use arrow_array::{
    Array, DictionaryArray, LargeStringArray, ListArray, PrimitiveArray, RecordBatch, StringArray,
    StructArray,
};
use refcycle_core::{CsrGraph, EdgeId, VertexId};

use super::arrays::{column, lengths, values};
use super::builder::HeapDumpBuilder;
use super::error::DumpError;
use super::later::Later;
use super::names::{Naming, ObjectKinds, extend_kinds};
use super::states::States;
use super::texts::TextsBuilder;
use super::waste::Waste;
use super::weak::WeakReference;
use super::{HeapDump, Holder, UNKNOWN, columns, unknown, weak};
use crate::names::{NameId, ObjectKind, ReferenceKind};
use crate::roots::Group;

/// The number of rows that are named at a time.
const ROWS: usize = 1 << 17;

/// The columns of the rows so far.
#[derive(Default)]
pub(super) struct Columns {
    addresses: Vec<u64>,
    /// The numbers of the rows after each part.
    ends: Vec<usize>,
    has_names: bool,
    types: TextsBuilder,
    labels: TextsBuilder,
    kinds: Option<ObjectKinds>,
    sizes: Vec<u64>,
    reference_counts: Vec<u32>,
    offsets: Vec<u32>,
    heads: Vec<u32>,
    reference_labels: TextsBuilder,
    reference_kinds: Option<Vec<Option<ReferenceKind>>>,
    naming: Option<Naming>,
    uncounted: Vec<u32>,
    states: States,
    allocated: TextsBuilder,
    waste: Option<Waste>,
    weak: Vec<WeakReference>,
    unknown_sizes: Option<Vec<u32>>,
    roots: Vec<Holder>,
}

impl Columns {
    /// All columns of a file of this format; the default is without names.
    pub(super) fn new(format: u32) -> Self {
        let has_kinds = format > 1;
        Self {
            has_names: true,
            kinds: has_kinds.then(ObjectKinds::default),
            reference_kinds: has_kinds.then(Vec::new),
            ..Self::default()
        }
    }

    /// The number of rows so far.
    pub(super) fn len(&self) -> usize {
        self.addresses.len()
    }

    /// Adds a part.
    pub(super) fn take(&mut self, batch: &RecordBatch) -> Result<(), DumpError> {
        let first = self.addresses.len();
        if self.offsets.is_empty() {
            self.offsets.push(0);
        }
        let addresses = column::<PrimitiveArray<UInt64Type>>(batch, columns::ADDRESS)?;
        let sizes = column::<PrimitiveArray<UInt64Type>>(batch, columns::SIZE)?;
        if addresses.null_count() + sizes.null_count() > 0 {
            return Err(DumpError::malformed("an object has no address or no size"));
        }
        self.addresses.extend_from_slice(addresses.values());
        self.sizes.extend_from_slice(sizes.values());
        self.types.extend(column(batch, columns::TYPE)?)?;
        if self.has_names {
            self.labels.extend(column(batch, columns::LABEL)?)?;
        }
        if let Some(known) = &mut self.kinds {
            let kinds = column(batch, columns::KIND)?;
            extend_kinds(&mut known.kinds, kinds, ObjectKind::from_word)?;
            known.names.extend(column(batch, columns::NAME)?)?;
            for (texts, name) in [
                (&mut known.places, columns::PLACE),
                (&mut known.abouts, columns::ABOUT),
            ] {
                if batch.column_by_name(name).is_some() {
                    texts.extend(column(batch, name)?)?;
                }
            }
        }
        let counts = column::<PrimitiveArray<UInt32Type>>(batch, columns::REFERENCE_COUNT)?;
        self.reference_counts
            .extend(counts.iter().map(|count| count.unwrap_or(UNKNOWN)));
        let states = column::<StringArray>(batch, columns::STATE)?;
        if states.null_count() < states.len() {
            for (row, state) in (first..).map(VertexId::from_index).zip(states) {
                if let Some(state) = state {
                    self.states.push(row, state);
                }
            }
        }
        if batch.column_by_name(columns::ALLOCATED).is_some() {
            self.allocated.extend(column(batch, columns::ALLOCATED)?)?;
        }
        if batch.column_by_name(columns::WASTE).is_some()
            && batch.column_by_name(columns::SAVED).is_some()
        {
            self.take_waste(batch, first)?;
        }
        let referents = column::<ListArray>(batch, columns::REFERENTS)?;
        let heads = values::<PrimitiveArray<UInt32Type>>(referents)?;
        if referents.null_count() + heads.null_count() > 0 {
            return Err(DumpError::malformed(
                "the references of an object are missing",
            ));
        }
        if self.has_names {
            self.take_reference_names(batch, referents)?;
        }
        self.heads.extend_from_slice(heads.values());
        let too_many = || DumpError::malformed("it has more than 2^32 - 1 references");
        if self.heads.len() > u32::MAX as usize {
            return Err(too_many());
        }
        let mut end = *self.offsets.last().expect("there is one at least");
        for length in lengths(referents) {
            end = u32::try_from(length)
                .ok()
                .and_then(|length| end.checked_add(length))
                .ok_or_else(too_many)?;
            self.offsets.push(end);
        }
        self.ends.push(self.offsets.len() - 1);
        self.take_uncounted(column(batch, columns::UNCOUNTED)?, first)?;
        if batch.column_by_name(columns::WEAK_OWNERS).is_some() {
            let lists = column(batch, columns::WEAK_OWNERS)?;
            weak::take(lists, &self.offsets[first..], &mut self.weak)?;
        }
        if batch.column_by_name(columns::HAS_UNKNOWN_SIZE).is_some() {
            let known = self.unknown_sizes.get_or_insert_default();
            unknown::take(column(batch, columns::HAS_UNKNOWN_SIZE)?, first, known);
        }
        self.take_roots(column(batch, columns::ROOTS)?, first)
    }

    fn take_reference_names(
        &mut self,
        batch: &RecordBatch,
        referents: &ListArray,
    ) -> Result<(), DumpError> {
        let labels = column::<ListArray>(batch, columns::REFERENCE_LABELS)?;
        if labels.null_count() > 0 || !lengths(referents).eq(lengths(labels)) {
            return Err(DumpError::malformed("not every reference has a label"));
        }
        self.reference_labels.extend(&values(labels)?)?;
        if let Some(known) = &mut self.reference_kinds {
            let lists = column::<ListArray>(batch, columns::REFERENCE_KINDS)?;
            let kinds = values::<DictionaryArray<UInt32Type>>(lists)?;
            if lists.null_count() > 0 || !lengths(lists).eq(lengths(labels)) {
                return Err(DumpError::malformed("not every reference has a kind"));
            }
            extend_kinds(known, &kinds, ReferenceKind::from_word)?;
        }
        Ok(())
    }

    fn take_waste(&mut self, batch: &RecordBatch, first: usize) -> Result<(), DumpError> {
        let waste = self.waste.get_or_insert_default();
        let kinds = column::<DictionaryArray<UInt32Type>>(batch, columns::WASTE)?;
        let texts = kinds.values().as_any().downcast_ref::<LargeStringArray>();
        let texts: Vec<_> = texts.into_iter().flatten().collect();
        let kind = |key: Option<u32>| match key.map(|key| texts.get(key as usize)) {
            Some(Some(&Some(kind))) => Ok(Some(kind)),
            None => Ok(None),
            Some(_) => Err(DumpError::malformed("a row refers to a missing text")),
        };
        let saved = column::<PrimitiveArray<UInt64Type>>(batch, columns::SAVED)?;
        let rows = (first..).map(VertexId::from_index);
        for ((row, key), saved) in rows.zip(kinds.keys()).zip(saved) {
            match (kind(key)?, saved) {
                (Some(kind), Some(saved)) => waste.push(row, kind, saved),
                (None, None) => {}
                _ => return Err(DumpError::malformed("a waste has no kind or no bytes")),
            }
        }
        Ok(())
    }

    fn take_uncounted(&mut self, lists: &ListArray, first: usize) -> Result<(), DumpError> {
        let places = values::<PrimitiveArray<UInt32Type>>(lists)?;
        if places.null_count() > 0 {
            return Err(DumpError::malformed("a reference has no number"));
        }
        if places.is_empty() {
            return Ok(());
        }
        let mut next = places.values().iter();
        for (row, length) in (first..).zip(lengths(lists)) {
            let (start, end) = (self.offsets[row], self.offsets[row + 1]);
            for &place in next.by_ref().take(length) {
                match start.checked_add(place).filter(|&edge| edge < end) {
                    Some(edge) => self.uncounted.push(edge),
                    None => return Err(DumpError::malformed("a reference is missing")),
                }
            }
        }
        Ok(())
    }

    fn take_roots(&mut self, lists: &ListArray, first: usize) -> Result<(), DumpError> {
        let roots = values::<StructArray>(lists)?;
        let text = |name: &str| {
            let column = roots.column_by_name(name)?;
            column.as_any().downcast_ref::<StringArray>().cloned()
        };
        let (Some(groups), Some(holders)) = (text("group"), text("holder")) else {
            return Err(DumpError::malformed("the roots have no names"));
        };
        if roots.null_count() + groups.null_count() + holders.null_count() > 0 {
            return Err(DumpError::malformed("a root has no name"));
        }
        if roots.is_empty() {
            return Ok(());
        }
        let mut next = 0..roots.len();
        for (row, length) in (first..).zip(lengths(lists)) {
            for place in next.by_ref().take(length) {
                let group = Group::from_word(groups.value(place)).ok_or_else(|| {
                    DumpError::malformed(format!(
                        "a root has an unknown group: {}",
                        groups.value(place)
                    ))
                })?;
                self.roots.push(Holder {
                    vertex: VertexId::from_index(row),
                    group,
                    name: holders.value(place).to_owned(),
                });
            }
        }
        Ok(())
    }

    /// Creates the names of some more rows; returns whether there may be more.
    pub(super) fn name_next(&mut self) -> bool {
        let naming = self.naming.get_or_insert_with(|| {
            let labels = std::mem::take(&mut self.labels);
            Naming::new(labels, std::mem::take(&mut self.reference_labels))
        });
        let objects = naming.next_objects(ROWS, &self.types, self.kinds.as_ref());
        let references = naming.next_references(ROWS, self.reference_kinds.as_deref());
        objects + references > 0
    }

    /// The dump. The names are those of the rows, unless they are read later.
    pub(super) fn finish(
        mut self,
        mut metadata: BTreeMap<String, String>,
        later: Option<Later>,
        is_cut_off: bool,
    ) -> Result<HeapDump, DumpError> {
        if later.is_none() {
            while self.name_next() {}
        }
        let mut naming = self.naming.take().unwrap_or_default();
        let later = later.map(|later| later.names(std::mem::take(&mut self.ends)));
        if self.offsets.is_empty() {
            self.offsets.push(0);
        }
        let rows = self.offsets.len() - 1;
        if is_cut_off {
            let lost = self.leave_out_lost(rows, &mut naming.references);
            metadata.insert("lost_references".to_owned(), lost.to_string());
        }
        if let Some(head) = self.heads.iter().find(|&&head| head as usize >= rows) {
            return Err(DumpError::malformed(format!(
                "a reference leads to object {head}, and there are {rows}"
            )));
        }
        let graph = CsrGraph::from_parts(self.offsets, self.heads)
            .map_err(|error| DumpError::malformed(error.to_string()))?;
        let dump = HeapDumpBuilder {
            graph: Arc::new(graph),
            addresses: self.addresses,
            types: self.types,
            names: naming.names,
            object_names: naming.objects,
            sizes: self.sizes,
            reference_counts: self.reference_counts,
            reference_names: naming.references,
            later: later.transpose()?,
            uncounted: self.uncounted,
            states: self.states,
            allocated: self.allocated,
            waste: self.waste,
            weak: self.weak,
            unknown_sizes: self.unknown_sizes,
            roots: self.roots,
            metadata,
        };
        dump.finish(DumpError::Malformed)
    }

    /// Leaves out the references to objects that come after these rows; returns their number.
    fn leave_out_lost(&mut self, rows: usize, names: &mut Vec<NameId>) -> usize {
        let all = self.heads.len();
        // For each reference, how many before it stay.
        let mut places = Vec::with_capacity(all + 1);
        let mut kept = 0;
        for &head in &self.heads {
            places.push(kept);
            kept += u32::from((head as usize) < rows);
        }
        places.push(kept);
        let stays = |edge: u32| places[edge as usize] < places[edge as usize + 1];
        let mut edges = 0..;
        names.retain(|_| edges.next().is_some_and(stays));
        self.heads.retain(|&head| (head as usize) < rows);
        for offset in &mut self.offsets {
            *offset = places[*offset as usize];
        }
        self.uncounted.retain(|&edge| stays(edge));
        for edge in &mut self.uncounted {
            *edge = places[*edge as usize];
        }
        self.weak
            .retain(|weak| stays(weak.edge.number()) && weak.owner.index() < rows);
        for weak in &mut self.weak {
            weak.edge = EdgeId::new(places[weak.edge.index()]);
        }
        all - self.heads.len()
    }
}
