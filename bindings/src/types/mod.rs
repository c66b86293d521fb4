//! Mirrors of the contract's types, in shapes that Kotlin can use; conversions only, never a decision.
//!
//! Each mirror bears the name of its twin in `rescue_core`, where its meaning is written down. Every conversion
//! names every variant and field, so a change of the contract that is not mirrored here does not compile.
//!
//! * Addresses, peers and UUIDs are texts, bytes are byte arrays, keys are hex digits.
//! * Numbers that Android gives or shows are `Int`, times are `Long` in milliseconds: Kotlin's unsigned numbers fit
//!   neither the framework's calls nor its formats. The numbers of operations and questions are unsigned: they are
//!   only ever handed back.

/// A fieldless enum with the variants of its twin, and the conversions both ways.
macro_rules! mirror {
    ($(#[$attribute:meta])* $name:ident = $twin:ty { $($(#[$about:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
        pub enum $name { $($(#[$about])* $variant),+ }

        impl From<$twin> for $name {
            fn from(twin: $twin) -> Self {
                type Twin = $twin;
                match twin { $(Twin::$variant => Self::$variant),+ }
            }
        }

        impl From<$name> for $twin {
            fn from(mirror: $name) -> Self {
                match mirror { $($name::$variant => Self::$variant),+ }
            }
        }

        #[cfg(test)]
        impl $name {
            /// Every variant, for the tests.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),+];
        }
    };
}

mod advertisement;
mod band;
mod effect;
mod event;
mod facts;
pub(crate) mod number;
mod outcome;
mod practice;
#[cfg(test)]
mod tests;
mod view;

pub use band::*;
pub use effect::*;
pub use event::*;
pub use facts::*;
pub use outcome::*;
pub use practice::*;
pub use view::*;

/// Converts each item of a list.
fn each<T, U: From<T>>(items: Vec<T>) -> Vec<U> {
    items.into_iter().map(U::from).collect()
}
