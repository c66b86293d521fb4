//! Which bands there are, how they are recognised in the air and after connecting.

mod model;

pub use model::Model;
