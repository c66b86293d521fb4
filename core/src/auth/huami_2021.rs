//! The 2021 protocol, for Smart Band 7 and newer firmware of Mi Band 5 and 6: a key agreement over B-163, the proof of a
//! known key, and messages in chunks, encrypted from then on. There is no taking over here.

use crate::auth::Challenge;
use crate::cx::{Cx, Deadline};
use crate::keys::AuthKey;
use crate::link::{Link, LinkError};
use crate::payload::Payload;
use crate::time::Millis;
use crate::wire::b163::PrivateKey;
use crate::wire::chunks_2021::{self, Body, Endpoint, Handles, Message, Mtu, News, Reassembler};
use crate::wire::configuration::{self, EraseReply};
use crate::wire::gatt;
use crate::wire::session_2021::{self, AuthReply, Session};

/// A real band computes 1.8 to 2.2 s before it sends its public key.
const AGREEMENT: Millis = Millis::secs(8);
/// Its verdict comes within 0.1 s.
const VERDICT: Millis = Millis::secs(5);
/// Open tools begin at 1; any will do.
const FIRST_HANDLE: u8 = 1;

/// A session that is open: messages go both ways in chunks.
#[derive(Debug)]
pub(crate) struct Modern {
    session: Session,
    talk: Talk,
}

/// Proves a known key. Gives the session if the band takes it.
pub(super) async fn open_with(
    cx: &Cx,
    link: &mut Link<'_>,
    key: &AuthKey,
) -> Result<(Challenge, Option<Modern>), LinkError> {
    let Some(private) = private_key(cx) else { return Ok((Challenge::Silent, None)) };
    link.listen(gatt::CHUNKS_FROM_BAND).await?;
    link.widen().await?;
    // What the band still says to a key before this one is not about this one.
    link.forget_notifications(gatt::CHUNKS_FROM_BAND);
    let mut talk = Talk { handles: Handles::starting_at(FIRST_HANDLE), incoming: Reassembler::default() };

    talk.send(link, Endpoint::AUTH, session_2021::offer_public_key(&private.public())).await?;
    let deadline = cx.within(AGREEMENT, "the band computes its key");
    let (random, public) = match talk.auth_reply(cx, link, deadline, is_about_the_agreement).await {
        Ok(AuthReply::PublicKey { random, public }) => (random, public),
        Ok(reply) => {
            cx.note(format!("no key agreement: {}", name(&reply)));
            // Where the agreement itself failed, nothing was said about the key.
            let refused = matches!(reply, AuthReply::NoPublicKey(_));
            return Ok((if refused { Challenge::NoRandom } else { Challenge::Silent }, None));
        }
        Err(LinkError::Late) => return Ok((Challenge::Silent, None)),
        Err(error) => return Err(error),
    };

    let session = Session::new(&private.agree(&public), key);
    talk.send(link, Endpoint::AUTH, session.prove(key, &random)).await?;
    let deadline = cx.within(VERDICT, "the band's verdict");
    match talk.auth_reply(cx, link, deadline, is_about_the_proof).await {
        Ok(AuthReply::Authenticated) => Ok((Challenge::Opened, Some(Modern { session, talk }))),
        Ok(reply) => {
            cx.note(format!("the key was not taken: {}", name(&reply)));
            Ok((Challenge::WrongKey, None))
        }
        Err(LinkError::Late) => Ok((Challenge::Silent, None)),
        Err(error) => Err(error),
    }
}

/// An answer that cannot be read is one to our public key: the others have nothing to be read.
const fn is_about_the_agreement(reply: &AuthReply) -> bool {
    match reply {
        AuthReply::PublicKey { .. }
        | AuthReply::OffTheCurve
        | AuthReply::NoPublicKey(_)
        | AuthReply::Unknown => true,
        AuthReply::Authenticated | AuthReply::WrongKey | AuthReply::Refused(_) => false,
    }
}

const fn is_about_the_proof(reply: &AuthReply) -> bool {
    !is_about_the_agreement(reply)
}

impl Modern {
    /// Tells the band to erase itself.
    pub(crate) async fn erase(&mut self, link: &mut Link<'_>) -> Result<(), LinkError> {
        let handle = self.talk.handles.draw();
        let message = self.session.encrypt(Endpoint::COMPATIBILITY, handle, &session_2021::ERASE);
        self.talk.send_message(link, &message).await
    }

    /// Waits for what the band says to it. No answer was ever captured; the one of the older protocols is looked for,
    /// with or without the byte that is put before commands here.
    pub(crate) async fn erase_reply(
        &mut self,
        cx: &Cx,
        link: &mut Link<'_>,
        deadline: Deadline,
    ) -> Result<EraseReply, LinkError> {
        let Self { session, talk } = self;
        talk.receive(cx, link, deadline, |message| {
            let decrypted = session.decrypt(message).ok()?;
            let bytes = decrypted.plain.as_slice();
            let inner = bytes.split_first().map(|(_, rest)| rest).unwrap_or_default();
            let replies = [bytes, inner].map(configuration::parse_erase_reply);
            (message.endpoint == Endpoint::COMPATIBILITY)
                .then(|| replies.into_iter().find(|reply| *reply != EraseReply::Unrelated))
                .flatten()
        })
        .await
    }

    /// Makes the band vibrate, where it has no characteristic for that.
    pub(crate) async fn find(&mut self, link: &mut Link<'_>) -> Result<(), LinkError> {
        let handle = self.talk.handles.draw();
        let message = self.session.encrypt(Endpoint::FIND, handle, &session_2021::FIND_START);
        self.talk.send_message(link, &message).await
    }
}

fn private_key(cx: &Cx) -> Option<PrivateKey> {
    let mut shared = cx.lock();
    let random = shared.random.as_mut()?;
    // A draw is unusable once in 2^80 times.
    (0..4).find_map(|_| PrivateKey::new(&random.bytes()).ok())
}

/// Both directions of one connection.
#[derive(Debug)]
struct Talk {
    handles: Handles,
    incoming: Reassembler,
}

impl Talk {
    async fn send(
        &mut self,
        link: &mut Link<'_>,
        endpoint: Endpoint,
        payload: Payload,
    ) -> Result<(), LinkError> {
        let message = Message { endpoint, handle: self.handles.draw(), body: Body::Plain(payload) };
        self.send_message(link, &message).await
    }

    async fn send_message(&mut self, link: &mut Link<'_>, message: &Message) -> Result<(), LinkError> {
        for chunk in chunks_2021::split(message, Mtu::new(link.mtu())) {
            link.write(gatt::CHUNKS_TO_BAND, chunk).await?;
        }
        Ok(())
    }

    /// Waits for the answer that is wanted; a band that sends everything twice may say another before.
    async fn auth_reply(
        &mut self,
        cx: &Cx,
        link: &mut Link<'_>,
        deadline: Deadline,
        wanted: fn(&AuthReply) -> bool,
    ) -> Result<AuthReply, LinkError> {
        let read = |message: &Message| match (message.endpoint, &message.body) {
            (Endpoint::AUTH, Body::Plain(payload)) => {
                let reply = match session_2021::parse_auth_reply(payload.as_slice()) {
                    Ok(AuthReply::Unknown) => None,
                    Ok(reply) => Some(reply),
                    Err(error) => {
                        cx.note(format!("could not {error}"));
                        Some(AuthReply::Unknown)
                    }
                };
                reply.filter(wanted)
            }
            (_, _) => None,
        };
        self.receive(cx, link, deadline, read).await
    }

    /// Puts messages together, acknowledges what wants it, and waits for one that `read` makes something of.
    async fn receive<T>(
        &mut self,
        cx: &Cx,
        link: &mut Link<'_>,
        deadline: Deadline,
        mut read: impl FnMut(&Message) -> Option<T>,
    ) -> Result<T, LinkError> {
        loop {
            let chunk =
                link.notification(gatt::CHUNKS_FROM_BAND, deadline, |bytes, _| Some(bytes.to_vec())).await?;
            let taken = match self.incoming.take(&chunk) {
                Ok(taken) => taken,
                Err(error) => {
                    cx.note(format!("a chunk was left out: could not {error}"));
                    continue;
                }
            };
            if let Some(acknowledgement) = taken.acknowledge {
                link.write(gatt::CHUNKS_FROM_BAND, acknowledgement.to_payload()).await?;
            }
            let News::Message(message) = taken.news else { continue };
            if let Some(answer) = answer_to(&message) {
                self.send(link, Endpoint::CONNECTION, answer).await?;
            }
            if let Some(found) = read(&message) {
                return Ok(found);
            }
        }
    }
}

/// A band may ask after the connection in between.
fn answer_to(message: &Message) -> Option<Payload> {
    match (message.endpoint, &message.body) {
        (Endpoint::CONNECTION, Body::Plain(payload)) => {
            session_2021::connection_answer(payload.as_slice()).map(|answer| Payload::from(&answer[..]))
        }
        (_, _) => None,
    }
}

/// For the report, without the key material.
fn name(reply: &AuthReply) -> String {
    match reply {
        AuthReply::PublicKey { .. } => "a public key".to_owned(),
        AuthReply::OffTheCurve => "our point is off its curve".to_owned(),
        AuthReply::NoPublicKey(result) => format!("no public key (result {result:02x})"),
        AuthReply::Authenticated => "authenticated".to_owned(),
        AuthReply::WrongKey => "wrong key".to_owned(),
        AuthReply::Refused(result) => format!("refused (result {result:02x})"),
        AuthReply::Unknown => "an answer that cannot be read".to_owned(),
    }
}
