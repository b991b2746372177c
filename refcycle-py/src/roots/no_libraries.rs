//! The variables of loaded libraries: only Linux tells where they are.

use pyo3::prelude::*;

use super::credits::Credits;

pub(super) fn explain(_py: Python<'_>, _credits: &mut Credits<'_>) {}

pub(super) fn explain_static_objects(_py: Python<'_>, _credits: &mut Credits<'_>) {}
