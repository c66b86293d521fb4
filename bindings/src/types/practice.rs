//! Mirrors of what can be practised with, and of what a practice band shows.
#![expect(
    missing_docs,
    reason = "the twin of the same name in rescue_core says what each variant and field means"
)]

use rescue_core::practice::{self, Scenario};

use super::band::Model;

mirror! {
    /// How the practice band looks.
    Face = practice::Face {
        /// Nothing to see.
        Dark,
        /// It asks for a tap.
        Prompt,
        /// It vibrates.
        Buzzing,
        /// It asks to be paired.
        PairingScreen,
        /// It restarts, or is being erased.
        Restarting,
    }
}

/// A band to practise with, and the scenarios that it can do, the plain one first.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct PracticeKind {
    pub slug: String,
    pub model: Model,
    pub scenarios: Vec<String>,
}

impl From<practice::Kind> for PracticeKind {
    fn from(kind: practice::Kind) -> Self {
        let fitting = Scenario::all().filter(|scenario| scenario.row().course(kind).is_some());
        Self {
            slug: kind.slug().to_owned(),
            model: kind.model().into(),
            scenarios: fitting.map(|scenario| scenario.name().to_owned()).collect(),
        }
    }
}
