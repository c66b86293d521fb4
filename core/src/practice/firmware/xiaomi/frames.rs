//! The band's side of the first framing.

use std::collections::VecDeque;

use super::FE95;
use super::framing::Arrived;
use crate::event::CharacteristicId;
use crate::payload::Payload;
use crate::practice::band::Deed;
use crate::practice::body::Body;
use crate::practice::gatt::{id, short};
use crate::time::Millis;
use crate::wire::xiaomi::frames_v1::{Frame, Inbound, Message, Next, Outbound};
use crate::wire::xiaomi::session::SessionKeys;

/// The band's messages; the phone acknowledges them here.
const FROM_BAND: CharacteristicId = id(FE95, short(0x0051));
/// The phone's messages; the band acknowledges them here.
const TO_BAND: CharacteristicId = id(FE95, short(0x0052));

/// Both directions.
#[derive(Debug, Default)]
pub(super) struct Frames {
    inbound: Inbound,
    /// Messages that the phone has not taken yet, the oldest first; that one is under way.
    outbound: VecDeque<Outbound>,
}

impl Frames {
    pub(super) fn take(
        &mut self,
        body: &mut Body,
        characteristic: CharacteristicId,
        value: &[u8],
        keys: Option<&SessionKeys>,
    ) -> Arrived {
        let Ok(frame) = Frame::parse(value) else { return Arrived::default() };
        match characteristic {
            FROM_BAND => Arrived { deeds: self.heard(body, &frame), messages: Vec::new() },
            TO_BAND => {
                let heard = self.inbound.take(frame);
                let deeds = heard.answer.map(|answer| body.notify(TO_BAND, answer.0)).unwrap_or_default();
                let messages = heard.message.and_then(|message| opened(message, keys));
                Arrived { deeds, messages: messages.into_iter().collect() }
            }
            _ => Arrived::default(),
        }
    }

    pub(super) fn send(
        &mut self,
        body: &Body,
        after: Millis,
        plain: Payload,
        keys: Option<&SessionKeys>,
    ) -> Vec<Deed> {
        let message = match keys {
            // The band counts nothing.
            Some(keys) => Message { encrypted: true, body: keys.seal(0, plain.as_slice()) },
            None => Message { encrypted: false, body: plain },
        };
        let mtu = u16::try_from(body.room() + 3).unwrap_or(u16::MAX);
        let Ok(outbound) = Outbound::new(&message, mtu) else { return Vec::new() };
        let first = outbound.begin();
        self.outbound.push_back(outbound);
        if self.outbound.len() == 1 { body.notification(after, FROM_BAND, first.0) } else { Vec::new() }
    }

    /// What follows from the phone's acknowledgement.
    fn heard(&mut self, body: &mut Body, frame: &Frame) -> Vec<Deed> {
        let Some(under_way) = self.outbound.front() else { return Vec::new() };
        match under_way.heard(frame) {
            Next::Write(pieces) => {
                let mut after = body.answer_time();
                let mut deeds = Vec::new();
                for piece in pieces {
                    deeds.extend(body.notification(after, FROM_BAND, piece.0));
                    after = after + Millis(10);
                }
                deeds
            }
            Next::Arrived | Next::Refused => {
                self.outbound.pop_front();
                let next = self.outbound.front().map(Outbound::begin);
                next.map(|first| body.notify(FROM_BAND, first.0)).unwrap_or_default()
            }
            Next::Unrelated => Vec::new(),
        }
    }
}

fn opened(message: Message, keys: Option<&SessionKeys>) -> Option<(Payload, bool)> {
    if !message.encrypted {
        return Some((message.body, false));
    }
    keys?.open_v1_counted(message.body.as_slice()).ok().map(|plain| (plain, true))
}
