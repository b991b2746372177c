//! Answers: what an object retains, why it is alive.

mod arena_holders;
mod chain_names;
mod chain_order;
mod chain_signature;
mod chains;
mod firm_paths;
mod freed_sizes;
mod garbage;
mod garbage_sources;
mod groups;
mod holder_ranks;
mod holder_view;
mod holding_order;
mod holding_walk;
mod ignored;
mod made_anew;
mod nearest_modules;
mod net_growth;
mod net_sides;
mod object_types;
mod openings;
mod other_holders;
mod owners;
mod program_parts;
mod reference_names;
mod suspects;
mod waste;

pub(crate) use arena_holders::arena_holders;
pub(crate) use chains::{Chain, Liveness, Taken, held_from_outside, why};
pub(crate) use garbage::Garbage;
pub(crate) use groups::{
    HolderGroup, HolderGroups, holder_groups, holder_groups_beside, named_at_the_end,
};
pub(crate) use nearest_modules::NearestModules;
pub(crate) use net_growth::{Earlier, NetGrowth, UNCHANGING, net_growth};
pub(crate) use object_types::ObjectTypes;
pub(crate) use owners::{NamedPath, ObjectNames};
pub(crate) use suspects::{Suspect, suspects};
pub(crate) use waste::{waste, wasted_by};
