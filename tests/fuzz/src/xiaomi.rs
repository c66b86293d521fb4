//! The decoders of the protobuf bands: both framings, messages, encryption, local bind.

use rescue_core::wire::xiaomi::account;
use rescue_core::wire::xiaomi::frames_v1::{Frame, Inbound, Message, Next, Outbound, PIECE_LIMIT};
use rescue_core::wire::xiaomi::local_bind::{self as bind, PrivateKey};
use rescue_core::wire::xiaomi::messages::{
    self, CompanionDevice, ErrorCode, MESSAGE_LIMIT, NewOwner, WearPacket,
};
use rescue_core::wire::xiaomi::packets_v2::{
    self as packet, Begin, Coding, Content, Form, Kind, PAYLOAD_LIMIT, Packet, QUEUE_LIMIT, Received,
    Receiver, Sender, Session, SessionCommand, Stream,
};
use rescue_core::wire::xiaomi::session::SessionKeys;
use rescue_core::wire::xiaomi::system;
use rescue_core::{AuthKey, Millis, Payload};

use crate::script::Script;

/// Frames of any content, put together; and a message sent to the receiver in any order.
pub(crate) fn frames(bytes: &[u8]) {
    let mut script = Script::new(bytes);
    let mut inbound = Inbound::default();
    let outbound = Outbound::new(&Message { encrypted: false, body: Payload(vec![7; 100]) }, 23);
    while !script.is_over() {
        let Ok(frame) = Frame::parse(script.piece()) else { continue };
        assert_eq!(Frame::parse(frame.to_bytes().as_slice()).as_ref(), Ok(&frame));
        if let Ok(Next::Write(pieces)) = outbound.as_ref().map(|outbound| outbound.heard(&frame)) {
            assert!(pieces.len() <= 6);
        }
        let whole = inbound.take(frame).message;
        assert!(whole.is_none_or(|message| message.body.as_slice().len() <= MESSAGE_LIMIT));
        if let Some(partial) = inbound.partial() {
            assert!(partial.so_far.as_slice().len() <= MESSAGE_LIMIT);
            assert!((1..=usize::from(PIECE_LIMIT)).contains(&partial.missing.len()));
        }
        assert!(inbound.missing(23).is_none_or(|again| again.as_slice().len() <= 20));
    }
    arrives(Script::new(bytes));
}

/// A message reaches the other side, in whatever order its pieces come and however many come twice.
fn arrives(mut script: Script<'_>) {
    let (mtu, order) = (u16::from_le_bytes(script.array()), script.byte());
    let message = Message { encrypted: script.byte() % 2 == 1, body: script.rest().into() };
    let Ok(outbound) = Outbound::new(&message, mtu) else { return };
    let mut inbound = Inbound::default();
    let mut writes = vec![outbound.begin()];
    let mut arrived = None;
    let mut done = false;
    while let Some(write) = writes.pop() {
        assert!(write.as_slice().len() <= usize::from(mtu.max(23)) - 3, "a write does not fit");
        let Ok(frame) = Frame::parse(write.as_slice()) else { continue };
        let heard = inbound.take(frame);
        arrived = heard.message.or(arrived);
        let answer = heard.answer.and_then(|answer| Frame::parse(answer.as_slice()).ok());
        match answer.map(|answer| outbound.heard(&answer)) {
            Some(Next::Write(pieces)) => {
                writes.extend(pieces);
                let turned = usize::from(order).checked_rem(writes.len()).unwrap_or(0);
                writes.rotate_left(turned);
                let twice = writes.first().cloned();
                writes.extend(twice);
            }
            Some(Next::Arrived) => done = true,
            Some(Next::Refused | Next::Unrelated) | None => {}
        }
    }
    assert_eq!(arrived.as_ref(), Some(&message));
    assert!(done, "the sender does not know that it arrived");
}

/// The stream of packets, whatever is in it; the sending side, whatever it is told; packets of our own.
pub(crate) fn packets(bytes: &[u8]) {
    if let Ok(Begin::Whole(whole, length)) = packet::begin(bytes) {
        assert!(length <= bytes.len());
        assert_eq!(packet::begin(whole.to_bytes().as_slice()), Ok(Begin::Whole(whole, length)));
    }
    let _ = Content::parse(bytes).map(|content| assert_eq!(content.to_payload().as_slice(), bytes));
    session_command(bytes);

    let mut script = Script::new(bytes);
    let mut receiver = Receiver::default();
    while !script.is_over() {
        for received in receiver.take(script.piece()) {
            let length = match received {
                Received::Content { content, .. } => {
                    content.map_or(0, |content| content.bytes.as_slice().len())
                }
                Received::Taken(_) | Received::Refused(_) | Received::Command(_) => 0,
            };
            assert!(length <= PAYLOAD_LIMIT);
        }
    }
    come_through(Script::new(bytes));
    sender(Script::new(bytes));
}

/// What was read of a session command is what is read again of the same command written anew.
fn session_command(bytes: &[u8]) {
    let Ok(command) = SessionCommand::parse(bytes) else { return };
    let (SessionCommand::Ask(session) | SessionCommand::Grant(session)) = command;
    let fits = session.max_packet <= 0xFFFF && session.timeout <= Millis(0xFFFF);
    for form in [Form::Regular, Form::ShortLast] {
        let again = command.packet(0, form);
        assert!(!fits || SessionCommand::parse(again.payload.as_slice()) == Ok(command));
    }
}

/// Packets in a row come out as they went in, however the stream is cut.
fn come_through(mut script: Script<'_>) {
    let mtu = u16::from_le_bytes(script.array()).clamp(23, 517);
    let mut stream = Stream::default();
    while !script.is_over() {
        let kind = script.one_of(&[Kind::Refused, Kind::Taken, Kind::Command, Kind::Data], Kind::Data);
        let sent = Packet { kind, sequence: script.byte(), payload: script.piece().into() };
        let pieces = packet::writes(&sent.to_bytes(), mtu);
        // A piece that is itself a whole packet is taken for one: what came before it counts as lost.
        if pieces.iter().skip(1).any(|piece| matches!(packet::begin(piece.as_slice()), Ok(Begin::Whole(..))))
        {
            return;
        }
        let found: Vec<Packet> = pieces.iter().flat_map(|piece| stream.take(piece.as_slice())).collect();
        assert_eq!(found, [sent]);
    }
}

/// The sending side keeps to the window, begins with 0, and never waits for nothing.
fn sender(mut script: Script<'_>) {
    let window = u16::from(script.byte());
    let timeout = Millis(u64::from(u16::from_le_bytes(script.array())));
    let max_packet = u32::from(u16::from_le_bytes(script.array()));
    let mut sender = Sender::new(Session { window, timeout, max_packet, ..Session::WANTED });
    let (mut now, mut first) = (Millis(0), None);
    while !script.is_over() {
        let [what, number] = script.array();
        match what % 8 {
            0..=2 => {
                let content = Content::message(Coding::Plain, Payload(vec![number; usize::from(number)]));
                let _ = sender.push(&content);
            }
            3 | 4 => sender.taken(number),
            5 => sender.refused(number),
            _ => {
                now = now + Millis(u64::from(number) * 100);
                let Ok(writes) = sender.poll(now) else { return };
                assert!(writes.len() <= 127 + QUEUE_LIMIT);
                first = first.or(writes.first().cloned());
                assert!(sender.is_idle() || sender.wake_at().is_some_and(|at| at > now), "nothing wakes it");
            }
        }
    }
    if let Some(first) = first {
        assert_eq!(first.as_slice().get(3), Some(&0), "the first data packet has sequence 0");
    }
}

/// Every message, as every answer that is waited for.
pub(crate) fn messages(bytes: &[u8]) {
    if let Some(fields) = messages::fields(bytes) {
        assert!(fields.len() <= bytes.len());
    }
    if let Ok(companion) = CompanionDevice::parse(bytes) {
        // Its bytes are compared: one field is a floating-point number, and not every such number equals itself.
        let written = companion.to_bytes();
        let again = CompanionDevice::parse(written.as_slice());
        assert_eq!(again.map(|companion| companion.to_bytes()), Ok(written));
    }
    if let Ok(owner) = NewOwner::parse(bytes) {
        assert_eq!(NewOwner::parse(owner.to_bytes().as_slice()), Ok(owner));
    }
    let Ok(packet) = WearPacket::parse(bytes) else { return };
    assert_eq!(WearPacket::parse(packet.to_bytes().as_slice()).as_ref(), Ok(&packet));
    // Debug output of a message may be long but never holds what is in it.
    assert!(format!("{packet:?}").len() <= 100);
    answers(&packet);
}

fn answers(packet: &WearPacket) {
    let _ = (account::verify_reply(packet), account::confirm_reply(packet));
    let _ = (account::local_reply(packet), account::local_proof_reply(packet));
    let _ = (account::bind_result_reply(packet), system::reset_reply(packet), system::find_reply(packet));
    let mut texts = Vec::new();
    if let Ok(account::BindReply::Offer(offer)) = account::bind_reply(packet) {
        texts.extend([offer.serial, offer.model]);
    }
    if let Ok(battery) = system::battery_reply(packet) {
        assert!(battery.level <= 100);
    }
    if let Ok(system::Identity { serial, firmware, model, product }) = system::device_info_reply(packet) {
        texts.extend([serial, firmware, model, product]);
    }
    assert!(texts.into_iter().flatten().all(|text| (1..=32).contains(&text.len())));
    if let Some(code) = packet.account.as_ref().and_then(|account| account.error)
        && let Some(error) = ErrorCode::read(code)
    {
        assert_eq!(error.number(), code);
    }
}

/// Encrypted messages of any content, and of our own.
pub(crate) fn session(bytes: &[u8]) {
    let mut script = Script::new(bytes);
    let key = AuthKey::new(script.array());
    let (phone, band) = (script.array(), script.array());
    let keys = SessionKeys::derive(&key, &phone, &band);
    let theirs = keys.other_side();
    let counter = u16::from_le_bytes(script.array());
    let content = script.rest();
    for opened in [keys.open_v1(content), keys.open_v1_counted(content), keys.open(0, content)] {
        assert!(opened.is_err() || content.len() >= 4);
    }
    let plain = Payload::from(content);
    let sealed = theirs.seal(0, content);
    assert_eq!(sealed.as_slice().len(), content.len() + 4);
    assert_eq!(keys.open_v1(sealed.as_slice()), Ok(plain.clone()));
    let counted = theirs.seal_v1(counter, content);
    assert_eq!(keys.open_v1_counted(counted.as_slice()), Ok(plain.clone()));
    assert_eq!(keys.open_v2(theirs.seal_v2(content).as_slice()), plain);
    assert!(keys.verify(&phone, &band, &theirs.prove(&band, &phone)));
}

/// A band's public key of any bytes, and a bind of two sides.
pub(crate) fn local_bind(bytes: &[u8]) {
    let mut script = Script::new(bytes);
    let (Ok(ours), Ok(theirs)) = (PrivateKey::new(&script.array()), PrivateKey::new(&script.array())) else {
        return;
    };
    let _ = ours.agree(&script.array());
    let (Ok(shared), Ok(same)) = (ours.agree(&theirs.public_key()), theirs.agree(&ours.public_key())) else {
        return;
    };
    assert!(shared == same, "the two sides disagree");
    let (phone, band) = (script.array(), script.array());
    assert!(same.verify(&phone, &shared.prove(&phone)));
    let (keys, key) = shared.derive(&phone, &band);
    assert!(key == same.derive(&phone, &band).1);
    let result = script.rest();
    let _ = bind::open_result(&keys, result);
    let sealed = bind::seal_result(&keys, result);
    assert_eq!(bind::open_result(&keys.other_side(), sealed.as_slice()), Ok(result.into()));
}
