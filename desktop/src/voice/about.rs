//! What a band told, in words: rows for people, fields for scripts.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rescue_core::WallMillis;
use rescue_core::event::Task;
use rescue_core::facts::{Battery, Charge, Facts, LastCharge, Locks};
use serde::Serialize;

use crate::names::Named as _;
use crate::texts::{self, say};

/// Everything but the locks: what it is called, and what the band told of it.
pub(crate) fn rows(facts: &Facts) -> Vec<(&'static str, String)> {
    let told = |text: Option<&String>| text.cloned().unwrap_or_else(|| say!("fact_not_told").to_owned());
    let signs = facts.signs.iter().map(texts::of).collect::<Vec<_>>().join(", ");
    let address = facts.address.map(|address| address.to_string());
    let mut rows = vec![
        (say!("fact_model"), facts.model.row().name.to_owned()),
        (say!("fact_signs"), signs),
        (say!("fact_address"), told(address.as_ref())),
        (say!("fact_hardware"), told(facts.hardware.as_ref())),
        (say!("fact_firmware"), told(facts.firmware.as_ref())),
        (say!("fact_serial"), told(facts.serial.as_ref().map(|serial| &serial.0))),
    ];
    rows.extend(battery(facts));
    rows.extend(facts.bound.map(|bound| (say!("fact_bound"), texts::of(&bound).to_owned())));
    rows
}

/// The charge, and what else the band tells about its battery.
pub(crate) fn battery(facts: &Facts) -> Vec<(&'static str, String)> {
    let Battery::Told(charge) = &facts.battery else {
        return vec![(say!("fact_battery"), texts::of(&facts.battery).to_owned())];
    };
    let now = match &charge.state {
        Some(state) => say!("battery_told_state", charge.percent, texts::of(state)),
        None => say!("battery_told", charge.percent),
    };
    let last = charge.last_charge.map(|last| (say!("fact_last_charge"), when(last)));
    let charges = charge.charges.map(|charges| (say!("fact_charges"), say!("fact_charges_count", charges)));
    [Some((say!("fact_battery"), now)), last, charges].into_iter().flatten().collect()
}

fn when(last: LastCharge) -> String {
    let date = match last {
        LastCharge::Never => String::new(),
        LastCharge::ByItsClock(time) => time.to_string().replace('T', " "),
        LastCharge::At(at) => timestamp(at).map_or_else(String::new, |at| {
            TimeZone::system().to_datetime(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
        }),
    };
    texts::fill(texts::of(&last), &[&date])
}

/// A lock, what was seen of it, and what can be done about it.
pub(crate) struct Lock {
    /// How it is called.
    pub(crate) name: &'static str,
    /// What was seen.
    pub(crate) seen: &'static str,
    /// What opens it.
    pub(crate) way: &'static str,
}

/// The three locks. The way through the phone lock stands in what was seen of it.
pub(crate) fn locks(locks: &Locks) -> [Lock; 3] {
    [
        Lock { name: say!("lock_phone"), seen: texts::of(&locks.phone), way: "" },
        Lock { name: say!("lock_key"), seen: texts::of(&locks.key), way: texts::of(&locks.key_way) },
        Lock {
            name: say!("lock_account"),
            seen: say!("lock_account_seen"),
            way: texts::of(&locks.account_way),
        },
    ]
}

/// The same for a script: fields of the last line.
#[derive(Debug, Serialize)]
pub(crate) struct Fields {
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    papers: Option<Papers>,
    battery: Option<ChargeFields>,
    /// Why there is no charge.
    #[serde(skip_serializing_if = "Option::is_none")]
    battery_missing: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Papers {
    model: &'static str,
    recognised_by: Vec<&'static str>,
    address: Option<String>,
    hardware: Option<String>,
    firmware: Option<String>,
    serial: Option<String>,
    bound: Option<&'static str>,
    locks: LockFields,
}

#[derive(Debug, Serialize)]
struct LockFields {
    phone: &'static str,
    key: &'static str,
    key_way: &'static str,
    account_way: &'static str,
}

#[derive(Debug, Serialize)]
struct ChargeFields {
    level: u8,
    state: Option<&'static str>,
    /// `never`, a date by the band's own clock, or an instant (with `Z`).
    last_charge: Option<String>,
    charges: Option<u16>,
}

impl Fields {
    /// Of a task: the charge alone, where that was asked for.
    pub(crate) fn of(task: Task, facts: &Facts) -> Self {
        let (battery, battery_missing) = match &facts.battery {
            Battery::Told(charge) => (Some(ChargeFields::from(charge)), None),
            missing @ (Battery::WantsKey | Battery::NotTold) => (None, Some(missing.name())),
        };
        let papers = (task != Task::Battery).then(|| Papers::from(facts));
        Self { papers, battery, battery_missing }
    }
}

impl From<&Facts> for Papers {
    fn from(facts: &Facts) -> Self {
        let locks = LockFields {
            phone: facts.locks.phone.name(),
            key: facts.locks.key.name(),
            key_way: facts.locks.key_way.name(),
            account_way: facts.locks.account_way.name(),
        };
        Self {
            model: facts.model.row().slug,
            recognised_by: facts.signs.iter().map(|sign| sign.name()).collect(),
            address: facts.address.map(|address| address.to_string()),
            hardware: facts.hardware.clone(),
            firmware: facts.firmware.clone(),
            serial: facts.serial.as_ref().map(|serial| serial.0.clone()),
            bound: facts.bound.map(|bound| bound.name()),
            locks,
        }
    }
}

impl From<&Charge> for ChargeFields {
    fn from(charge: &Charge) -> Self {
        let last_charge = charge.last_charge.and_then(|last| match last {
            LastCharge::Never => Some(last.name().to_owned()),
            LastCharge::ByItsClock(time) => Some(time.to_string()),
            LastCharge::At(at) => timestamp(at).map(|at| at.to_string()),
        });
        Self {
            level: charge.percent,
            state: charge.state.map(|state| state.name()),
            last_charge,
            charges: charge.charges,
        }
    }
}

fn timestamp(at: WallMillis) -> Option<Timestamp> {
    Timestamp::from_millisecond(i64::try_from(at.0).ok()?).ok()
}
