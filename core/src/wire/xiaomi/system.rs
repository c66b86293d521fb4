//! System messages, which a band takes only inside an encrypted session: reset, find, battery, device information.

use std::fmt;

use thiserror::Error;

use crate::wire::device_information;
use crate::wire::xiaomi::messages::{AnswerError, SYSTEM, System, WearPacket};

const RESET: u32 = 0;
const BATTERY: u32 = 1;
const DEVICE_INFO: u32 = 2;
const FIND: u32 = 18;

/// What a reset does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetMode {
    /// 0: erases nothing; presumably restarts, nobody is known to have used it.
    KeepAll,
    /// 1: erases everything, the owner too; what the vendor's app sends to unbind.
    EraseAll,
}

/// 0: resets.
pub fn reset(mode: ResetMode) -> WearPacket {
    let reset_mode = match mode {
        ResetMode::KeepAll => 0,
        ResetMode::EraseAll => 1,
    };
    WearPacket::system(RESET, System { reset_mode: Some(reset_mode), ..System::default() })
}

/// Reads an answer to [`reset`]. None was ever captured: silence and a dropped link are as likely.
pub fn reset_reply(packet: &WearPacket) -> Result<(), AnswerError> {
    packet.answers(SYSTEM, RESET)
}

/// 18: starts or stops what makes a band be found.
pub fn find(start: bool) -> WearPacket {
    WearPacket::system(FIND, System { find_mode: Some(u32::from(!start)), ..System::default() })
}

/// Reads an answer to [`find`].
pub fn find_reply(packet: &WearPacket) -> Result<(), AnswerError> {
    packet.answers(SYSTEM, FIND)
}

/// 1: asks for the battery. The cheapest question to test an encrypted session with.
pub fn battery() -> WearPacket {
    WearPacket::bare(SYSTEM, BATTERY)
}

/// What the battery says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Battery {
    /// Charge in percent, 0 to 100.
    pub level: u8,
    /// Whether it charges, where it says so.
    pub charge: Option<Charge>,
    /// When it was last charged, in seconds since 1970.
    pub last_charge: Option<u32>,
}

/// Whether a battery charges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charge {
    /// 1.
    Charging,
    /// 2.
    NotCharging,
    /// 3: on the charger, and full.
    Full,
    /// Another number.
    Other(u32),
}

/// An answer about the battery that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BatteryError {
    /// No such answer.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// More than 100 percent.
    #[error("read the battery: {level} percent is not possible")]
    Level {
        /// What was said.
        level: u32,
    },
}

/// Reads the answer to [`battery`].
pub fn battery_reply(packet: &WearPacket) -> Result<Battery, BatteryError> {
    packet.answers(SYSTEM, BATTERY)?;
    let missing = AnswerError::Incomplete { field: "battery" };
    let status = packet.system.as_deref().and_then(|system| system.status).ok_or(missing)?;
    let battery = status.battery.ok_or(missing)?;
    let percent = battery.percent.ok_or(missing)?;
    let level = u8::try_from(percent).ok().filter(|level| *level <= 100);
    Ok(Battery {
        level: level.ok_or(BatteryError::Level { level: percent })?,
        charge: battery.charge.map(|charge| match charge {
            1 => Charge::Charging,
            2 => Charge::NotCharging,
            3 => Charge::Full,
            other => Charge::Other(other),
        }),
        last_charge: battery.last_charge.and_then(|last| last.seconds).filter(|seconds| *seconds != 0),
    })
}

/// 2: asks who the band is.
pub fn device_info() -> WearPacket {
    WearPacket::bare(SYSTEM, DEVICE_INFO)
}

/// Who a band is, as printable texts of at most 32 characters. Its mobile network number, if any, is not kept. `Debug` hides
/// the serial number.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// Serial number.
    pub serial: Option<String>,
    /// Firmware version.
    pub firmware: Option<String>,
    /// Model, such as `miwear.watch.n66cn`.
    pub model: Option<String>,
    /// Product name.
    pub product: Option<String>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("firmware", &self.firmware)
            .field("model", &self.model)
            .field("product", &self.product)
            .finish_non_exhaustive()
    }
}

/// Reads the answer to [`device_info`].
pub fn device_info_reply(packet: &WearPacket) -> Result<Identity, AnswerError> {
    packet.answers(SYSTEM, DEVICE_INFO)?;
    let info = packet.system.as_deref().and_then(|system| system.device_info.as_ref());
    let info = info.ok_or(AnswerError::Incomplete { field: "device information" })?;
    let text = |bytes: &Option<Vec<u8>>| bytes.as_deref().and_then(device_information::text);
    Ok(Identity {
        serial: text(&info.serial),
        firmware: text(&info.firmware),
        model: text(&info.model),
        product: text(&info.product),
    })
}
