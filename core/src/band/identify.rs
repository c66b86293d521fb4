//! Identifying a band after connecting: what it says of itself, and whether that fits together.

use crate::band::{Model, Target};
use crate::cx::{Cx, Stop};
use crate::event::CharacteristicId;
use crate::link::{Link, LinkError};
use crate::outcome::End;
use crate::view::StepSeen;
use crate::wire::device_information::{self, Pnp};
use crate::wire::{advertisement, battery, gatt};

/// What a band says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) model: Model,
    pub(crate) serial: Option<String>,
    pub(crate) firmware: Option<String>,
    /// Charge in percent, where it can be read without a key.
    pub(crate) charge: Option<u8>,
}

/// Reads who the band is. A band that contradicts the name it advertises is not taken for one of ours.
///
/// The name comes first, the PnP product second, the hardware revision third: none alone is proof.
pub(crate) async fn identify(cx: &Cx, link: &mut Link<'_>, target: &Target) -> Result<Identity, Stop> {
    let mut lost = 0;
    loop {
        link.ensure_open().await?;
        match read_all(link).await {
            Ok(read) => return judge(cx, target, read),
            Err(error) if lost < 2 => {
                cx.note(format!("identifying was interrupted: {error:?}"));
                lost += 1;
            }
            Err(_) => return Err(Stop(End::NoAnswer)),
        }
    }
}

struct Read {
    serial: Option<String>,
    hardware: Option<String>,
    firmware: Option<String>,
    pnp: Option<Pnp>,
    charge: Option<u8>,
}

async fn read_all(link: &mut Link<'_>) -> Result<Read, LinkError> {
    let serial = optional(link, gatt::SERIAL).await?.and_then(|bytes| device_information::text(&bytes));
    let hardware = optional(link, gatt::HARDWARE).await?.and_then(|bytes| device_information::text(&bytes));
    let firmware = optional(link, gatt::FIRMWARE).await?.and_then(|bytes| device_information::text(&bytes));
    let pnp = optional(link, gatt::PNP).await?.and_then(|bytes| device_information::pnp(&bytes).ok());
    let charge = charge(link).await?;
    Ok(Read { serial, hardware, firmware, pnp, charge })
}

/// The charge in percent; `None` if the band does not tell it (before authentication, perhaps).
pub(crate) async fn charge(link: &mut Link<'_>) -> Result<Option<u8>, LinkError> {
    let bytes = optional(link, gatt::BATTERY).await?;
    Ok(bytes.and_then(|bytes| battery::parse(&bytes).ok()).map(|battery| battery.level))
}

/// The serial number; `None` if the band does not tell it.
pub(crate) async fn serial(link: &mut Link<'_>) -> Result<Option<String>, LinkError> {
    let bytes = optional(link, gatt::SERIAL).await?;
    Ok(bytes.and_then(|bytes| device_information::text(&bytes)))
}

/// Reads what may be missing or forbidden; only a lost link is an error.
async fn optional(
    link: &mut Link<'_>,
    characteristic: CharacteristicId,
) -> Result<Option<Vec<u8>>, LinkError> {
    if !link.has(characteristic) {
        return Ok(None);
    }
    match link.read(characteristic).await {
        Ok(bytes) => Ok(Some(bytes.0)),
        Err(LinkError::Failed(failure)) if failure != crate::event::Failure::BluetoothOff => Ok(None),
        Err(error) => Err(error),
    }
}

fn judge(cx: &Cx, target: &Target, read: Read) -> Result<Identity, Stop> {
    let by_hardware = read.hardware.as_deref().and_then(Model::from_hardware);
    let by_product = match read.pnp {
        Some(pnp) if pnp.vendor == advertisement::HUAMI => match Model::from_product(pnp.product) {
            Some(model) => Some(model),
            // Editions such as the Mi Band 3 NFC have products of their own: name and hardware must agree then.
            None if by_hardware == Some(target.model) => None,
            None => return not_ours(cx, &format!("PnP product {:04x}", pnp.product)),
        },
        Some(pnp) => return not_ours(cx, &format!("PnP vendor {:04x}", pnp.vendor)),
        None => None,
    };
    let model = by_product.or(by_hardware).unwrap_or(target.model);
    let Read { serial, firmware, charge, hardware, .. } = read;
    cx.note(format!(
        "identified: {}, hardware {}, firmware {}, serial {}, charge {}",
        model.row().name,
        hardware.as_deref().unwrap_or("unknown"),
        firmware.as_deref().unwrap_or("unknown"),
        if serial.is_some() { "readable" } else { "unknown" },
        charge.map_or_else(|| "unknown".to_owned(), |percent| format!("{percent} %")),
    ));
    cx.step_seen(StepSeen::Identified { model, firmware: firmware.clone() });
    cx.set_case(|case| {
        case.target.model = model;
        case.serial.clone_from(&serial);
    });
    Ok(Identity { model, serial, firmware, charge })
}

fn not_ours(cx: &Cx, sign: &str) -> Result<Identity, Stop> {
    cx.note(format!("not one of the bands that can be helped: {sign}"));
    Err(Stop(End::NotSupported))
}
