//! The parts that the main memory of the process consists of. Their sum is what the system reports.

use rustc_hash::FxHashMap;

use crate::heap::{MappingKind, Placement, ProcessState};

/// The bytes of each part in main memory.
#[derive(Default)]
pub(super) struct Parts {
    objects: u64,
    /// What the allocators need for the blocks of objects: headers and rounding.
    overhead: u64,
    /// Blocks in arenas that belong to no object.
    internals: Option<u64>,
    free_in_arenas: Option<u64>,
    free_in_malloc: Option<u64>,
    of_system: Option<OfSystem>,
    /// Bytes of objects that are not in main memory, if the system says which are.
    not_resident: u64,
    /// Beside the buffers of libraries, by the name of the library.
    pub(super) beside_buffers: Vec<(&'static str, u64)>,
    /// By name, the largest first.
    pub(super) libraries: Vec<(String, u64)>,
    pub(super) files: Vec<(String, u64)>,
    pub(super) stack_count: Option<u64>,
    /// The part of the rest that is in blocks of `malloc`.
    pub(super) unseen_in_malloc: Option<u64>,
}

/// What the system reports.
struct OfSystem {
    libraries: u64,
    stacks: u64,
    files: u64,
    shared: u64,
    devices: u64,
    kernel: u64,
    beside_buffers: u64,
    own: u64,
    unseen: u64,
}

impl Parts {
    /// `beside_buffers` are the bytes of libraries with allocators of their own.
    pub(super) fn new(
        state: &ProcessState,
        placement: &Placement,
        beside_buffers: Vec<(&'static str, u64)>,
    ) -> Self {
        let in_mappings: u64 = placement.in_mappings.values().sum();
        let mut parts = Self {
            objects: placement.in_arenas + placement.elsewhere + in_mappings,
            overhead: placement.slack_in_arenas + placement.slack_elsewhere,
            not_resident: placement.untouched,
            beside_buffers,
            ..Self::default()
        };
        if let Some(arenas) = &state.arenas {
            let arenas = &arenas.all;
            let used: u64 = arenas.iter().map(|arena| arena.used).sum();
            let seen = placement.in_arenas + placement.slack_in_arenas;
            parts.internals = Some(used.saturating_sub(seen));
            // The rounding of tables is an estimate.
            parts.overhead -= seen.saturating_sub(used).min(placement.slack_in_arenas);
            parts.overhead += arenas.iter().map(|arena| arena.headers).sum::<u64>();
            parts.free_in_arenas = Some(arenas.iter().map(|arena| arena.free()).sum());
        }
        if state.mappings.is_some() {
            parts.read_mappings(state, placement);
        }
        parts
    }

    fn read_mappings(&mut self, state: &ProcessState, placement: &Placement) {
        let of = |kind| state.resident_of(kind);
        let bytes = |ranges: &[(std::ops::Range<usize>, u64)]| -> u64 {
            ranges.iter().map(|(_, bytes)| bytes).sum()
        };
        let (own, of_threads) = (bytes(&state.own), bytes(&state.stacks));
        let arenas = state.arenas.iter().flat_map(|arenas| &arenas.all);
        let known = own + of_threads + arenas.map(|arena| arena.resident).sum::<u64>();
        // What is left of memory without a name.
        let mut rest = of(MappingKind::Anonymous).saturating_sub(known);
        let mut take = |bytes: u64| {
            let taken = bytes.min(rest);
            rest -= taken;
            taken
        };
        let missing = placement.elsewhere - take(placement.elsewhere);
        self.objects -= missing;
        self.not_resident += missing;
        let slack = placement.slack_elsewhere;
        self.overhead -= slack - take(slack);
        self.free_in_malloc = state.free_in_native_heap().map(&mut take);
        for (_, bytes) in &mut self.beside_buffers {
            *bytes = take(*bytes);
        }
        self.libraries = by_name(state, MappingKind::Library, &FxHashMap::default());
        self.files = by_name(state, MappingKind::File, &placement.in_mappings);
        self.stack_count = Some(1 + state.stacks.len() as u64);
        let used = state.native_heap.map(|heap| heap.used);
        let seen = placement.elsewhere + placement.slack_elsewhere;
        self.unseen_in_malloc = used.map(|used| used.saturating_sub(seen).min(rest));
        let sum = |named: &[(String, u64)]| named.iter().map(|(_, bytes)| bytes).sum();
        let less_objects = |kind| -> u64 {
            let named = by_name(state, kind, &placement.in_mappings);
            sum(&named)
        };
        self.of_system = Some(OfSystem {
            libraries: sum(&self.libraries),
            stacks: of(MappingKind::Stack) + of_threads,
            files: sum(&self.files),
            shared: less_objects(MappingKind::Shared),
            devices: less_objects(MappingKind::Device),
            kernel: of(MappingKind::Kernel),
            beside_buffers: self.beside_buffers.iter().map(|(_, bytes)| bytes).sum(),
            own,
            unseen: rest,
        });
    }

    /// The bytes of objects that are not in main memory; `None` if they are unknown.
    pub(super) fn not_resident(&self) -> Option<u64> {
        self.of_system.as_ref().map(|_| self.not_resident)
    }

    /// The name and the bytes of each part; `None` if they are unknown.
    pub(super) fn named(&self) -> [(&'static str, Option<u64>); 14] {
        let of_system = self.of_system.as_ref();
        let system = |bytes: fn(&OfSystem) -> u64| of_system.map(bytes);
        [
            ("objects", Some(self.objects)),
            ("allocator_overhead", Some(self.overhead)),
            ("interpreter", self.internals),
            ("free_in_arenas", self.free_in_arenas),
            ("free_in_malloc", self.free_in_malloc),
            ("beside_buffers", system(|of| of.beside_buffers)),
            ("libraries", system(|of| of.libraries)),
            ("stacks", system(|of| of.stacks)),
            ("files", system(|of| of.files)),
            ("shared_memory", system(|of| of.shared)),
            ("devices", system(|of| of.devices)),
            ("kernel", system(|of| of.kernel)),
            ("refcycle", system(|of| of.own)),
            ("unseen", system(|of| of.unseen)),
        ]
    }
}

/// The resident bytes of the mappings of a kind by their name, the largest first, without those
/// that belong to objects.
fn by_name(
    state: &ProcessState,
    kind: MappingKind,
    of_objects: &FxHashMap<usize, u64>,
) -> Vec<(String, u64)> {
    let mut found: FxHashMap<&str, u64> = FxHashMap::default();
    for mapping in state.mappings.iter().flatten() {
        if mapping.kind == kind {
            let of_objects = of_objects.get(&mapping.range.start).copied();
            let bytes = mapping.resident.saturating_sub(of_objects.unwrap_or(0));
            *found.entry(&mapping.name).or_default() += bytes;
        }
    }
    let mut found: Vec<_> = found
        .into_iter()
        .map(|(name, bytes)| (name.to_owned(), bytes))
        .collect();
    found.retain(|&(_, bytes)| bytes > 0);
    found.sort_by(|one, other| (other.1, &one.0).cmp(&(one.1, &other.0)));
    found
}

/// The bytes that were written to the swap space.
pub(super) fn swapped(state: &ProcessState) -> Option<u64> {
    let mappings = state.mappings.as_ref()?;
    Some(mappings.iter().map(|mapping| mapping.swapped).sum())
}
