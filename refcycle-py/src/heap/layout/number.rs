//! A number in a table: a constant that a test build can change.

/// An offset in bytes, or a value of a field.
#[derive(Clone, Copy)]
pub(in crate::heap) struct Number {
    value: usize,
    #[cfg(feature = "layout-overrides")]
    name: &'static str,
}

impl Number {
    #[cfg_attr(not(feature = "layout-overrides"), allow(unused_variables))]
    pub(super) const fn new(name: &'static str, value: usize) -> Self {
        Self {
            value,
            #[cfg(feature = "layout-overrides")]
            name,
        }
    }

    #[cfg(not(feature = "layout-overrides"))]
    #[inline(always)]
    pub(in crate::heap) const fn get(self) -> usize {
        self.value
    }

    #[cfg(feature = "layout-overrides")]
    pub(in crate::heap) fn get(self) -> usize {
        super::overrides::apply(self.name, self.value)
    }
}
