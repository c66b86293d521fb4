//! What may be asked for: everything the engine can tell a shell to do.
//!
//! An effect *starts* something. One that bears an [`OpId`] is answered exactly once, later, by
//! [`crate::Event::Done`] or [`crate::Event::Failed`]; on a link that goes down, by the link going down.

use crate::address::PeerId;
use crate::event::{BandApp, CharacteristicId, OpId};
use crate::payload::Payload;
use crate::time::Millis;
use crate::view::View;

/// The answer to an input.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// What to do, in this order.
    pub effects: Vec<Effect>,
    /// Call again with [`crate::Event::Timer`] no later than this, if nothing else happens before.
    pub wake_at: Option<Millis>,
    /// What the screen shows, if that changed.
    pub view: Option<View>,
}

/// Something to do. Each kind belongs to one part of a shell; practice replaces the first two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// For the radio, real or practice.
    Radio(Radio),
    /// For the phone's settings and records, real or practice.
    Phone(Phone),
    /// For the app-private storage.
    Store(Store),
    /// For the person.
    Person(Person),
}

/// Radio work. At most one GATT operation (connect to subscribe) is in flight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Radio {
    /// Scan actively for everything band-like; results are [`crate::Event::Seen`]. Answered when the scan has
    /// started, or failed.
    StartScan {
        /// The operation.
        op: OpId,
    },
    /// Stop the scan. No answer.
    StopScan,
    /// Connect directly, low energy only, without a bond. The operation's number names the link from now on.
    Connect {
        /// The operation, and the link.
        op: OpId,
        /// Whom.
        peer: PeerId,
    },
    /// Discover the service table; answered with [`crate::event::Value::Services`].
    Discover {
        /// The operation.
        op: OpId,
        /// The link.
        link: OpId,
    },
    /// Forget the phone's cached service table of this link (a hidden call on Android). Answered by done, or
    /// [`crate::event::Failure::Missing`], `Refused`, `Denied` or `Unsupported`.
    ClearCache {
        /// The operation.
        op: OpId,
        /// The link.
        link: OpId,
    },
    /// Ask the band for longer packets; answered when that is settled, whatever came of it, with
    /// [`crate::event::Value::Mtu`] where the platform tells what was agreed.
    RequestMtu {
        /// The operation.
        op: OpId,
        /// The link.
        link: OpId,
        /// The MTU to ask for, 23 to 517.
        mtu: u16,
    },
    /// Read a characteristic; answered with [`crate::event::Value::Bytes`].
    Read {
        /// The operation.
        op: OpId,
        /// The link.
        link: OpId,
        /// What.
        characteristic: CharacteristicId,
    },
    /// Write a characteristic. Without response it is done when queued.
    Write {
        /// The operation.
        op: OpId,
        /// The link.
        link: OpId,
        /// Where.
        characteristic: CharacteristicId,
        /// The bytes; may be a key.
        value: Payload,
        /// Whether the band confirms the write.
        with_response: bool,
    },
    /// Switch notifications on: locally and in the band (CCCD), as one operation.
    Subscribe {
        /// The operation.
        op: OpId,
        /// The link.
        link: OpId,
        /// Where.
        characteristic: CharacteristicId,
    },
    /// Disconnect and give the link back. No answer, and nothing is heard of the link again. Harmless if it is
    /// not up (then a connecting attempt is given up).
    Close {
        /// The link.
        link: OpId,
    },
}

/// The phone's settings and records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phone {
    /// Look up adapter, permission and location switch; answered with [`crate::event::Value::Facts`].
    Facts {
        /// The operation.
        op: OpId,
    },
    /// Show the system's permission dialog; answered with the facts afterwards.
    AskPermission {
        /// The operation.
        op: OpId,
    },
    /// Show the system's dialog that switches Bluetooth on; answered with the facts afterwards.
    AskBluetooth {
        /// The operation.
        op: OpId,
    },
    /// Look up the bond; answered with [`crate::event::Value::Bond`].
    Bond {
        /// The operation.
        op: OpId,
        /// With whom.
        peer: PeerId,
    },
    /// Start removing the bond (a hidden call on Android). Done means *started*: look at the bond afterwards.
    RemoveBond {
        /// The operation.
        op: OpId,
        /// With whom.
        peer: PeerId,
    },
    /// Cancel a pairing that is under way (a hidden call on Android).
    CancelBond {
        /// The operation.
        op: OpId,
        /// With whom.
        peer: PeerId,
    },
    /// Look up who may hold a band; answered with [`crate::event::Value::Holders`].
    Holders {
        /// The operation.
        op: OpId,
    },
    /// Open a settings page. No answer; coming back is [`crate::Event::Resumed`].
    OpenSettings(SettingsPage),
}

/// A page of the phone's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsPage {
    /// This app's page (permissions).
    App,
    /// Bluetooth devices.
    Bluetooth,
    /// The location switch.
    Location,
}

/// App-private storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Store {
    /// Replace a file atomically (write, sync, rename) and answer when it is safe.
    Save {
        /// The operation.
        op: OpId,
        /// Which file.
        file: StoreFile,
        /// Its whole new content.
        content: Payload,
    },
}

/// A file in the app-private storage; practice has a folder of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreFile {
    /// Rescues that are under way.
    Journal,
    /// Keys the person may still need.
    Keys,
    /// A journal that could not be read, kept as it was.
    DamagedJournal,
    /// A key file that could not be read, kept as it was.
    DamagedKeys,
}

/// For the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Person {
    /// Vibrate the phone once: something needs them now.
    VibratePhone,
    /// Keep the screen on, or no longer.
    KeepScreenOn(bool),
    /// Offer a text to share: the report, redacted.
    Share(String),
    /// Put a key on the clipboard, marked as sensitive.
    Copy(Payload),
    /// Open an app, or its page in a store when it is not installed.
    OpenApp(BandApp),
    /// Leave the app: the person went back from the home screen.
    Leave,
}
