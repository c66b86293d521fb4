//! Which band of the list is meant, where nobody picks it: the one whose address was given, or else the only one.

use rescue_core::view::RowKind;
use rescue_core::{Address, Millis, PeerId};

use crate::changes::NumberedRow;

/// A band that speaks seldom is heard within this: only then is the only one taken for the only one.
const SETTLES: Millis = Millis::secs(3);
/// A band that was not heard for this long is not in range.
const GIVES_UP: Millis = Millis::secs(30);

/// What became of looking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Picked {
    /// It still looks, or there is nothing to look at.
    NotYet,
    /// This one.
    This(PeerId),
    /// More than one may be meant.
    Several(Vec<Address>),
    /// None was heard.
    NotSeen,
}

/// Looks at the list.
#[derive(Debug)]
pub(crate) struct Picker {
    wanted: Option<Address>,
    look: Option<Look>,
}

/// The list, since it is shown.
#[derive(Debug)]
struct Look {
    since: Millis,
    changed: Millis,
    bands: Vec<(PeerId, Option<Address>)>,
}

impl Picker {
    /// Looks for this band, or else for the only one.
    pub(crate) const fn new(wanted: Option<Address>) -> Self {
        Self { wanted, look: None }
    }

    /// The list is shown with these rows.
    pub(crate) fn looks(&mut self, now: Millis, rows: &[NumberedRow]) {
        let mut bands: Vec<_> = rows
            .iter()
            .filter(|row| matches!(row.row.kind, RowKind::Band(_)) || self.wanted.is_some())
            .filter(|row| self.wanted.is_none() || row.address == self.wanted)
            .map(|row| (row.row.peer.clone(), row.address))
            .collect();
        bands.sort();
        let look = self.look.get_or_insert(Look { since: now, changed: now, bands: Vec::new() });
        if look.bands != bands {
            look.bands = bands;
            look.changed = now;
        }
    }

    /// Something else is shown.
    pub(crate) fn looks_away(&mut self) {
        self.look = None;
    }

    /// When it will have decided.
    pub(crate) fn decides_at(&self) -> Option<Millis> {
        let look = self.look.as_ref()?;
        Some(match (look.bands.is_empty(), self.wanted) {
            (true, _) => look.since + GIVES_UP,
            (false, Some(_)) => look.changed,
            (false, None) => look.changed + SETTLES,
        })
    }

    /// Decides.
    pub(crate) fn decides(&self, now: Millis) -> Picked {
        if self.decides_at().is_none_or(|at| now < at) {
            return Picked::NotYet;
        }
        let Some(look) = &self.look else { return Picked::NotYet };
        match look.bands.as_slice() {
            [] => Picked::NotSeen,
            [(only, _)] => Picked::This(only.clone()),
            several => Picked::Several(several.iter().filter_map(|(_, address)| *address).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use rescue_core::Model;
    use rescue_core::view::{BandRow, Signal};

    use super::*;

    fn row(number: u8, kind: RowKind) -> NumberedRow {
        let row = BandRow {
            peer: PeerId(format!("peer {number}")),
            kind,
            advertised_name: String::new(),
            address_tail: String::new(),
            rssi: -50,
            signal: Signal::Strong,
            held: None,
            bonded: false,
            buzz: None,
        };
        NumberedRow { number: number.into(), address: Some(address(number)), row }
    }

    const fn address(number: u8) -> Address {
        Address([0xC0, 0xFF, 0xEE, 0, 0, number])
    }

    fn band(number: u8) -> NumberedRow {
        row(number, RowKind::Band(Model::MiBand2))
    }

    fn this(number: u8) -> Picked {
        Picked::This(PeerId(format!("peer {number}")))
    }

    #[test]
    fn the_only_band_is_taken_when_no_other_came_for_a_while() {
        let mut picker = Picker::new(None);
        picker.looks(Millis(0), &[]);
        picker.looks(Millis::secs(2), &[band(1), row(2, RowKind::LookAlike)]);
        picker.looks(Millis::secs(4), &[row(2, RowKind::LookAlike), band(1)]);
        assert_eq!(picker.decides(Millis(4_999)), Picked::NotYet);
        assert_eq!(picker.decides(Millis::secs(5)), this(1));
    }

    #[test]
    fn of_several_bands_none_is_guessed() {
        let mut picker = Picker::new(None);
        picker.looks(Millis(0), &[band(1)]);
        picker.looks(Millis::secs(2), &[band(1), band(2)]);
        assert_eq!(picker.decides(Millis::secs(3)), Picked::NotYet);
        assert_eq!(picker.decides(Millis::secs(5)), Picked::Several(vec![address(1), address(2)]));
    }

    #[test]
    fn a_named_band_is_taken_at_once_and_no_other_ever() {
        let mut picker = Picker::new(Some(address(2)));
        picker.looks(Millis(0), &[band(1)]);
        assert_eq!(picker.decides(Millis::secs(29)), Picked::NotYet);
        picker.looks(Millis::secs(29), &[band(1), band(2)]);
        assert_eq!(picker.decides(Millis::secs(29)), this(2));
        let mut alone = Picker::new(Some(address(2)));
        alone.looks(Millis(0), &[band(1)]);
        assert_eq!(alone.decides(Millis::secs(30)), Picked::NotSeen);
    }

    #[test]
    fn looking_begins_anew_when_the_list_was_away() {
        let mut picker = Picker::new(None);
        picker.looks(Millis(0), &[]);
        picker.looks_away();
        assert_eq!(picker.decides_at(), None);
        picker.looks(Millis::secs(60), &[]);
        assert_eq!(picker.decides_at(), Some(Millis::secs(90)));
    }
}
