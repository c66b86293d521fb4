//! The models, one row each: everything the app knows about a model stands in its row. Adding a model is one row.
//!
//! Sources and confidence of every column: docs/protocol.md, "Models".

use serde::{Deserialize, Serialize};

use crate::event::BandApp;

/// A model of band.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Model {
    /// Mi Band 1.
    MiBand1,
    /// Mi Band 1A.
    MiBand1A,
    /// Mi Band 1S.
    MiBand1S,
    /// Mi Band 2, the HRX edition included.
    MiBand2,
    /// Mi Band 3, the NFC edition included.
    MiBand3,
    /// Mi Smart Band 4, the NFC edition included.
    MiBand4,
    /// Mi Smart Band 5, the NFC edition included.
    MiBand5,
    /// Mi Smart Band 6, the NFC edition included.
    MiBand6,
    /// Xiaomi Smart Band 7.
    SmartBand7,
    /// Xiaomi Smart Band 7 Pro.
    SmartBand7Pro,
    /// Xiaomi Smart Band 8.
    SmartBand8,
    /// Xiaomi Smart Band 8 Active.
    SmartBand8Active,
    /// Xiaomi Smart Band 8 Pro.
    SmartBand8Pro,
    /// Xiaomi Smart Band 9.
    SmartBand9,
    /// Xiaomi Smart Band 9 Active.
    SmartBand9Active,
    /// Xiaomi Smart Band 9 Pro.
    SmartBand9Pro,
    /// Xiaomi Smart Band 10.
    SmartBand10,
    /// Xiaomi Smart Band 10 Pro.
    SmartBand10Pro,
    /// Xiaomi Smart Band 11.
    SmartBand11,
}

/// How a model talks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Mi Band 1: a frame of user information instead of a key.
    UserInfo,
    /// Mi Band 2 to Smart Band 7: a key, in one of three protocols.
    Huami,
    /// From 7 Pro on: protobuf messages over FE95.
    Xiaomi,
}

/// What opens the key lock of a model for somebody who holds the band but no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakeOver {
    /// A tap: the band remembers a new user.
    ByTap,
    /// A tap: the band takes our key.
    ByTapWithKey,
    /// Old firmware may take a key by a tap; newer wants a signature of the vendor. The band is asked.
    AskTheBand,
    /// Nothing offline, except where a band offers a bind without the vendor (untested on real bands).
    LocalBindIfOffered,
    /// Nothing offline.
    Never,
}

/// What the erase command does on a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EraseCommand {
    /// It erases.
    Erases,
    /// It may do nothing that can be seen.
    MayDoNothing,
    /// Its bytes are not known.
    Unknown,
}

/// What becomes of a model's address when it is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressAfterErase {
    /// It stays: the address is registered by the maker.
    Stays,
    /// It is new: proven.
    New,
    /// It is reported to be new.
    ReportedNew,
}

/// How the wearer confirms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gesture {
    /// Tap the band several times while it blinks.
    TapSeveralTimes,
    /// Tap its button.
    TapButton,
    /// Touch the tick on its screen.
    TouchScreen,
}

/// Where the band's own menu has the factory reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetMenu {
    /// It has no such entry.
    None,
    /// More, Factory reset; press and hold (newer firmware only).
    More,
    /// More, Settings, Factory reset.
    MoreSettings,
    /// Settings, Factory reset.
    Settings,
    /// Settings, System, Factory reset.
    SettingsSystem,
}

/// How a name in the air belongs to a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdvertisedName {
    /// Just this.
    Exactly(&'static str),
    /// This, perhaps followed by a space or dash and the last four digits of the address.
    WithTail(&'static str),
}

/// What is known of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelRow {
    /// The model.
    pub model: Model,
    /// On the command line and in files.
    pub slug: &'static str,
    /// As people call it; not translated.
    pub name: &'static str,
    /// The names it advertises.
    pub advertised: &'static [AdvertisedName],
    /// How it talks.
    pub family: Family,
    /// PnP product id, where known.
    pub product: Option<u16>,
    /// What its hardware revisions begin with, where known.
    pub hardware: &'static [&'static str],
    /// What opens its key lock without a key.
    pub take_over: TakeOver,
    /// What its erase command does.
    pub erase: EraseCommand,
    /// What becomes of its address then.
    pub address_after_erase: AddressAfterErase,
    /// How its wearer confirms.
    pub gesture: Gesture,
    /// Where its menu has the factory reset.
    pub reset_menu: ResetMenu,
    /// The official apps that take it, in the order to try.
    pub official_apps: &'static [BandApp],
}

use AdvertisedName::{Exactly, WithTail};

const ZEPP_LIFE: &[BandApp] = &[BandApp::ZeppLife];
const MI_FITNESS: &[BandApp] = &[BandApp::MiFitness];

/// What the rows of the first three models have in common.
const MI_BAND_1: ModelRow = ModelRow {
    model: Model::MiBand1,
    slug: "mi-band-1",
    name: "Mi Band 1",
    advertised: &[Exactly("MI")],
    family: Family::UserInfo,
    product: None,
    hardware: &[],
    take_over: TakeOver::ByTap,
    erase: EraseCommand::MayDoNothing,
    address_after_erase: AddressAfterErase::Stays,
    gesture: Gesture::TapSeveralTimes,
    reset_menu: ResetMenu::None,
    official_apps: ZEPP_LIFE,
};

/// What the rows of the models whose key is signed by the vendor have in common.
const MI_BAND_4: ModelRow = ModelRow {
    model: Model::MiBand4,
    slug: "mi-band-4",
    name: "Mi Smart Band 4",
    advertised: &[Exactly("Mi Smart Band 4")],
    family: Family::Huami,
    product: Some(0x0024),
    hardware: &["V0.25."],
    take_over: TakeOver::AskTheBand,
    erase: EraseCommand::Erases,
    address_after_erase: AddressAfterErase::New,
    gesture: Gesture::TouchScreen,
    reset_menu: ResetMenu::MoreSettings,
    official_apps: ZEPP_LIFE,
};

/// What the rows of the models that speak protobuf have in common.
const SMART_BAND_8: ModelRow = ModelRow {
    model: Model::SmartBand8,
    slug: "smart-band-8",
    name: "Xiaomi Smart Band 8",
    advertised: &[WithTail("Xiaomi Smart Band 8")],
    family: Family::Xiaomi,
    product: None,
    hardware: &[],
    take_over: TakeOver::LocalBindIfOffered,
    erase: EraseCommand::Erases,
    address_after_erase: AddressAfterErase::ReportedNew,
    gesture: Gesture::TouchScreen,
    reset_menu: ResetMenu::SettingsSystem,
    official_apps: MI_FITNESS,
};

static ROWS: [ModelRow; 19] = [
    MI_BAND_1,
    ModelRow {
        model: Model::MiBand1A,
        slug: "mi-band-1a",
        name: "Mi Band 1A",
        advertised: &[Exactly("MI1A")],
        ..MI_BAND_1
    },
    ModelRow {
        model: Model::MiBand1S,
        slug: "mi-band-1s",
        name: "Mi Band 1S",
        advertised: &[Exactly("MI1S")],
        ..MI_BAND_1
    },
    ModelRow {
        model: Model::MiBand2,
        slug: "mi-band-2",
        name: "Mi Band 2",
        advertised: &[Exactly("MI Band 2"), Exactly("Mi Band HRX")],
        family: Family::Huami,
        product: Some(0x0004),
        hardware: &["V0.1.", "V0.9.", "V0.16."],
        take_over: TakeOver::ByTapWithKey,
        erase: EraseCommand::Erases,
        address_after_erase: AddressAfterErase::ReportedNew,
        gesture: Gesture::TapButton,
        reset_menu: ResetMenu::None,
        official_apps: ZEPP_LIFE,
    },
    ModelRow {
        model: Model::MiBand3,
        slug: "mi-band-3",
        name: "Mi Band 3",
        advertised: &[Exactly("Mi Band 3"), Exactly("Xiaomi Band 3")],
        family: Family::Huami,
        product: Some(0x0013),
        hardware: &["V0.18.", "V0.20."],
        take_over: TakeOver::ByTapWithKey,
        erase: EraseCommand::Erases,
        address_after_erase: AddressAfterErase::ReportedNew,
        gesture: Gesture::TapButton,
        reset_menu: ResetMenu::More,
        official_apps: ZEPP_LIFE,
    },
    MI_BAND_4,
    ModelRow {
        model: Model::MiBand5,
        slug: "mi-band-5",
        name: "Mi Smart Band 5",
        advertised: &[Exactly("Mi Smart Band 5")],
        product: Some(0x003D),
        hardware: &["V0.44."],
        address_after_erase: AddressAfterErase::ReportedNew,
        ..MI_BAND_4
    },
    ModelRow {
        model: Model::MiBand6,
        slug: "mi-band-6",
        name: "Mi Smart Band 6",
        advertised: &[Exactly("Mi Smart Band 6")],
        product: Some(0x005B),
        hardware: &["V0.82."],
        address_after_erase: AddressAfterErase::ReportedNew,
        reset_menu: ResetMenu::Settings,
        ..MI_BAND_4
    },
    ModelRow {
        model: Model::SmartBand7,
        slug: "smart-band-7",
        name: "Xiaomi Smart Band 7",
        advertised: &[WithTail("Xiaomi Smart Band 7")],
        product: None,
        hardware: &[],
        take_over: TakeOver::Never,
        erase: EraseCommand::Unknown,
        address_after_erase: AddressAfterErase::ReportedNew,
        reset_menu: ResetMenu::SettingsSystem,
        official_apps: &[BandApp::ZeppLife, BandApp::MiFitness],
        ..MI_BAND_4
    },
    ModelRow {
        model: Model::SmartBand7Pro,
        slug: "smart-band-7-pro",
        name: "Xiaomi Smart Band 7 Pro",
        advertised: &[WithTail("Xiaomi Smart Band 7 Pro")],
        ..SMART_BAND_8
    },
    SMART_BAND_8,
    ModelRow {
        model: Model::SmartBand8Active,
        slug: "smart-band-8-active",
        name: "Xiaomi Smart Band 8 Active",
        advertised: &[WithTail("Xiaomi Smart Band 8 Active"), WithTail("Xiaomi Band 8 Active")],
        ..SMART_BAND_8
    },
    ModelRow {
        model: Model::SmartBand8Pro,
        slug: "smart-band-8-pro",
        name: "Xiaomi Smart Band 8 Pro",
        advertised: &[WithTail("Xiaomi Smart Band 8 Pro")],
        ..SMART_BAND_8
    },
    ModelRow {
        model: Model::SmartBand9,
        slug: "smart-band-9",
        name: "Xiaomi Smart Band 9",
        advertised: &[WithTail("Xiaomi Smart Band 9")],
        ..SMART_BAND_8
    },
    ModelRow {
        model: Model::SmartBand9Active,
        slug: "smart-band-9-active",
        name: "Xiaomi Smart Band 9 Active",
        advertised: &[WithTail("Xiaomi Smart Band 9 Active"), WithTail("Xiaomi Band 9 Active")],
        ..SMART_BAND_8
    },
    ModelRow {
        model: Model::SmartBand9Pro,
        slug: "smart-band-9-pro",
        name: "Xiaomi Smart Band 9 Pro",
        advertised: &[WithTail("Xiaomi Smart Band 9 Pro")],
        ..SMART_BAND_8
    },
    ModelRow {
        model: Model::SmartBand10,
        slug: "smart-band-10",
        name: "Xiaomi Smart Band 10",
        advertised: &[WithTail("Xiaomi Smart Band 10")],
        ..SMART_BAND_8
    },
    ModelRow {
        model: Model::SmartBand10Pro,
        slug: "smart-band-10-pro",
        name: "Xiaomi Smart Band 10 Pro",
        advertised: &[WithTail("Xiaomi Smart Band 10 Pro")],
        ..SMART_BAND_8
    },
    ModelRow {
        model: Model::SmartBand11,
        slug: "smart-band-11",
        name: "Xiaomi Smart Band 11",
        advertised: &[WithTail("Xiaomi Smart Band 11")],
        ..SMART_BAND_8
    },
];

impl AdvertisedName {
    /// Whether a name in the air is this one. Compared whole: "Smart Band 7" is not the beginning of "7 Pro".
    pub fn fits(self, name: &str) -> bool {
        match self {
            Exactly(known) => name == known,
            WithTail(known) => match name.strip_prefix(known) {
                Some("") => true,
                Some(rest) => rest.strip_prefix([' ', '-']).is_some_and(is_address_tail),
                None => false,
            },
        }
    }
}

fn is_address_tail(text: &str) -> bool {
    text.len() == 4 && text.chars().all(|c| c.is_ascii_hexdigit())
}

impl Model {
    /// Every model, oldest first.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.model)
    }

    /// The model's row.
    pub fn row(self) -> &'static ModelRow {
        ROWS.get(self as usize).unwrap_or(&MI_BAND_1)
    }

    /// The model with this name on the command line.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::find(|row| row.slug == slug)
    }

    /// The model that advertises this name.
    pub fn from_advertised(name: &str) -> Option<Self> {
        Self::find(|row| row.advertised.iter().any(|known| known.fits(name)))
    }

    /// The model with this PnP product id.
    pub fn from_product(product: u16) -> Option<Self> {
        Self::find(|row| row.product == Some(product))
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
        for (index, row) in ROWS.iter().enumerate() {
            assert_eq!(row.model as usize, index);
            assert_eq!(row.model.row(), row);
            assert_eq!(Model::from_slug(row.slug), Some(row.model));
            for name in row.advertised {
                let (Exactly(name) | WithTail(name)) = name;
                assert_eq!(Model::from_advertised(name), Some(row.model), "{name}");
            }
        }
    }

    #[test]
    fn a_longer_name_is_another_band() {
        let model = Model::from_advertised;
        assert_eq!(model("MI Band 2"), Some(Model::MiBand2));
        assert_eq!(model("MI Band 2 Pro"), None);
        assert_eq!(model("Xiaomi Smart Band 7 6511"), Some(Model::SmartBand7));
        assert_eq!(model("Xiaomi Smart Band 7-6511"), Some(Model::SmartBand7));
        assert_eq!(model("Xiaomi Smart Band 7 Pro 6511"), Some(Model::SmartBand7Pro));
        assert_eq!(model("Xiaomi Smart Band 11 5B38"), Some(Model::SmartBand11));
        assert_eq!(model("Xiaomi Smart Band 1"), None);
        assert_eq!(model("MIX"), None);
    }
}
