//! The few words that only a terminal needs; all others stand in the app's `strings.xml`.

use crate::radio::Trouble;

/// Below the list of bands.
pub(crate) const PICK: &str = "Type the number of your band and press Enter (b1 makes band 1 buzz, q stops).";
/// While no band is found.
pub(crate) const STILL_LOOKING: &str = "Still looking (q and Enter stops).";
/// Below the list of a scan.
pub(crate) const END_SCAN: &str = "Press Enter to stop looking.";
/// Where a practice band is tapped.
pub(crate) const TAP: &str = "Press Enter to tap the practice band (w lets the time pass, q stops).";
/// While the steps run.
pub(crate) const TAP_OR_STOP: &str =
    "Press Enter to tap the practice band, w and Enter to let the time pass, q and Enter to stop.";
/// Where a real band is touched, and while the steps run.
pub(crate) const TOUCH_IT: &str = "Touch the band itself (here q and Enter stops).";
/// Below the question for a key.
pub(crate) const ENTER_KEY: &str =
    "Type or paste the key and press Enter; Enter alone if you have none (q goes back).";
/// Over the practice bands.
pub(crate) const PRACTICE_BANDS: &str = "Practice bands (their keys open nothing real)";
/// Before the ends of a practice whose key was given.
pub(crate) const WITH_ITS_KEY: &str = "with its key:";
/// A key was entered.
pub(crate) const KEY_ENTERED: &str = "Key entered.";
/// Before the end, where --key was in vain.
pub(crate) const UNUSED_KEY: &str = "The key that was given was not asked for.";
/// Below the way through the menu.
pub(crate) const RESET: &str =
    "Press Enter to do that with the practice band, or type the number of an answer (q stops).";
/// The same for a real band.
pub(crate) const RESET_IT: &str =
    "Do that on the band, then type the number of an answer and press Enter (q stops).";
/// The practice band was reset in its menu.
pub(crate) const RESET_IN_MENU: &str = "Reset in its menu.";
/// Below the question for the experiment.
pub(crate) const EXPERIMENT: &str = "Type 2 and press Enter to try it; Enter alone does not.";
/// The practice band was tapped.
pub(crate) const TAPPED: &str = "Tapped.";
/// A key is to be deleted.
pub(crate) const CONFIRM_DELETE: &str = "Type yes and press Enter to delete it.";
/// It was deleted.
pub(crate) const DELETED: &str = "Deleted.";
/// Nothing was heard up to the end of a scan.
pub(crate) const NO_BANDS: &str = "No band was heard.";
/// Beside the advice to share the report.
pub(crate) const REPORT: &str = "Run it with --report FILE to get one.";

/// Over the steps of a rescue that was interrupted.
pub(crate) const CONTINUES: &str = "It goes on where it stopped.";
/// Beside the advice to continue.
pub(crate) const CONTINUE: &str = "That is: band-rescue continue";

/// Below a question with so many answers.
pub(crate) fn choose(answers: usize) -> String {
    match answers {
        0 | 1 => "Type 1 and press Enter (q stops).".to_owned(),
        more => format!("Type a number from 1 to {more} and press Enter (q stops)."),
    }
}

/// The world of a practice.
pub(crate) fn world(band: &str, scenario: &str, seed: u64) -> String {
    format!("Practice band {band}, scenario {scenario}, seed {seed}")
}

/// An unfinished practice rescue was found.
pub(crate) fn cleared(band: &str) -> String {
    format!(
        "An earlier practice rescue ({band}) was interrupted. Its practice band is gone, so it cannot be continued; \
         it was taken off the list. A key that was made is still under \"keys\"."
    )
}

/// A rescue that was interrupted can be continued.
pub(crate) fn unfinished(number: usize, what: &str) -> String {
    format!(
        "An earlier rescue was interrupted ({what}). \"band-rescue continue {number}\" goes on with it, with --discard it \
         is forgotten."
    )
}

/// A rescue that was interrupted was forgotten.
pub(crate) fn discarded(what: &str) -> String {
    format!("Forgotten: {what}. A key that was made is still under \"keys\".")
}

/// What is wrong with Bluetooth.
pub(crate) fn trouble(trouble: &Trouble) -> String {
    format!("No Bluetooth: could not {trouble}.")
}
