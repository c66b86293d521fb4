//! What may happen: everything a shell can tell the engine.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::address::{Address, AddressKind, PeerId};
use crate::keys::KeyId;
use crate::payload::Payload;
use crate::time::{Millis, WallMillis};

/// One call of the engine: when it is, and what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Monotonic time now.
    pub now: Millis,
    /// Wall-clock time now.
    pub wall: WallMillis,
    /// What happened.
    pub event: Event,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The first event of every session: what is stored and where we run.
    Opened(Opened),
    /// The moment named by `wake_at` has come. Harmless at any other time.
    Timer,
    /// The app came to the front again: a dialog or a settings page was closed, facts may have changed.
    Resumed,
    /// The person did something.
    Person(PersonEvent),
    /// An operation ended well.
    Done {
        /// The operation.
        op: OpId,
        /// What it brought.
        value: Value,
    },
    /// An operation ended badly.
    Failed {
        /// The operation.
        op: OpId,
        /// Why.
        failure: Failure,
    },
    /// A device was heard while a scan was on.
    Seen(Seen),
    /// The band sent a notification.
    Notified {
        /// The link, named by the operation that opened it.
        link: OpId,
        /// Where it came from.
        characteristic: CharacteristicId,
        /// The bytes.
        value: Payload,
    },
    /// A link that was up is gone; every operation on it is thereby over.
    LinkDown {
        /// The link, named by the operation that opened it.
        link: OpId,
        /// The platform's status (GATT status on Android: 8 time-out, 19 closed by the band, 22 closed here; 0 unknown).
        status: u16,
    },
    /// The phone's Bluetooth was switched.
    Adapter(Adapter),
    /// The phone's bond with a device changed.
    BondChanged {
        /// The device.
        peer: PeerId,
        /// The new state.
        state: Bond,
    },
}

/// The first event: stored files as they were saved, entropy, and the phone for the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The journal file, if there is one.
    pub journal: Option<Payload>,
    /// The key file, if there is one.
    pub keys: Option<Payload>,
    /// 32 fresh random bytes from the system; every key of this session is drawn from them.
    pub entropy: Entropy,
    /// Changes with every start of the phone; after a change old peers may not be connectable by address.
    pub boot_id: String,
    /// For the report, such as `Pixel 6, Android 15 (patch 2026-01-05)`.
    pub phone: String,
    /// For the report, such as `0.1.0`.
    pub app_version: String,
}

/// Random bytes; hidden in debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct Entropy(pub [u8; 32]);

impl std::fmt::Debug for Entropy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Entropy(hidden)")
    }
}

/// What a person can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PersonEvent {
    /// Starts a task from the home screen.
    Begin(Task),
    /// Continues an interrupted rescue.
    Resume(RescueId),
    /// Forgets an interrupted rescue (its key stays saved).
    Discard(RescueId),
    /// Opens the saved keys.
    ShowKeys,
    /// Deletes a saved key, having been asked.
    DeleteKey(KeyId),
    /// Copies a saved key; it stays saved until it is deleted or proved useless.
    CopyKey(KeyId),
    /// Chooses a band from the list.
    Pick(PeerId),
    /// Asks a band of the list to buzz.
    Buzz(PeerId),
    /// Enters a key as text, in whatever form, at [`crate::view::Question::HaveKey`]; for [`Task::Info`] and
    /// [`Task::Battery`], which ask for none, while the list is shown.
    EnterKey(KeyText),
    /// Answers a question.
    Answer {
        /// The question.
        ask: AskId,
        /// The answer, one of those offered.
        choice: Choice,
    },
    /// One step back: leaves a screen, or asks whether to stop a rescue.
    Back,
    /// Stops the running task now.
    Cancel,
    /// Opens the official app from the end screen.
    OpenOfficialApp,
    /// Says whether the official app accepted the band.
    AppAccepted(bool),
    /// Copies the key from the end screen; it stays saved.
    CopyEndKey,
    /// Shares the report of the rescue.
    ShareReport,
    /// Leaves the end screen.
    Finish,
}

/// What a person typed or pasted as a key; hidden in debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyText(pub String);

impl std::fmt::Debug for KeyText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyText({} characters)", self.0.chars().count())
    }
}

/// What a person can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Free a band from its other owner.
    Unpair,
    /// Erase a band completely.
    Erase,
    /// Restart a band.
    Restart,
    /// Make a band vibrate.
    Find,
    /// Only list the bands in range.
    Scan,
    /// Show what a band tells about itself; nothing is changed.
    Info,
    /// Show the charge of a band; nothing is changed.
    Battery,
    /// Make this phone forget a band; the band itself is not changed.
    Forget,
}

/// The number of an operation: unique in a session, answered exactly once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpId(pub u64);

/// What an operation brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing but the fact that it is done (written, subscribed, connected, saved, started).
    Nothing,
    /// The bytes that were read.
    Bytes(Payload),
    /// The service table.
    Services(Vec<GattService>),
    /// The state of the phone.
    Facts(PhoneFacts),
    /// The state of a bond.
    Bond(Bond),
    /// Who on this phone may hold a band.
    Holders(Holders),
    /// The MTU that phone and band have agreed on, in bytes.
    Mtu(u16),
}

/// Why an operation failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// This radio or phone cannot do such a thing.
    Unsupported,
    /// The system forbade it (a missing permission, a protected call).
    Denied,
    /// The call was made and answered with "no".
    Refused,
    /// The call or the thing it needs does not exist here.
    Missing,
    /// Bluetooth is off.
    BluetoothOff,
    /// The platform's status; on Android a GATT status such as 133.
    Status(u16),
}

/// A service of a band's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GattService {
    /// Its UUID.
    pub uuid: Uuid,
    /// Its characteristics.
    pub characteristics: Vec<GattCharacteristic>,
}

/// A characteristic of a band's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GattCharacteristic {
    /// Its UUID.
    pub uuid: Uuid,
    /// The property bits of the Bluetooth core specification: 02 read, 04 write without response, 08 write,
    /// 10 notify, 20 indicate.
    pub properties: u8,
}

/// Names a characteristic: UUIDs are unique within a service only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CharacteristicId {
    /// The service's UUID.
    pub service: Uuid,
    /// The characteristic's UUID.
    pub characteristic: Uuid,
}

/// A device that was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The radio's name for it.
    pub peer: PeerId,
    /// Its address, where the platform tells.
    pub address: Option<Address>,
    /// The kind of that address, where the platform tells.
    pub address_kind: Option<AddressKind>,
    /// Signal strength in dBm.
    pub rssi: i16,
    /// Whether it takes connections, where the platform tells.
    pub connectable: Option<bool>,
    /// What it said.
    pub fields: AdvertisedFields,
}

/// The parts of advertisement and scan response that matter here; made from raw bytes by
/// [`crate::wire::advertisement::parse`] or from what a platform has parsed already. `Debug` shows of the maker's bytes
/// and the service data how many there are, since they hold the address.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AdvertisedFields {
    /// The flags byte (AD type 01).
    pub flags: Option<u8>,
    /// The local name, complete or shortened.
    pub name: Option<String>,
    /// Advertised service UUIDs.
    pub services: Vec<Uuid>,
    /// Company id and what follows it.
    pub manufacturer: Vec<(u16, Vec<u8>)>,
    /// Service data.
    pub service_data: Vec<(Uuid, Vec<u8>)>,
}

impl std::fmt::Debug for AdvertisedFields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { flags, name, services, manufacturer, service_data } = self;
        let manufacturer: Vec<_> =
            manufacturer.iter().map(|(company, bytes)| (company, bytes.len())).collect();
        let service_data: Vec<_> =
            service_data.iter().map(|(service, bytes)| (service, bytes.len())).collect();
        f.debug_struct("AdvertisedFields")
            .field("flags", flags)
            .field("name", name)
            .field("services", services)
            .field("manufacturer", &manufacturer)
            .field("service_data", &service_data)
            .finish()
    }
}

/// The state of the phone's Bluetooth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adapter {
    /// On.
    On,
    /// Off, or on its way.
    Off,
    /// The machine has none (or no service that runs it).
    Missing,
}

/// What the app is allowed to do, and how Android calls that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhoneFacts {
    /// Bluetooth.
    pub adapter: Adapter,
    /// The permission to scan and connect.
    pub permission: Permission,
    /// Which permission that is on this phone.
    pub permission_kind: PermissionKind,
    /// Android 8 to 11: the location switch must be on, or scans find nothing, silently. `None` where it does not matter.
    pub location_switch: Option<bool>,
}

/// State of a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Given.
    Granted,
    /// Not given; the system dialog can be shown.
    Missing,
    /// Refused for good; only the settings page helps.
    RefusedForGood,
}

/// Which permission finding a band needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermissionKind {
    /// Android 12 and later.
    NearbyDevices,
    /// Android 8 to 11.
    Location,
    /// None (computers).
    Nothing,
}

/// State of the phone's bond with a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bond {
    /// None.
    None,
    /// Being made; a system dialog may be open.
    Bonding,
    /// There is one.
    Bonded,
}

/// Who on this phone may hold a band.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holders {
    /// Devices that are connected to this phone now, whichever app did it.
    pub connected: Vec<PeerId>,
    /// Installed apps that are known to connect to bands.
    pub apps: Vec<BandApp>,
}

/// An app that talks to bands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BandApp {
    /// Zepp Life, formerly Mi Fit (com.xiaomi.hm.health).
    ZeppLife,
    /// Zepp (com.huami.watch.hmwatchmanager).
    Zepp,
    /// Mi Fitness (com.xiaomi.wearable).
    MiFitness,
    /// Notify for Mi Band and its variants (com.mc.miband1, com.mc.xiaomi1, com.mc.miband1.huawei).
    Notify,
    /// Gadgetbridge and its variants (nodomain.freeyourgadget.gadgetbridge…).
    Gadgetbridge,
}

/// The number of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AskId(pub u32);

/// The answers to questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Show the system's dialog.
    Allow,
    /// Open the settings page.
    OpenSettings,
    /// Look again.
    CheckAgain,
    /// With the official app.
    OfficialApp,
    /// With another app.
    AnotherApp,
    /// Begin.
    Start,
    /// Go on.
    GoOn,
    /// Do not go on.
    Stop,
    /// Yes.
    Yes,
    /// No.
    No,
    /// Once more.
    Again,
    /// I have no key.
    NoKey,
    /// I have done it.
    DidIt,
    /// I cannot find it, or cannot get there.
    CannotFind,
}

/// Names a rescue in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RescueId(pub u32);
