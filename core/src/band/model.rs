//! The models, one row each: everything the app knows about a model stands in its row.

use serde::{Deserialize, Serialize};

/// A model of band.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Model {
    /// Mi Band 2, the HRX edition included.
    MiBand2,
    /// Mi Band 3, the NFC edition included.
    MiBand3,
}
