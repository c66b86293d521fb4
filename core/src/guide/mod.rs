//! What to do next, as data.

mod advice;

pub(crate) use advice::advice;
