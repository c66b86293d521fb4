//! The first framing on a connection: whole messages and messages in pieces, each acknowledged where it came from.

use crate::cx::Deadline;
use crate::event::{CharacteristicId, Failure};
use crate::link::{Link, LinkError};
use crate::payload::Payload;
use crate::time::Millis;
use crate::wire::gatt::{XIAOMI_V1_FROM_BAND, XIAOMI_V1_TO_BAND};
use crate::wire::xiaomi::frames_v1::{Frame, Inbound, Message, Next, Outbound, PATIENCE};
use crate::wire::xiaomi::messages::WearPacket;
use crate::wire::xiaomi::session::SessionKeys;

/// A message that was not taken by then begins anew.
const TAKEN: Millis = Millis::secs(5);
/// How often it begins anew.
const REPEATS: u8 = 2;

/// Both directions.
#[derive(Debug, Default)]
pub(super) struct Frames {
    outbound: Option<UnderWay>,
    inbound: Inbound,
    /// When a piece that is missing is asked for.
    missing_at: Option<Millis>,
    keys: Option<SessionKeys>,
    /// Of the encrypted messages that were sent.
    counter: u16,
}

#[derive(Debug)]
struct UnderWay {
    outbound: Outbound,
    begun: Millis,
    repeats: u8,
    /// Whether its pieces were written since it began.
    pieces_sent: bool,
}

impl Frames {
    /// Listens to the band's messages and, where that is possible, to its acknowledgements.
    pub(super) async fn begin(link: &mut Link<'_>) -> Result<Self, LinkError> {
        link.listen(XIAOMI_V1_FROM_BAND).await?;
        if let Err(error) = link.listen(XIAOMI_V1_TO_BAND).await {
            let LinkError::Failed(failure) = error else { return Err(error) };
            link.cx().note(format!("acknowledgements cannot be heard: {failure:?}"));
        }
        Ok(Self::default())
    }

    pub(super) fn encrypt_with(&mut self, keys: SessionKeys) {
        self.keys = Some(keys);
        self.counter = 0;
    }

    pub(super) async fn say(&mut self, link: &mut Link<'_>, message: &WearPacket) -> Result<(), LinkError> {
        let plain = message.to_bytes();
        let message = match &self.keys {
            Some(keys) => {
                self.counter = self.counter.wrapping_add(1);
                Message { encrypted: true, body: keys.seal_v1(self.counter, plain.as_slice()) }
            }
            None => Message { encrypted: false, body: plain },
        };
        let outbound = Outbound::new(&message, link.mtu()).map_err(|error| {
            link.cx().note(format!("could not {error}"));
            LinkError::Failed(Failure::Unsupported)
        })?;
        let first = outbound.begin();
        self.outbound = Some(UnderWay { outbound, begun: link.cx().now(), repeats: 0, pieces_sent: false });
        link.write(XIAOMI_V1_TO_BAND, first).await
    }

    /// Waits for the next message.
    pub(super) async fn hear(
        &mut self,
        link: &mut Link<'_>,
        deadline: Deadline,
    ) -> Result<Vec<Payload>, LinkError> {
        loop {
            let wait = Deadline { at: self.wake_at(deadline.at), ..deadline };
            let frame = link.watch(wait, |inbox| {
                [XIAOMI_V1_TO_BAND, XIAOMI_V1_FROM_BAND]
                    .into_iter()
                    .find_map(|from| inbox.take_notification(from, |bytes, _| Some((from, bytes.to_vec()))))
            });
            match frame.await {
                Ok((from, bytes)) => {
                    if let Some(message) = self.take(link, from, &bytes).await? {
                        return Ok(vec![message]);
                    }
                }
                Err(LinkError::Late) if link.cx().now() < deadline.at => self.what_got_lost(link).await?,
                Err(error) => return Err(error),
            }
        }
    }

    fn wake_at(&self, deadline: Millis) -> Millis {
        let repeat = self.outbound.as_ref().map(|under_way| under_way.begun + TAKEN);
        [repeat, self.missing_at].into_iter().flatten().fold(deadline, Millis::min)
    }

    /// Sends again what was not taken, asks for what did not come.
    async fn what_got_lost(&mut self, link: &mut Link<'_>) -> Result<(), LinkError> {
        let now = link.cx().now();
        if self.missing_at.is_some_and(|at| now >= at) {
            let missing = self.inbound.missing(link.mtu());
            self.missing_at = missing.is_some().then_some(now + PATIENCE);
            if let Some(request) = missing {
                link.write(XIAOMI_V1_FROM_BAND, request).await?;
            }
        }
        let Some(under_way) = self.outbound.as_mut().filter(|under_way| now >= under_way.begun + TAKEN)
        else {
            return Ok(());
        };
        if under_way.repeats >= REPEATS {
            self.outbound = None;
            return Ok(());
        }
        under_way.repeats += 1;
        under_way.begun = now;
        under_way.pieces_sent = false;
        link.write(XIAOMI_V1_TO_BAND, under_way.outbound.begin()).await
    }

    async fn take(
        &mut self,
        link: &mut Link<'_>,
        from: CharacteristicId,
        bytes: &[u8],
    ) -> Result<Option<Payload>, LinkError> {
        let frame = match Frame::parse(bytes) {
            Ok(frame) => frame,
            Err(error) => {
                link.cx().note(format!("a frame was left out: could not {error}"));
                return Ok(None);
            }
        };
        self.go_on(link, &frame).await?;
        let heard = self.inbound.take(frame);
        self.missing_at = self.inbound.missing(link.mtu()).map(|_| link.cx().now() + PATIENCE);
        if let Some(answer) = heard.answer {
            link.write(from, answer).await?;
        }
        Ok(heard.message.and_then(|message| self.open(link, message)))
    }

    /// Goes on with the message that is being sent, as the band says.
    async fn go_on(&mut self, link: &mut Link<'_>, frame: &Frame) -> Result<(), LinkError> {
        let Some(under_way) = &mut self.outbound else { return Ok(()) };
        // What comes twice, or late and is about the message before.
        match frame {
            Frame::GoOn if under_way.pieces_sent => return Ok(()),
            Frame::AllTaken if !under_way.pieces_sent => return Ok(()),
            Frame::GoOn
            | Frame::AllTaken
            | Frame::Taken
            | Frame::Refused
            | Frame::Again(_)
            | Frame::Whole(_)
            | Frame::Start { .. }
            | Frame::Piece { .. } => {}
        }
        match under_way.outbound.heard(frame) {
            Next::Write(pieces) => {
                under_way.pieces_sent = true;
                under_way.begun = link.cx().now();
                for piece in pieces {
                    link.write(XIAOMI_V1_TO_BAND, piece).await?;
                }
            }
            Next::Arrived => self.outbound = None,
            Next::Refused => {
                link.cx().note("the band refuses the message");
                self.outbound = None;
            }
            Next::Unrelated => {}
        }
        Ok(())
    }

    fn open(&self, link: &Link<'_>, message: Message) -> Option<Payload> {
        if !message.encrypted {
            return Some(message.body);
        }
        match self.keys.as_ref()?.open_v1(message.body.as_slice()) {
            Ok(plain) => Some(plain),
            Err(error) => {
                link.cx().note(format!("a message was left out: could not {error}"));
                None
            }
        }
    }
}
