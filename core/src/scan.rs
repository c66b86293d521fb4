//! Scanning: one scan at a time, started no oftener than Android allows, stopped when nobody needs it.

use crate::cx::{Cx, Late, PHONE_ANSWERS, Stop};
use crate::effect::{Effect, Radio};
use crate::event::Failure;
use crate::outcome::End;
use crate::phone;
use crate::time::Millis;

/// Noting who else is in the air.
const LISTEN: Millis = Millis::secs(3);

/// A scan that is on; it stops when this is dropped.
pub(crate) struct Scan<'a> {
    cx: &'a Cx,
}

/// Android silently finds nothing after five starts within 30 s: one fewer are made.
const SCAN_STARTS: usize = 4;
const SCAN_SPAN: Millis = Millis::secs(30);

/// What Android answers when it counted too many starts, perhaps of an earlier run of the app.
const TOO_FREQUENT: u16 = 6;
/// How often a scan that did not start is tried again.
const SCAN_TRIES: u32 = 4;

impl<'a> Scan<'a> {
    /// Starts scanning, after a pause if scans were started too often.
    pub(crate) async fn start(cx: &'a Cx) -> Result<Self, Stop> {
        for _ in 0..SCAN_TRIES {
            Self::wait_for_a_turn(cx).await;
            let scan = Self { cx };
            {
                let mut shared = cx.lock();
                let now = shared.now;
                shared.scan_starts.push_back(now);
            }
            let answer =
                cx.call(PHONE_ANSWERS, "the scan starts", |op| Effect::Radio(Radio::StartScan { op })).await;
            match answer {
                Ok(Ok(_)) => return Ok(scan),
                Ok(Err(Failure::Denied)) => return Err(Stop(End::NoPermission)),
                Ok(Err(Failure::BluetoothOff)) => phone::ready(cx).await?,
                Ok(Err(Failure::Status(TOO_FREQUENT))) => {
                    cx.note("the phone allows no further scan for a while");
                    cx.pause(SCAN_SPAN, "Android allows few scan starts").await;
                }
                Ok(Err(failure)) => cx.note(format!("the scan could not be started: {failure:?}")),
                Err(Late) => cx.note("the scan did not start"),
            }
        }
        Err(Stop(End::NoBluetooth))
    }

    async fn wait_for_a_turn(cx: &Cx) {
        loop {
            let wait = {
                let mut shared = cx.lock();
                let now = shared.now;
                shared.scan_starts.retain(|start| now - *start < SCAN_SPAN);
                match shared.scan_starts.front() {
                    Some(first) if shared.scan_starts.len() >= SCAN_STARTS => *first + SCAN_SPAN - now,
                    Some(_) | None => return,
                }
            };
            cx.pause(wait, "Android allows few scan starts").await;
        }
    }
}

impl Drop for Scan<'_> {
    fn drop(&mut self) {
        self.cx.emit(Effect::Radio(Radio::StopScan));
    }
}

/// Whoever is in the air now cannot be the band that comes back.
pub(crate) async fn note_the_air(cx: &Cx) -> Result<(), Stop> {
    let scan = Scan::start(cx).await?;
    cx.pause(LISTEN, "who else is in the air").await;
    drop(scan);
    let air: Vec<_> = cx.lock().inbox.air().map(|heard| heard.seen.peer.clone()).collect();
    cx.note(format!("{} devices in the air before the erase", air.len()));
    cx.set_case(|case| case.air_before = air);
    Ok(())
}
