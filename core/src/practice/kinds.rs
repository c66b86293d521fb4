//! The practice bands, one row each: its name, the model it is of and the firmware it has. What a firmware does
//! stands in its own file; what goes wrong is a scenario's business.

use sha2::{Digest, Sha256};

use super::firmware::{self, Make};
use super::traits::{BandTraits, EraseEffect};
use crate::band::Model;
use crate::keys::AuthKey;

/// A band to practise with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A Mi Band 1 with firmware 1.0.4.9, as in the trace of a take-over.
    MiBand1,
    /// A Mi Band 1A.
    MiBand1A,
    /// A Mi Band 1S.
    MiBand1S,
    /// A Mi Band 2.
    MiBand2,
    /// A Mi Band 3.
    MiBand3,
    /// A Mi Smart Band 4.
    MiBand4,
    /// A Mi Smart Band 5 with a firmware that takes the pairing of Mi Band 4.
    MiBand5,
    /// A Mi Smart Band 5 that opens in the protocol of 2021 alone. Hypothetical: the firmware is said to exist, but every
    /// band that was seen took the older one.
    MiBand5Of2021,
    /// A Mi Smart Band 6 with an old firmware, before the protocol of 2021.
    MiBand6,
    /// A Mi Smart Band 6 with firmware V1.0.6.20, as in recorded logins.
    MiBand6Of2021,
    /// A Xiaomi Smart Band 7. No recording of one was published: it is practised as what open tools say of it.
    SmartBand7,
    /// A Xiaomi Smart Band 8, which speaks protobuf in frames.
    SmartBand8,
    /// A Xiaomi Smart Band 9, which speaks protobuf in packets.
    SmartBand9,
    /// One that binds without the vendor; nobody has seen such a one.
    SmartBand9LocalBind,
    /// A Xiaomi Smart Band 10, as in recorded logins.
    SmartBand10,
    /// Something that has the name of a band and nothing else of it.
    LookAlike,
}

struct Row {
    kind: Kind,
    slug: &'static str,
    model: Model,
    firmware: Make,
    needs_key: bool,
}

const fn row(kind: Kind, slug: &'static str, model: Model, firmware: Make) -> Row {
    Row { kind, slug, model, firmware, needs_key: false }
}

/// A band that opens to nobody but those who have its key.
const fn keyed(kind: Kind, slug: &'static str, model: Model, firmware: Make) -> Row {
    Row { needs_key: true, ..row(kind, slug, model, firmware) }
}

static ROWS: [Row; 16] = [
    row(Kind::MiBand1, "mi-band-1", Model::MiBand1, firmware::user_info),
    row(Kind::MiBand1A, "mi-band-1a", Model::MiBand1A, firmware::user_info),
    row(Kind::MiBand1S, "mi-band-1s", Model::MiBand1S, firmware::user_info),
    row(Kind::MiBand2, "mi-band-2", Model::MiBand2, firmware::key_by_tap),
    row(Kind::MiBand3, "mi-band-3", Model::MiBand3, firmware::key_by_tap),
    keyed(Kind::MiBand4, "mi-band-4", Model::MiBand4, firmware::vendor_signed),
    keyed(Kind::MiBand5, "mi-band-5", Model::MiBand5, firmware::vendor_signed),
    keyed(Kind::MiBand5Of2021, "mi-band-5-2021", Model::MiBand5, firmware::modern),
    keyed(Kind::MiBand6, "mi-band-6", Model::MiBand6, firmware::vendor_signed),
    keyed(Kind::MiBand6Of2021, "mi-band-6-2021", Model::MiBand6, firmware::modern),
    keyed(Kind::SmartBand7, "smart-band-7", Model::SmartBand7, firmware::modern),
    keyed(Kind::SmartBand8, "smart-band-8", Model::SmartBand8, firmware::protobuf),
    keyed(Kind::SmartBand9, "smart-band-9", Model::SmartBand9, firmware::protobuf),
    keyed(Kind::SmartBand9LocalBind, "smart-band-9-local-bind", Model::SmartBand9, firmware::protobuf),
    keyed(Kind::SmartBand10, "smart-band-10", Model::SmartBand10, firmware::protobuf),
    row(Kind::LookAlike, "look-alike", Model::MiBand2, firmware::key_by_tap),
];

impl Kind {
    /// All practice bands, the oldest model first.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.kind)
    }

    /// The practice band with this name on the command line.
    pub fn from_slug(slug: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.slug == slug).map(|row| row.kind)
    }

    /// Its name on the command line.
    pub fn slug(self) -> &'static str {
        self.row().slug
    }

    /// The model it is of, or pretends to be.
    pub fn model(self) -> Model {
        self.row().model
    }

    /// The key that its owner has; `None` where no key is needed to open the band. The same in every practice, so that it
    /// can be printed and typed. It opens nothing real.
    pub fn key(self) -> Option<AuthKey> {
        self.row().needs_key.then(|| {
            let digest = Sha256::new()
                .chain_update(b"the key of the practice band ")
                .chain_update(self.slug())
                .finalize();
            let mut key = [0; 16];
            for (byte, of_digest) in key.iter_mut().zip(digest) {
                *byte = of_digest;
            }
            AuthKey::new(key)
        })
    }

    /// How it behaves where nothing goes wrong.
    pub(super) fn traits(self) -> BandTraits {
        let band = BandTraits::default();
        match self {
            // The address is the maker's. Of the reset somebody saw nothing at all, though the vendor ships it.
            Self::MiBand1 | Self::MiBand1A | Self::MiBand1S => {
                BandTraits { new_address: false, erase: EraseEffect::ErasesUnseen, ..band }
            }
            Self::MiBand2
            | Self::MiBand3
            | Self::MiBand4
            | Self::MiBand5
            | Self::MiBand5Of2021
            | Self::SmartBand7
            | Self::SmartBand8
            | Self::SmartBand9
            | Self::SmartBand9LocalBind
            | Self::SmartBand10 => band,
            // One was listened to for two minutes by a stranger.
            Self::MiBand6 | Self::MiBand6Of2021 => BandTraits { drops_strangers: false, ..band },
            Self::LookAlike => BandTraits { look_alike: true, has_handshake: false, ..band },
        }
    }

    /// Makes its firmware.
    pub(super) fn make(self) -> Make {
        self.row().firmware
    }

    fn row(self) -> &'static Row {
        ROWS.get(self as usize).unwrap_or(&ROWS[0])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_finds_its_own_row_and_has_a_name_of_its_own() {
        let mut names = BTreeSet::new();
        for (index, row) in ROWS.iter().enumerate() {
            assert_eq!(row.kind as usize, index);
            assert_eq!(Kind::from_slug(row.slug), Some(row.kind));
            assert!(names.insert(row.slug));
        }
        assert_eq!(Kind::from_slug("mi-band-0"), None);
    }

    #[test]
    fn two_practice_bands_have_two_keys_and_debug_shows_none() {
        let keys: Vec<AuthKey> = Kind::all().filter_map(Kind::key).collect();
        let different: BTreeSet<String> = keys.iter().map(AuthKey::to_hex).collect();
        assert_eq!(different.len(), keys.len());
        assert!(keys.iter().all(|key| !format!("{key:?}").contains(&key.to_hex())));
        assert_eq!(Kind::MiBand2.key(), None);
    }
}
