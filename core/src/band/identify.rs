//! Identifying a band after connecting: what it says of itself, and whether that fits together.

use crate::address::Address;
use crate::band::{Family, Model, Speech, Target};
use crate::cx::{Cx, Stop};
use crate::event::CharacteristicId;
use crate::facts::{Charge, Serial, Sign};
use crate::link::{Link, LinkError};
use crate::outcome::End;
use crate::view::StepSeen;
use crate::wire::device_information::{self, Pnp};
use crate::wire::mi_band_1::{self, DeviceInformation, Edition};
use crate::wire::user_info::Layout;
use crate::wire::{advertisement, battery, gatt};

/// What a band says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) model: Model,
    pub(crate) speech: Speech,
    /// The charge, where it can be read without a key.
    pub(crate) charge: Option<Charge>,
    /// What else it says, for people.
    pub(crate) papers: Papers,
    /// Mi Band 1: how it takes user information.
    pub(crate) layout: Layout,
    /// Mi Band 1: the last byte of its address, which goes into the frame.
    pub(crate) address_end: u8,
}

/// What a band says for people alone: nothing is decided by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Papers {
    /// What it was recognised by, the strongest sign last.
    pub(crate) signs: Vec<Sign>,
    pub(crate) hardware: Option<String>,
    pub(crate) firmware: Option<String>,
    pub(crate) serial: Option<Serial>,
}

/// Reads who the band is. A band that contradicts the name it advertises is not taken for one of ours.
///
/// The name comes first, the PnP product second, the hardware revision third: none alone is proof.
pub(crate) async fn identify(cx: &Cx, link: &mut Link<'_>, target: &Target) -> Result<Identity, Stop> {
    let mut lost = 0;
    loop {
        link.ensure_open().await?;
        match read_all(link).await {
            Ok(read) => return judge(cx, link, target, read),
            Err(error) if lost < 2 => {
                cx.note(format!("identifying was interrupted: {error:?}"));
                lost += 1;
            }
            Err(_) => return Err(Stop(End::NoAnswer)),
        }
    }
}

/// What a Mi Band 1 needs to be spoken to again; nothing is judged or noted.
pub(crate) async fn brief_identity(link: &mut Link<'_>, target: &Target) -> Result<Identity, LinkError> {
    let information = optional(link, gatt::mi_band_1::DEVICE_INFORMATION).await?;
    let information = information.and_then(|bytes| mi_band_1::device_information(&bytes).ok());
    let (layout, address_end) = user_frame(target, information);
    let speech = link.speech().unwrap_or(Speech::UserInfo);
    Ok(Identity { model: target.model, speech, charge: None, papers: Papers::default(), layout, address_end })
}

/// How a Mi Band 1 takes user information, and the byte of its address that goes into the frame.
fn user_frame(target: &Target, information: Option<DeviceInformation>) -> (Layout, u8) {
    let edition = information.and_then(|information| information.edition());
    let layout = match (information, edition) {
        (Some(information), Some(edition)) => information.layout(edition),
        (_, _) => Layout::Plain,
    };
    let address_end = match (target.address, information) {
        (Some(Address([.., end])), _) => end,
        (None, Some(information)) => information.address_end(),
        (None, None) => 0,
    };
    (layout, address_end)
}

struct Read {
    serial: Option<String>,
    hardware: Option<String>,
    firmware: Option<String>,
    pnp: Option<Pnp>,
    mi_band_1: Option<DeviceInformation>,
    charge: Option<Charge>,
}

async fn read_all(link: &mut Link<'_>) -> Result<Read, LinkError> {
    let serial = text(link, gatt::SERIAL).await?;
    let hardware = text(link, gatt::HARDWARE).await?;
    let firmware = text(link, gatt::FIRMWARE).await?;
    let pnp = optional(link, gatt::PNP).await?.and_then(|bytes| device_information::pnp(&bytes).ok());
    let information = optional(link, gatt::mi_band_1::DEVICE_INFORMATION).await?;
    let mi_band_1 = information.and_then(|bytes| mi_band_1::device_information(&bytes).ok());
    let charge = charge(link).await?;
    Ok(Read { serial, hardware, firmware, pnp, mi_band_1, charge })
}

/// The charge; `None` if the band does not tell it (before authentication, perhaps). Every family has its own
/// place for it; the standard one is the last resort, since it may differ by one.
pub(crate) async fn charge(link: &mut Link<'_>) -> Result<Option<Charge>, LinkError> {
    if let Some(bytes) = optional(link, gatt::BATTERY).await? {
        return Ok(battery::parse(&bytes).ok().map(Charge::from));
    }
    if let Some(bytes) = optional(link, gatt::mi_band_1::BATTERY).await? {
        return Ok(mi_band_1::battery(&bytes).ok().map(Charge::from));
    }
    let level = optional(link, gatt::BATTERY_LEVEL).await?;
    Ok(level.and_then(|bytes| battery::parse_level(&bytes).ok()).map(Charge::level))
}

/// The serial number; `None` if the band does not tell it.
pub(crate) async fn serial(link: &mut Link<'_>) -> Result<Option<String>, LinkError> {
    text(link, gatt::SERIAL).await
}

async fn text(link: &mut Link<'_>, characteristic: CharacteristicId) -> Result<Option<String>, LinkError> {
    Ok(optional(link, characteristic).await?.and_then(|bytes| device_information::text(&bytes)))
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

fn judge(cx: &Cx, link: &Link<'_>, target: &Target, read: Read) -> Result<Identity, Stop> {
    let Some(speech) = link.speech() else { return Err(Stop(End::NotSupported)) };
    let by_hardware = read.hardware.as_deref().and_then(Model::from_hardware);
    let by_product = match read.pnp {
        Some(pnp) if pnp.vendor == advertisement::HUAMI => match Model::from_product(pnp.product) {
            Some(model) => Some(model),
            // Editions such as the Mi Band 3 NFC have products of their own: name and hardware must agree then. Of some
            // models no product is known at all.
            None if by_hardware == Some(target.model) || target.model.row().product.is_none() => None,
            None => return not_ours(cx, &format!("PnP product {:04x}", pnp.product)),
        },
        Some(pnp) if target.model.row().family == Family::Huami => {
            return not_ours(cx, &format!("PnP vendor {:04x}", pnp.vendor));
        }
        Some(_) | None => None,
    };
    let edition = read.mi_band_1.and_then(|information| information.edition());
    let model = by_product.or(by_hardware).or(edition.map(of_edition)).unwrap_or(target.model);
    if model.row().family != target.model.row().family {
        return not_ours(cx, "it is of another family than its name says");
    }
    let firmware = read.firmware.or(read.mi_band_1.map(|information| information.firmware.to_string()));
    cx.note(format!(
        "identified: {}, speaks {speech:?}, PnP {}, hardware {}, firmware {}, serial {}, charge {}",
        model.row().name,
        read.pnp
            .map_or_else(|| "unknown".to_owned(), |pnp| format!("{:04x}:{:04x}", pnp.vendor, pnp.product)),
        read.hardware.as_deref().unwrap_or("unknown"),
        firmware.as_deref().unwrap_or("unknown"),
        if read.serial.is_some() { "readable" } else { "unknown" },
        read.charge.map_or_else(|| "unknown".to_owned(), |charge| format!("{} %", charge.percent)),
    ));
    cx.step_seen(StepSeen::Identified { model, firmware: firmware.clone() });
    cx.set_case(|case| {
        case.target.model = model;
        case.serial.clone_from(&read.serial);
    });
    let (layout, address_end) = user_frame(target, read.mi_band_1);
    let signs = [
        (Sign::Name, Some(target.model)),
        (Sign::Edition, edition.map(of_edition)),
        (Sign::Hardware, by_hardware),
        (Sign::Product, by_product),
    ];
    let papers = Papers {
        signs: signs.into_iter().filter(|(_, says)| *says == Some(model)).map(|(sign, _)| sign).collect(),
        hardware: read.hardware,
        firmware,
        serial: read.serial.map(Serial),
    };
    Ok(Identity { model, speech, charge: read.charge, papers, layout, address_end })
}

const fn of_edition(edition: Edition) -> Model {
    match edition {
        Edition::One => Model::MiBand1,
        Edition::OneA => Model::MiBand1A,
        Edition::OneS => Model::MiBand1S,
    }
}

fn not_ours(cx: &Cx, sign: &str) -> Result<Identity, Stop> {
    cx.note(format!("not one of the bands that can be helped: {sign}"));
    Err(Stop(End::NotSupported))
}
