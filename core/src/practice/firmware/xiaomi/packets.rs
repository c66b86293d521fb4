//! The band's side of the second framing: grants a session, takes packets in their order, acknowledges each.
//!
//! A first data packet that has not the number 0 is never answered, as was seen of a Smart Band 10.

use super::FE95;
use super::framing::Arrived;
use crate::event::CharacteristicId;
use crate::payload::Payload;
use crate::practice::band::Deed;
use crate::practice::body::Body;
use crate::practice::gatt::{id, short};
use crate::time::Millis;
use crate::wire::xiaomi::packets_v2::{
    Coding, Content, Form, Kind, PROTOBUF, Packet, Session, SessionCommand, Stream,
};
use crate::wire::xiaomi::session::SessionKeys;

const FROM_BAND: CharacteristicId = id(FE95, short(0x005E));
const TO_BAND: CharacteristicId = id(FE95, short(0x005F));

/// What a Smart Band 10 grants, whatever is asked for.
const GRANTED: Session =
    Session { version: [0x03, 0x00, 0x41], max_packet: 32_768, window: 3, timeout: Millis(16_000) };

/// Both directions.
#[derive(Debug, Default)]
pub(super) struct Packets {
    stream: Stream,
    /// Once a session is granted: the number of the phone's next packet.
    expected: Option<u8>,
    /// The number of the band's next packet.
    next: u8,
}

impl Packets {
    pub(super) fn take(
        &mut self,
        body: &mut Body,
        characteristic: CharacteristicId,
        value: &[u8],
        keys: Option<&SessionKeys>,
    ) -> Arrived {
        let mut arrived = Arrived::default();
        if characteristic != TO_BAND {
            return arrived;
        }
        for Packet { kind, sequence, payload } in self.stream.take(value) {
            match kind {
                Kind::Command => {
                    if let Ok(SessionCommand::Ask(_)) = SessionCommand::parse(payload.as_slice()) {
                        self.expected = Some(0);
                        self.next = 0;
                        let granted = SessionCommand::Grant(GRANTED).packet(sequence, Form::Regular);
                        let after = body.answer_time();
                        arrived.deeds.extend(say(body, after, &granted));
                    }
                }
                Kind::Data => self.packet(body, sequence, &payload, keys, &mut arrived),
                Kind::Taken | Kind::Refused => {}
            }
        }
        arrived
    }

    fn packet(
        &mut self,
        body: &mut Body,
        sequence: u8,
        payload: &Payload,
        keys: Option<&SessionKeys>,
        arrived: &mut Arrived,
    ) {
        let Some(expected) = self.expected else { return };
        let ahead = sequence.wrapping_sub(expected);
        // One that was here before is acknowledged once more; one out of order is not.
        if ahead != 0 && ahead < 0x80 {
            return;
        }
        arrived.deeds.extend(body.notify(FROM_BAND, Packet::taken(sequence).to_bytes().0));
        if ahead != 0 {
            return;
        }
        self.expected = Some(expected.wrapping_add(1));
        let content = Content::parse(payload.as_slice()).filter(|content| content.channel == PROTOBUF);
        arrived.messages.extend(content.and_then(|Content { coding, bytes, .. }| match (coding, keys) {
            (Coding::Plain, _) => Some((bytes, false)),
            (Coding::Encrypted, Some(keys)) => Some((keys.open_v2(bytes.as_slice()), true)),
            (Coding::Encrypted, None) | (Coding::Other(_), _) => None,
        }));
    }

    pub(super) fn send(
        &mut self,
        body: &Body,
        after: Millis,
        plain: &Payload,
        keys: Option<&SessionKeys>,
    ) -> Vec<Deed> {
        let content = match keys {
            Some(keys) => Content::message(Coding::Encrypted, keys.seal_v2(plain.as_slice())),
            None => Content::message(Coding::Plain, plain.clone()),
        };
        let packet = Packet { kind: Kind::Data, sequence: self.next, payload: content.to_payload() };
        self.next = self.next.wrapping_add(1);
        say(body, after, &packet)
    }
}

/// In as many notifications as the link has room for.
fn say(body: &Body, after: Millis, packet: &Packet) -> Vec<Deed> {
    let bytes = packet.to_bytes();
    let pieces = bytes.as_slice().chunks(body.room().max(1));
    pieces.flat_map(|piece| body.notification(after, FROM_BAND, piece.to_vec())).collect()
}
