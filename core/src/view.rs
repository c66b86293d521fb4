//! What a screen shows: keys and numbers, no prose. Texts belong to the shells, named by these types.

use serde::{Deserialize, Serialize};

use crate::address::PeerId;
use crate::band::{BandLabel, Gesture, Model, ResetMenu};
use crate::event::{AskId, BandApp, Choice, PermissionKind, RescueId, Task};
use crate::facts::Facts;
use crate::keys::{AuthKey, KeyError, KeyId};
use crate::outcome::Outcome;
use crate::time::{Millis, WallMillis};

/// Everything that is on the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// The screen.
    pub screen: Screen,
    /// The person went back during a rescue: shown over the screen, with what state the band would be left in.
    pub leaving: Option<Leaving>,
}

/// "Stop here?"
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// Answers with [`Choice::Stop`] or [`Choice::GoOn`].
    pub ask: AskId,
    /// How the band would be left.
    pub left: LeftState,
}

/// The screens.
#[derive(Clone, Debug, PartialEq)]
pub enum Screen {
    /// What is wrong with your band?
    Home(Home),
    /// Keys that may still be needed.
    Keys(Vec<KeyRow>),
    /// Which band is it?
    Choose(Choose),
    /// One question on a whole screen: something the phone needs, where the band will be used, what will happen.
    Question(QuestionScreen),
    /// The steps, while they run.
    Rescue(Rescue),
    /// How it ended.
    Ended(Ended),
}

/// The home screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Home {
    /// Rescues that were interrupted, newest first.
    pub unfinished: Vec<Unfinished>,
    /// How many keys are saved.
    pub saved_keys: u32,
    /// A stored file could not be read; it is kept aside.
    pub damaged_file: bool,
}

/// A rescue that was interrupted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// Its name.
    pub rescue: RescueId,
    /// What was asked for.
    pub task: Task,
    /// Which band.
    pub band: BandLabel,
    /// How the band was left.
    pub left: LeftState,
}

/// A saved key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// Its name.
    pub id: KeyId,
    /// The band it belongs to.
    pub band: BandLabel,
    /// The key.
    pub key: AuthKey,
    /// Whether the band is known to have taken it.
    pub confirmed: bool,
    /// When it was made.
    pub saved_at: WallMillis,
}

/// The list of bands in range.
#[derive(Clone, Debug, PartialEq)]
pub struct Choose {
    /// What it is chosen for.
    pub task: Task,
    /// The bands, strongest first.
    pub bands: Vec<BandRow>,
    /// Nothing was found for a while: what may hide the band, likeliest first.
    pub hints: Vec<HidingPlace>,
    /// Whether a band can be asked to buzz from here now.
    pub can_buzz: bool,
}

/// A band in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BandRow {
    /// The radio's name for it.
    pub peer: PeerId,
    /// What it is, or why it is not one of ours.
    pub kind: RowKind,
    /// The name it advertises, for bands that the app has no name for; may be empty.
    pub advertised_name: String,
    /// The last four digits of its address.
    pub address_tail: String,
    /// Signal strength in dBm.
    pub rssi: i16,
    /// The same in words.
    pub signal: Signal,
    /// Whether a phone holds it right now. `None` where the platform does not tell.
    pub held: Option<bool>,
    /// Whether this phone has a bond with it.
    pub bonded: bool,
    /// What a buzz that was asked for came to.
    pub buzz: Option<Buzz>,
}

/// What a row of the list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// A band that can be helped.
    Band(Model),
    /// A relative of these bands that this app can do little for (Redmi and Amazfit bands).
    Related,
    /// It speaks like a band of this maker, but it is not a model that this app knows.
    UnknownBand,
    /// It has the name of a band but not the maker's signs.
    LookAlike,
}

/// Signal strength in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// −60 dBm and more: within reach.
    Strong,
    /// −75 dBm and more: in the room.
    Medium,
    /// Less.
    Weak,
}

/// A buzz from the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Buzz {
    /// Being tried.
    Trying,
    /// The band was told to vibrate; only the person knows whether it did.
    Sent,
    /// It did not work without a key.
    Failed,
}

/// What may hide a band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HidingPlace {
    /// The official app on another phone or tablet holds it.
    AnotherPhone,
    /// One of these apps on this phone holds it.
    AppOnThisPhone(BandApp),
    /// It is asleep or empty: charge it for ten minutes.
    EmptyBattery,
    /// It is too far away.
    TooFar,
}

/// A question on a whole screen.
#[derive(Clone, Debug, PartialEq)]
pub struct QuestionScreen {
    /// The task it belongs to.
    pub task: Task,
    /// The band it is about, once chosen.
    pub band: Option<BandLabel>,
    /// The question.
    pub ask: Ask,
}

/// A question with its answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// Its number; an answer to an older question is ignored.
    pub id: AskId,
    /// What is asked.
    pub question: Question,
    /// The possible answers, the likeliest first.
    pub choices: Vec<Choice>,
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// The permission to find bands is missing.
    NeedsPermission {
        /// Which.
        kind: PermissionKind,
        /// The system will not ask again; only its settings page helps.
        refused_for_good: bool,
    },
    /// Bluetooth is off.
    NeedsBluetooth,
    /// The location switch is off (Android 8 to 11).
    NeedsLocationSwitch,
    /// Where will the band be used?
    WhereUsed,
    /// Is there a key of the band? Answered by [`Choice::NoKey`] or [`crate::event::PersonEvent::EnterKey`].
    HaveKey {
        /// What was wrong with what was entered last.
        problem: Option<KeyError>,
    },
    /// What will happen; nothing has been changed so far.
    WhatHappens {
        /// How the band will be opened.
        road: Road,
        /// Whether the band will be erased (else it is only taken over, or restarted).
        erases: bool,
        /// What is lost.
        losses: Vec<Loss>,
        /// The longest it usually takes, in minutes.
        minutes: u32,
    },
    /// The phone keeps the bond: forget the band by hand in the Bluetooth settings.
    ForgetByHand,
    /// Somebody's phone holds the band.
    HeldByPhone {
        /// Whether it is this phone.
        this_phone: bool,
        /// The installed apps that may do it.
        apps: Vec<BandApp>,
    },
    /// The battery is low.
    BatteryLow {
        /// Charge in percent.
        percent: u8,
    },
    /// The battery could not be read: is the band charged?
    BatteryUnknown,
    /// Did your band buzz?
    DidItBuzz,
    /// No known key opens the band: take it over by a tap? This removes its present pairing.
    TakeOverToGoOn,
    /// Reset the band in its own menu, with your hands.
    ResetOnBand {
        /// Where the menu usually has it.
        menu: ResetMenu,
    },
    /// Nothing else is left: try a reset without a key, which nobody has confirmed to work?
    TryExperiment,
    /// Does your band show the pairing screen now?
    ShowsPairingScreen,
}

/// How a band is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Road {
    /// By a tap.
    Tap,
    /// With a key that is known.
    Key,
    /// The band is asked what it allows; if it allows nothing, by hand in its menu.
    AskTheBand,
    /// By hand in its menu.
    ByHand,
    /// Not at all: nothing has to be opened for this task.
    NotNeeded,
}

/// What a task destroys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Steps and sleep that were not synchronised.
    UnsyncedRecords,
    /// Alarms and settings in the band.
    Settings,
    /// The present owner's app loses the band.
    OldPairing,
    /// Keys saved elsewhere stop working.
    OldKeys,
}

/// The rescue screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Rescue {
    /// What was asked for.
    pub task: Task,
    /// The band.
    pub band: Option<BandLabel>,
    /// All steps of this task, in order.
    pub steps: Vec<StepRow>,
    /// What the person must do at the band now.
    pub prompt: Option<Prompt>,
    /// A question in between.
    pub ask: Option<Ask>,
}

/// A step and its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepRow {
    /// The step.
    pub step: Step,
    /// Its state.
    pub state: StepState,
    /// What was seen in it.
    pub seen: Option<StepSeen>,
}

/// The steps of all tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Make this phone let go of the band.
    FreePhone,
    /// Connect.
    Connect,
    /// Ask the band what it is.
    Identify,
    /// Take over by a tap.
    TakeOver,
    /// Reset the band in its own menu.
    ResetOnBand,
    /// Try a reset without a key.
    Experiment,
    /// Open with a known key.
    Unlock,
    /// Hear its charge.
    Charge,
    /// Make sure that it is the right band.
    RightBand,
    /// Make it vibrate.
    Buzz,
    /// Erase.
    Erase,
    /// Restart.
    Restart,
    /// See that it worked.
    Prove,
}

/// The state of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Not begun.
    Waiting,
    /// Being done.
    Doing,
    /// Waits for the person.
    NeedsYou,
    /// Done.
    Done,
    /// Left out: not needed, or not possible with this band.
    Skipped,
    /// It was tried and did not work; the task may have gone on another way.
    Failed,
}

/// What was seen in a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepSeen {
    /// This phone knew nothing of the band.
    PhoneKnewNothing,
    /// This phone has forgotten the band.
    PhoneHasForgotten,
    /// The band answers; this many tries were needed.
    Connected {
        /// Tries.
        tries: u32,
    },
    /// What the band says it is.
    Identified {
        /// The model.
        model: Model,
        /// The firmware it names, if it does.
        firmware: Option<String>,
    },
    /// The band took our key.
    KeyTaken,
    /// It opened with a key that we have.
    Opened,
    /// It wants a signature of the vendor for a new key.
    WantsVendor,
    /// It says that it is bound to nobody.
    NotBound,
    /// The person confirmed that it buzzed, or the tap did.
    RightBand,
    /// It acknowledged the command.
    Acknowledged,
    /// It dropped the link, as expected.
    WentAway,
    /// It came back under this address (last four digits).
    CameBack {
        /// The last four digits.
        address_tail: String,
    },
}

/// What the person must do at the band now, until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// Tap the band.
    Tap {
        /// Monotonic time at which the chance is over.
        until: Millis,
        /// The whole span, for the ring.
        total: Millis,
        /// How the wearer of this model confirms.
        gesture: Gesture,
    },
    /// Press the band's button: it may be asking for a confirmation.
    PressButton {
        /// Monotonic time at which the chance is over.
        until: Millis,
        /// The whole span, for the ring.
        total: Millis,
    },
    /// Hold the band close to the phone; it is being looked for.
    HoldNear {
        /// Monotonic time at which looking ends.
        until: Millis,
        /// The whole span.
        total: Millis,
    },
}

/// How a band is left when things stop here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftState {
    /// Nothing was changed.
    Untouched,
    /// This phone may have forgotten the band; the band itself is unchanged.
    PhoneChanged,
    /// A new key was sent; a tap may still make the band take it. The key is saved.
    KeySent,
    /// The band holds our key, which is saved.
    TakenOver,
    /// The erase was sent; the band may be erased.
    EraseSent,
    /// The person was asked to reset the band by hand, and may have done it.
    ResetByHand,
    /// It is erased, and that is proved.
    Erased,
    /// It was told to restart.
    RestartSent,
}

/// The end screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// What was asked for.
    pub task: Task,
    /// The band, if one was chosen.
    pub band: Option<BandLabel>,
    /// How it ended.
    pub outcome: Outcome,
    /// How the band is left.
    pub left: LeftState,
    /// The steps as they stood.
    pub steps: Vec<StepRow>,
    /// What to do next, the best first.
    pub advice: Vec<Advice>,
    /// The official app for this model, in the order to try.
    pub official_apps: Vec<BandApp>,
    /// What the person said about the official app.
    pub app_accepted: Option<bool>,
    /// A key of this band is still saved.
    pub key_saved: bool,
    /// The interrupted rescue that can be continued from here.
    pub resumable: Option<RescueId>,
    /// What the band told; only where that was asked for.
    pub facts: Option<Box<Facts>>,
}

/// What can be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Open the official app and add the band there.
    OpenOfficialApp,
    /// Give the key to the other app.
    CopyKey,
    /// Do the same again, closer and without haste.
    TryAgain,
    /// Continue where it stopped.
    Continue,
    /// Switch Bluetooth off on other phones and tablets, or stop their app.
    FreeOtherPhones,
    /// Stop the app on this phone that holds the band.
    StopOtherApp,
    /// Switch this phone's Bluetooth off and on.
    ToggleBluetooth,
    /// Forget the band in this phone's Bluetooth settings.
    ForgetByHand,
    /// Charge the band for half an hour or more.
    ChargeBand,
    /// Let the owner unpair it in their app, with internet.
    AskOwner,
    /// Reset it in its own menu.
    ResetOnBand,
    /// Get the key from the account the band is bound to, if that is yours.
    OwnKey,
    /// The key that was entered is not the band's: what may be wrong with it.
    CheckKey,
    /// What the account lock looks at, and what is left to do.
    AccountLock,
    /// It may not be a genuine band.
    CheckGenuine,
    /// Share the report.
    ShareReport,
}
