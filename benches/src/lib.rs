//! The benchmark house: graphs to measure on, problems with our answer and the peers', and
//! a contest that times them in turns.
//!
//! `benches/table.sh` makes all tables of `docs/performance.md`; `table --help` tells what
//! can be chosen. The peers with many dependencies are in `benches/peers`, a crate outside
//! the workspace that adds them to the same program.

pub mod baselines;
pub mod case;
pub mod catalogue;
pub mod contest;
mod generators;
pub mod kernels;
pub mod memory;
pub mod one_way;
pub mod problems;
pub mod raw;
mod report;
pub mod table;

pub use generators::Generator;
