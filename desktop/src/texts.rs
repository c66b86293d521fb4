//! The English texts, as the build read them from the app's `strings.xml`, found by key or by what core names.
//!
//! Nothing is worded here; a text that the code names by a literal and that is missing does not compile.

use std::fmt::Display;

use crate::names::Named;

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// The text of a literal key; a compile error if there is none.
macro_rules! say {
    ($key:literal) => {
        const { crate::texts::required($key) }
    };
    ($key:literal, $($argument:expr),+) => {
        crate::texts::fill(const { crate::texts::required($key) }, &[$(&$argument),+])
    };
}
pub(crate) use say;

/// The text of one of core's names.
pub(crate) fn of(named: &impl Named) -> &'static str {
    find(&named.key()).unwrap_or(named.name())
}

/// The sentence of explanation that goes with it, if there is one.
pub(crate) fn note_of(named: &impl Named) -> Option<&'static str> {
    find(&format!("{}_note", named.key()))
}

/// A text with `%1$s`, `%2$d`, … replaced by its arguments.
pub(crate) fn fill(text: &str, arguments: &[&dyn Display]) -> String {
    let mut filled = text.to_owned();
    for (index, argument) in arguments.iter().enumerate() {
        for kind in ['s', 'd'] {
            filled = filled.replace(&format!("%{}${kind}", index + 1), &argument.to_string());
        }
    }
    filled
}

fn find(key: &str) -> Option<&'static str> {
    let at = TABLE.binary_search_by(|(candidate, _)| (*candidate).cmp(key)).ok()?;
    TABLE.get(at).map(|(_, text)| *text)
}

/// For [`say!`] alone: runs while compiling, where a panic is an error of the build.
pub(crate) const fn required(key: &str) -> &'static str {
    let mut rest = TABLE;
    while let [(candidate, text), tail @ ..] = rest {
        if same(candidate.as_bytes(), key.as_bytes()) {
            return text;
        }
        rest = tail;
    }
    panic!("strings.xml has no text for this key")
}

const fn same(mut left: &[u8], mut right: &[u8]) -> bool {
    while let ([a, left_tail @ ..], [b, right_tail @ ..]) = (left, right) {
        if *a != *b {
            return false;
        }
        (left, right) = (left_tail, right_tail);
    }
    left.is_empty() && right.is_empty()
}

#[cfg(test)]
mod tests {
    use rescue_core::band::{Gesture, ResetMenu, TakeOver};
    use rescue_core::event::{BandApp, Choice, Task};
    use rescue_core::facts::{AccountWay, Battery, Bound, ChargeState, KeyLock, LastCharge, PhoneLock, Sign};
    use rescue_core::keys::KeyError;
    use rescue_core::outcome::{End, Evidence};
    use rescue_core::view::{
        Advice, Buzz, HidingPlace, LeftState, Loss, Prompt, Question, Road, RowKind, Signal, Step, StepSeen,
        StepState,
    };

    use super::*;

    fn missing<T: Named>(suffix: &str) -> Vec<String> {
        let keys = T::ALL.iter().map(|name| format!("{}_{name}{suffix}", T::KIND));
        keys.filter(|key| find(key).is_none_or(str::is_empty)).collect()
    }

    #[test]
    fn whatever_a_person_can_see_has_a_text() {
        let missing = [
            missing::<Task>(""),
            missing::<BandApp>(""),
            missing::<Sign>(""),
            missing::<Battery>(""),
            missing::<ChargeState>(""),
            missing::<LastCharge>(""),
            missing::<Bound>(""),
            missing::<PhoneLock>(""),
            missing::<KeyLock>(""),
            missing::<TakeOver>(""),
            missing::<AccountWay>(""),
            missing::<RowKind>(""),
            missing::<Signal>(""),
            missing::<Buzz>(""),
            missing::<HidingPlace>(""),
            missing::<HidingPlace>("_note"),
            missing::<Question>(""),
            missing::<Question>("_note"),
            missing::<KeyError>(""),
            missing::<Road>(""),
            missing::<ResetMenu>(""),
            missing::<Gesture>(""),
            missing::<Loss>(""),
            missing::<Choice>(""),
            missing::<Step>(""),
            missing::<StepState>(""),
            missing::<StepSeen>(""),
            missing::<Prompt>(""),
            missing::<Prompt>("_note"),
            missing::<LeftState>(""),
            missing::<End>(""),
            missing::<End>("_note"),
            missing::<Evidence>(""),
            missing::<Advice>(""),
            missing::<Advice>("_note"),
        ]
        .concat();
        assert!(missing.is_empty(), "strings.xml lacks {missing:?}");
    }

    #[test]
    fn arguments_land_where_the_text_wants_them() {
        assert_eq!(fill("…%2$s; it was …%1$s.", &[&"E4:BE", &"9A:41"]), "…9A:41; it was …E4:BE.");
        assert_eq!(say!("prompt_seconds", 7), "7 seconds left");
    }

    #[test]
    fn no_text_keeps_an_escape_of_the_resource_file() {
        for (key, text) in TABLE {
            assert!(!text.contains('\\') && !text.contains('<'), "{key}: {text}");
        }
    }
}
