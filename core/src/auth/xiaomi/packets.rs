//! The second framing on a connection: asks for a session, then keeps its windows, acknowledgements and repetitions.

use crate::cx::Deadline;
use crate::event::Failure;
use crate::link::{Link, LinkError};
use crate::payload::Payload;
use crate::time::Millis;
use crate::wire::gatt::{XIAOMI_V2_FROM_BAND, XIAOMI_V2_TO_BAND};
use crate::wire::xiaomi::messages::WearPacket;
use crate::wire::xiaomi::packets_v2::{
    Coding, Content, Form, PROTOBUF, Packet, Received, Receiver, SendError, Sender, Session, SessionCommand,
    writes,
};
use crate::wire::xiaomi::session::SessionKeys;

/// A Smart Band 10 grants a session within 0.12 s.
const GRANT: Millis = Millis::secs(3);
/// How a session is asked for, one after the other.
const FORMS: [Form; 3] = [Form::Regular, Form::ShortLast, Form::Regular];

/// Both directions of a session.
#[derive(Debug)]
pub(super) struct Packets {
    sender: Sender,
    receiver: Receiver,
    keys: Option<SessionKeys>,
}

impl Packets {
    /// Asks for a session until the band grants one.
    pub(super) async fn begin(link: &mut Link<'_>) -> Result<Self, LinkError> {
        link.listen(XIAOMI_V2_FROM_BAND).await?;
        let mut receiver = Receiver::default();
        for (sequence, form) in (0..).zip(FORMS) {
            let asked = SessionCommand::Ask(Session::WANTED).packet(sequence, form);
            write(link, &asked.to_bytes()).await?;
            match granted(link, &mut receiver).await {
                Ok(session) => {
                    link.cx().note(format!("session: window {}, {} ms", session.window, session.timeout.0));
                    return Ok(Self { sender: Sender::new(session), receiver, keys: None });
                }
                Err(LinkError::Late) => {}
                Err(error) => return Err(error),
            }
        }
        Err(LinkError::Late)
    }

    pub(super) fn encrypt_with(&mut self, keys: SessionKeys) {
        self.keys = Some(keys);
    }

    pub(super) async fn say(&mut self, link: &mut Link<'_>, message: &WearPacket) -> Result<(), LinkError> {
        let plain = message.to_bytes();
        let content = match &self.keys {
            Some(keys) => Content::message(Coding::Encrypted, keys.seal_v2(plain.as_slice())),
            None => Content::message(Coding::Plain, plain),
        };
        self.sender.push(&content).map_err(|error| not_sent(link, error))?;
        self.send_due(link).await
    }

    /// Waits for the next messages.
    pub(super) async fn hear(
        &mut self,
        link: &mut Link<'_>,
        deadline: Deadline,
    ) -> Result<Vec<Payload>, LinkError> {
        loop {
            self.send_due(link).await?;
            let until = self.sender.wake_at().map_or(deadline.at, |wake| wake.min(deadline.at));
            let wait = Deadline { at: until, ..deadline };
            match link.notification(XIAOMI_V2_FROM_BAND, wait, |bytes, _| Some(bytes.to_vec())).await {
                Ok(notification) => {
                    let messages = self.take(link, &notification).await?;
                    if !messages.is_empty() {
                        return Ok(messages);
                    }
                }
                Err(LinkError::Late) if link.cx().now() < deadline.at => {}
                Err(error) => return Err(error),
            }
        }
    }

    async fn send_due(&mut self, link: &mut Link<'_>) -> Result<(), LinkError> {
        let now = link.cx().now();
        for packet in self.sender.poll(now).map_err(|error| not_sent(link, error))? {
            write(link, &packet).await?;
        }
        Ok(())
    }

    async fn take(&mut self, link: &mut Link<'_>, notification: &[u8]) -> Result<Vec<Payload>, LinkError> {
        let mut messages = Vec::new();
        for received in self.receiver.take(notification) {
            match received {
                Received::Taken(sequence) => self.sender.taken(sequence),
                Received::Refused(sequence) => self.sender.refused(sequence),
                Received::Command(command) => link.cx().note(format!("left out: {command:?}")),
                Received::Content { sequence, content } => {
                    write(link, &Packet::taken(sequence).to_bytes()).await?;
                    messages.extend(content.and_then(|content| self.open(content)));
                }
            }
        }
        Ok(messages)
    }

    /// The bytes of a message; other channels carry what is not asked for here.
    fn open(&self, content: Content) -> Option<Payload> {
        match (content.coding, &self.keys) {
            _ if content.channel != PROTOBUF => None,
            (Coding::Plain, _) => Some(content.bytes),
            (Coding::Encrypted, Some(keys)) => Some(keys.open_v2(content.bytes.as_slice())),
            (Coding::Encrypted, None) | (Coding::Other(_), _) => None,
        }
    }
}

async fn granted(link: &mut Link<'_>, receiver: &mut Receiver) -> Result<Session, LinkError> {
    let deadline = link.cx().within(GRANT, "the band grants a session");
    let grant = link.notification(XIAOMI_V2_FROM_BAND, deadline, |bytes, _| {
        receiver.take(bytes).into_iter().find_map(|received| match received {
            Received::Command(Ok(SessionCommand::Grant(session))) => Some(session),
            Received::Command(Ok(SessionCommand::Ask(_)) | Err(_))
            | Received::Taken(_)
            | Received::Refused(_)
            | Received::Content { .. } => None,
        })
    });
    grant.await
}

async fn write(link: &mut Link<'_>, packet: &Payload) -> Result<(), LinkError> {
    for piece in writes(packet, link.mtu()) {
        link.write(XIAOMI_V2_TO_BAND, piece).await?;
    }
    Ok(())
}

fn not_sent(link: &Link<'_>, error: SendError) -> LinkError {
    link.cx().note(format!("could not {error}"));
    match error {
        SendError::TooLong { .. } | SendError::Full => LinkError::Failed(Failure::Unsupported),
        SendError::NeverTaken { .. } => LinkError::Late,
    }
}
