//! The decoders of the protocol of 2021: curve, chunks, session.

use rescue_core::wire::b163::{PrivateKey, PublicKey};
use rescue_core::wire::chunks_2021::{
    Body, Endpoint, LONGEST_MESSAGE, MOST_MESSAGES, Message, Mtu, News, Reassembler, split,
};
use rescue_core::wire::session_2021::{self as said, AuthReply, Seal, Session};
use rescue_core::{AuthKey, Payload};

use crate::script::Script;

/// A band's public key of any bytes, and of two private keys.
pub(crate) fn b163(bytes: &[u8]) {
    if let Some(given) = bytes.first_chunk()
        && let Ok(public) = PublicKey::from_bytes(given)
    {
        assert_eq!(&public.to_bytes(), given);
    }
    let mut script = Script::new(bytes);
    let (Ok(ours), Ok(theirs)) = (PrivateKey::new(&script.array()), PrivateKey::new(&script.array())) else {
        return;
    };
    let (our_public, their_public) = (ours.public(), theirs.public());
    assert_eq!(PublicKey::from_bytes(&our_public.to_bytes()), Ok(our_public));
    let shared = ours.agree(&their_public);
    assert!(shared == theirs.agree(&our_public), "the two sides disagree");
    // A point with one bit changed is none, or has the wrong order, or (for the other of two points) is another key.
    let (place, bit) = (script.byte() % 48, script.byte() % 8);
    let mut changed = their_public.to_bytes();
    if let Some(byte) = changed.get_mut(usize::from(place)) {
        *byte ^= 1 << bit;
    }
    if let Ok(other) = PublicKey::from_bytes(&changed) {
        assert!(ours.agree(&other) != shared, "two public keys with one secret");
    }
}

/// Notifications of any content, put together; and a message cut and put together again.
pub(crate) fn chunks(bytes: &[u8]) {
    let mut script = Script::new(bytes);
    let mut reassembler = Reassembler::default();
    while !script.is_over() {
        let notification = script.piece();
        let _ = reassembler.take(notification);
        assert!(reassembler.open().len() <= MOST_MESSAGES);
        for partial in reassembler.open() {
            assert!(partial.body.as_slice().len() <= LONGEST_MESSAGE + 16);
        }
    }

    let mut script = Script::new(bytes);
    let mtu = u16::from_le_bytes(script.array());
    let [handle, encrypted] = script.array();
    let endpoint = Endpoint(u16::from_le_bytes(script.array()));
    let content = script.rest();
    let body = if encrypted % 2 == 0 {
        Body::Plain(content.into())
    } else {
        // As many bytes as fit into whole blocks, behind which a checksum and a number have room.
        let whole = content.len() / 16 * 16;
        if whole == 0 {
            return;
        }
        let length = u32::try_from(whole - 8).unwrap_or(0);
        Body::Encrypted { length, bytes: content.get(..whole).unwrap_or_default().into() }
    };
    come_together(&Message { endpoint, handle, body }, mtu);
}

fn come_together(message: &Message, mtu: u16) {
    let room = usize::from(mtu.clamp(23, 517) - 3).min(512);
    let mut reassembler = Reassembler::default();
    let mut whole = None;
    for chunk in split(message, Mtu::new(mtu)) {
        assert!(chunk.as_slice().len() <= room, "a chunk does not fit");
        assert_eq!(whole, None, "something follows the last chunk");
        whole = match reassembler.take(chunk.as_slice()) {
            Ok(taken) => match taken.news {
                News::Message(message) => Some(message),
                News::More | News::Repeat | News::Acknowledged(_) => None,
            },
            Err(_) => None,
        };
    }
    assert_eq!(whole.as_ref(), Some(message));
    assert!(reassembler.open().is_empty());
}

/// What a band says in the 2021 protocol, plain and encrypted.
pub(crate) fn session(bytes: &[u8]) {
    if let Ok(AuthReply::PublicKey { public, .. }) = said::parse_auth_reply(bytes) {
        assert_eq!(said::offer_public_key(&public).as_slice().len(), 52);
    }
    assert!(
        said::parse_battery_reply(bytes).is_ok_and(|battery| battery.level <= 100)
            || bytes.first() != Some(&4)
            || bytes.get(2).is_none_or(|level| *level > 100)
    );
    let _ = (said::parse_find_reply(bytes), said::connection_answer(bytes));

    let mut script = Script::new(bytes);
    let (key, sequence) = (script.array(), u32::from_le_bytes(script.array()));
    let mut session = Session::from_parts(key, sequence);
    let proof = session.prove(&AuthKey::OLD_SHARED_DEFAULT, &script.array());
    assert_eq!(proof.as_slice().len(), 33);

    let (handle, endpoint) = (script.byte(), Endpoint(u16::from_le_bytes(script.array())));
    let length = u32::from_le_bytes(script.array());
    let content = script.rest();
    let body = Body::Encrypted { length, bytes: content.into() };
    if let Ok(opened) = session.decrypt(&Message { endpoint, handle, body }) {
        assert_eq!(Ok(opened.plain.as_slice().len()), usize::try_from(length));
    }

    let sealed = session.encrypt(endpoint, handle, content);
    assert_eq!(session.sequence(), sequence.wrapping_add(1));
    let opened = session.decrypt(&sealed);
    let expected = said::Decrypted { plain: Payload::from(content), seal: Seal::Intact { sequence } };
    assert_eq!(opened, Ok(expected));
    come_together(&sealed, 247);
}
