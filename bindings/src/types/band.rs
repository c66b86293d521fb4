//! Mirrors of `rescue_core::band`: models, and what people know of their band. From the core to the app.
#![expect(
    missing_docs,
    reason = "the twin of the same name in rescue_core says what each variant and field means"
)]

use rescue_core::band as core;

mirror! {
    /// The models.
    Model = core::Model {
        MiBand1,
        MiBand1A,
        MiBand1S,
        MiBand2,
        MiBand3,
        MiBand4,
        MiBand5,
        MiBand6,
        SmartBand7,
        SmartBand7Pro,
        SmartBand8,
        SmartBand8Active,
        SmartBand8Pro,
        SmartBand9,
        SmartBand9Active,
        SmartBand9Pro,
        SmartBand10,
        SmartBand10Pro,
        SmartBand11,
    }
}

mirror! {
    /// How the wearer confirms.
    Gesture = core::Gesture { TapSeveralTimes, TapButton, TouchScreen }
}

mirror! {
    /// Where the band's own menu has the factory reset.
    ResetMenu = core::ResetMenu { None, More, MoreSettings, Settings, SettingsSystem }
}

mirror! {
    /// What opens the key lock.
    TakeOver = core::TakeOver { ByTap, ByTapWithKey, AskTheBand, LocalBindIfOffered, Never }
}

/// How people tell their band from another.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct BandLabel {
    pub model: Model,
    pub address_tail: String,
}

impl From<core::BandLabel> for BandLabel {
    fn from(label: core::BandLabel) -> Self {
        let core::BandLabel { model, address_tail } = label;
        Self { model: model.into(), address_tail }
    }
}
