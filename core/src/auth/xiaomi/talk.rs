//! Requests and answers on one connection, in whichever framing the band has. Never decides what to say.

use crate::auth::xiaomi::frames::Frames;
use crate::auth::xiaomi::packets::Packets;
use crate::band::Speech;
use crate::cx::Deadline;
use crate::event::Failure;
use crate::link::{Link, LinkError};
use crate::time::Millis;
use crate::wire::xiaomi::messages::{AnswerError, WearPacket};
use crate::wire::xiaomi::session::SessionKeys;

/// Both directions of one connection. A connection carries one talk: the band counts from its beginning.
#[derive(Debug)]
pub(super) struct Talk {
    framing: Framing,
}

#[derive(Debug)]
enum Framing {
    V1(Frames),
    V2(Packets),
}

impl Talk {
    /// Begins to talk. [`LinkError::Late`] if the band does not go along.
    pub(super) async fn begin(link: &mut Link<'_>) -> Result<Self, LinkError> {
        link.widen().await?;
        let framing = match link.speech() {
            Some(Speech::XiaomiV1) => Framing::V1(Frames::begin(link).await?),
            Some(Speech::XiaomiV2) => Framing::V2(Packets::begin(link).await?),
            Some(Speech::UserInfo | Speech::Legacy | Speech::LegacyAndModern | Speech::Modern) | None => {
                return Err(LinkError::Failed(Failure::Missing));
            }
        };
        Ok(Self { framing })
    }

    /// From now on everything is encrypted.
    pub(super) fn encrypt_with(&mut self, keys: SessionKeys) {
        match &mut self.framing {
            Framing::V1(frames) => frames.encrypt_with(keys),
            Framing::V2(packets) => packets.encrypt_with(keys),
        }
    }

    /// Asks, and waits for an answer.
    pub(super) async fn ask<T>(
        &mut self,
        link: &mut Link<'_>,
        question: &WearPacket,
        patience: Millis,
        read: impl FnMut(&WearPacket) -> Result<T, AnswerError>,
    ) -> Result<Heard<T>, LinkError> {
        self.say(link, question).await?;
        let deadline = link.cx().within(patience, "the band's answer");
        self.hear(link, deadline, read).await
    }

    /// Sends without waiting for an answer.
    pub(super) async fn say(&mut self, link: &mut Link<'_>, message: &WearPacket) -> Result<(), LinkError> {
        match &mut self.framing {
            Framing::V1(frames) => frames.say(link, message).await,
            Framing::V2(packets) => packets.say(link, message).await,
        }
    }

    /// Waits for an answer; in the meantime everything that arrives is acknowledged, and what got lost is sent again.
    pub(super) async fn hear<T>(
        &mut self,
        link: &mut Link<'_>,
        deadline: Deadline,
        mut read: impl FnMut(&WearPacket) -> Result<T, AnswerError>,
    ) -> Result<Heard<T>, LinkError> {
        loop {
            let messages = match &mut self.framing {
                Framing::V1(frames) => frames.hear(link, deadline).await?,
                Framing::V2(packets) => packets.hear(link, deadline).await?,
            };
            for bytes in messages {
                match WearPacket::parse(bytes.as_slice()) {
                    Ok(packet) => {
                        if let Some(heard) = heard(link, read(&packet)) {
                            return Ok(heard);
                        }
                    }
                    Err(error) => link.cx().note(format!("a message was left out: could not {error}")),
                }
            }
        }
    }
}

/// What a band answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard<T> {
    /// An answer to the question.
    Answer(T),
    /// It does not serve such a request, or in a way that cannot be read.
    Refusal,
}

fn heard<T>(link: &Link<'_>, read: Result<T, AnswerError>) -> Option<Heard<T>> {
    match read {
        Ok(answer) => Some(Heard::Answer(answer)),
        Err(AnswerError::Unrelated { .. }) => None,
        Err(error @ (AnswerError::NotServed { .. } | AnswerError::Incomplete { .. })) => {
            link.cx().note(format!("could not {error}"));
            Some(Heard::Refusal)
        }
    }
}
