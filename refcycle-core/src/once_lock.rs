//! A cell that is initialized on first use, by any thread.

#[cfg(feature = "std")]
pub(crate) use std::sync::OnceLock;

#[cfg(not(feature = "std"))]
pub(crate) use without_std::OnceLock;

#[cfg(not(feature = "std"))]
mod without_std {
    use alloc::boxed::Box;

    use once_cell::race::OnceBox;

    /// Without a lock, threads cannot wait for each other: several may compute the value, and the
    /// first value is kept.
    #[derive(Debug)]
    pub(crate) struct OnceLock<T>(OnceBox<T>);

    impl<T> OnceLock<T> {
        pub(crate) const fn new() -> Self {
            Self(OnceBox::new())
        }

        pub(crate) fn get(&self) -> Option<&T> {
            self.0.get()
        }

        pub(crate) fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
            self.0.get_or_init(|| Box::new(make()))
        }
    }

    impl<T> Default for OnceLock<T> {
        fn default() -> Self {
            Self::new()
        }
    }

    impl<T> From<T> for OnceLock<T> {
        fn from(value: T) -> Self {
            Self(OnceBox::with_value(Box::new(value)))
        }
    }

    impl<T: Clone> Clone for OnceLock<T> {
        fn clone(&self) -> Self {
            self.get().cloned().map_or_else(Self::new, Self::from)
        }
    }
}
