//! Which of the two framings a band has; both bring whole messages and send them.

use super::Speech;
use super::frames::Frames;
use super::packets::Packets;
use crate::event::CharacteristicId;
use crate::payload::Payload;
use crate::practice::band::Deed;
use crate::practice::body::Body;
use crate::time::Millis;
use crate::wire::xiaomi::messages::WearPacket;
use crate::wire::xiaomi::session::SessionKeys;

/// One of the two, on one connection.
#[derive(Debug)]
pub(super) enum Framing {
    V1(Frames),
    V2(Packets),
}

/// What a write brought.
#[derive(Default)]
pub(super) struct Arrived {
    /// Acknowledgements, and what was waiting for one.
    pub(super) deeds: Vec<Deed>,
    /// Whole messages, decrypted; and whether they were encrypted.
    pub(super) messages: Vec<(Payload, bool)>,
}

impl Framing {
    pub(super) fn new(speech: Speech) -> Self {
        match speech {
            Speech::V1 => Self::V1(Frames::default()),
            Speech::V2 => Self::V2(Packets::default()),
        }
    }

    /// Takes a write.
    pub(super) fn take(
        &mut self,
        body: &mut Body,
        characteristic: CharacteristicId,
        value: &[u8],
        keys: Option<&SessionKeys>,
    ) -> Arrived {
        match self {
            Self::V1(frames) => frames.take(body, characteristic, value, keys),
            Self::V2(packets) => packets.take(body, characteristic, value, keys),
        }
    }

    /// Sends a message, encrypted once there are keys.
    pub(super) fn send(
        &mut self,
        body: &mut Body,
        after: Millis,
        message: &WearPacket,
        keys: Option<&SessionKeys>,
    ) -> Vec<Deed> {
        let plain = message.to_bytes();
        match self {
            Self::V1(frames) => frames.send(body, after, plain, keys),
            Self::V2(packets) => packets.send(body, after, &plain, keys),
        }
    }
}
