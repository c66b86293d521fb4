//! What an opened band does when told: tells its charge and who it is, rings, restarts, erases itself.

use super::Protobuf;
use crate::practice::band::{Act, Deed};
use crate::practice::body::Body;
use crate::practice::traits::EraseEffect;
use crate::time::Millis;
use crate::wire::xiaomi::messages::{BatteryStatus, DeviceInfo, SYSTEM, Status, System, WearPacket};

/// An erase that waits for the wearer waits so long.
const WEARER_TIME: Millis = Millis(30_000);
/// It rings so long unless it is told to stop.
const RINGS: Millis = Millis(10_000);

impl Protobuf {
    /// Answers a command.
    pub(super) fn command(&mut self, body: &mut Body, now: Millis, packet: &WearPacket) -> Vec<Deed> {
        let system = packet.system.as_deref();
        let asked = (packet.kind, packet.id);
        match (asked, system.and_then(|system| system.reset_mode), system.and_then(|system| system.find_mode))
        {
            ((SYSTEM, 0), Some(0), _) => {
                let after = Millis(body.random.between(250, 400));
                vec![Deed { after, connection: None, act: Act::Restart }]
            }
            ((SYSTEM, 0), Some(1), _) => self.erase(body, now),
            ((SYSTEM, 1), ..) => {
                let battery = BatteryStatus {
                    percent: Some(u32::from(body.traits.charge)),
                    charge: Some(2),
                    last_charge: None,
                };
                let status = Some(Status { battery: Some(battery) });
                self.say(body, &WearPacket::system(1, System { status, ..System::default() }))
            }
            ((SYSTEM, 2), ..) => {
                let device_info = Some(DeviceInfo {
                    serial: Some(body.serial.to_vec()),
                    firmware: Some(self.edition.firmware.into()),
                    imei: None,
                    model: Some(self.edition.model.into()),
                    product: Some(self.edition.name.into()),
                });
                self.say(body, &WearPacket::system(2, System { device_info, ..System::default() }))
            }
            ((SYSTEM, 18), _, Some(mode)) => {
                if mode == 0 {
                    body.buzz(now, RINGS);
                } else {
                    body.hush();
                }
                self.say(body, &WearPacket::bare(SYSTEM, 18))
            }
            ((kind, id), ..) => self.refuse(body, kind, id),
        }
    }

    fn erase(&mut self, body: &mut Body, now: Millis) -> Vec<Deed> {
        match body.traits.erase {
            EraseEffect::Erases => self.erase_now(body),
            EraseEffect::ErasesSilently | EraseEffect::ErasesUnseen => {
                vec![erases(Millis(body.random.between(40, 90)))]
            }
            EraseEffect::WaitsForButton => {
                self.link.erase_waits = Some(now + WEARER_TIME);
                Vec::new()
            }
            EraseEffect::Nothing => Vec::new(),
            EraseEffect::Fails | EraseEffect::Unknown => self.refuse(body, SYSTEM, 0),
        }
    }

    /// Answers, then erases itself. Whether a real band answers is not known.
    pub(super) fn erase_now(&mut self, body: &mut Body) -> Vec<Deed> {
        let mut deeds = self.say(body, &WearPacket::bare(SYSTEM, 0));
        let answered = deeds.last().map_or(Millis(150), |deed| deed.after);
        deeds.push(erases(answered + Millis(body.random.between(150, 400))));
        deeds
    }

    /// Does not serve the request, as a Smart Band 10 said to another one.
    fn refuse(&mut self, body: &mut Body, kind: u32, id: u32) -> Vec<Deed> {
        self.say(body, &WearPacket { error: Some(1), ..WearPacket::bare(kind, id) })
    }
}

const fn erases(after: Millis) -> Deed {
    Deed { after, connection: None, act: Act::Erase }
}
