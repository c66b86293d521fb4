//! The models, one row each: everything the app knows about a model stands in its row.

use serde::{Deserialize, Serialize};

use crate::event::BandApp;

/// A model of band.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Model {
    /// Mi Band 2, the HRX edition included.
    MiBand2,
    /// Mi Band 3, the NFC edition included.
    MiBand3,
}

/// What is known of a model; sources in docs/protocol.md, "Models".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelRow {
    /// The model.
    pub model: Model,
    /// On the command line and in files.
    pub slug: &'static str,
    /// As people call it; not translated.
    pub name: &'static str,
    /// The names it advertises; compared whole.
    pub advertised: &'static [&'static str],
    /// PnP product id.
    pub product: u16,
    /// What its hardware revisions begin with.
    pub hardware: &'static [&'static str],
    /// The official apps that take it, in the order to try.
    pub official_apps: &'static [BandApp],
}

static ROWS: [ModelRow; 2] = [
    ModelRow {
        model: Model::MiBand2,
        slug: "mi-band-2",
        name: "Mi Band 2",
        advertised: &["MI Band 2", "Mi Band HRX"],
        product: 0x0004,
        hardware: &["V0.1.", "V0.9.", "V0.16."],
        official_apps: &[BandApp::ZeppLife],
    },
    ModelRow {
        model: Model::MiBand3,
        slug: "mi-band-3",
        name: "Mi Band 3",
        advertised: &["Mi Band 3", "Xiaomi Band 3"],
        product: 0x0013,
        hardware: &["V0.18.", "V0.20."],
        official_apps: &[BandApp::ZeppLife],
    },
];

impl Model {
    /// Every model, oldest first.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.model)
    }

    /// The model's row.
    pub fn row(self) -> &'static ModelRow {
        match self {
            Self::MiBand2 => &ROWS[0],
            Self::MiBand3 => &ROWS[1],
        }
    }

    /// The model with this name on the command line.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::find(|row| row.slug == slug)
    }

    /// The model that advertises this name. Compared whole: a longer name is another band.
    pub fn from_advertised(name: &str) -> Option<Self> {
        Self::find(|row| row.advertised.contains(&name))
    }

    /// The model with this PnP product id.
    pub fn from_product(product: u16) -> Option<Self> {
        Self::find(|row| row.product == product)
    }

    /// The model with this hardware revision.
    pub fn from_hardware(revision: &str) -> Option<Self> {
        Self::find(|row| row.hardware.iter().any(|start| revision.starts_with(start)))
    }

    fn find(matches: impl Fn(&ModelRow) -> bool) -> Option<Self> {
        ROWS.iter().find(|row| matches(row)).map(|row| row.model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_finds_its_own_row() {
        for model in Model::all() {
            assert_eq!(model.row().model, model);
            assert_eq!(Model::from_slug(model.row().slug), Some(model));
        }
    }

    #[test]
    fn a_longer_name_is_another_band() {
        assert_eq!(Model::from_advertised("MI Band 2"), Some(Model::MiBand2));
        assert_eq!(Model::from_advertised("MI Band 2 Pro"), None);
    }
}
