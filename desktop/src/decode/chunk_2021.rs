//! Chunks of the 2021 protocol, put together to the messages they are of. What is encrypted stays so: the key of a
//! session is never in a capture.

use rescue_core::wire::chunks_2021::{
    self, Acknowledgement, Body, Chunk, ChunkError, Endpoint, Frame, Message, News, Reassembler, Start,
};
use rescue_core::wire::session_2021;

use super::sheet::{self, Sheet};
use super::{DecodeError, auth_reply, battery_huami, hex};

/// The shortest chunk, and the shortest acknowledgement.
const SHORTEST: usize = 5;

/// Reads them; one sheet a message in the order of their beginnings, then one an acknowledgement.
pub(super) fn read(frames: Vec<Vec<u8>>) -> Result<Vec<Sheet>, DecodeError> {
    let mut reassembler = Reassembler::default();
    let mut messages: Vec<Said> = Vec::new();
    let mut acknowledgements = Vec::new();
    for frame in hex::at_least(SHORTEST, frames) {
        match chunks_2021::parse(&frame)? {
            Frame::Acknowledgement(word) => acknowledgements.push(acknowledgement(word)),
            Frame::Chunk(chunk) => {
                let news = reassembler.take(&frame).map(|taken| taken.news);
                let open =
                    |said: &&mut Said| said.handle == chunk.handle && !said.closed && chunk.start.is_none();
                match messages.iter_mut().rev().find(open) {
                    // A capture may have a chunk twice.
                    _ if news == Ok(News::Repeat) => {}
                    Some(said) => said.take(&chunk, news)?,
                    None => {
                        let mut said = Said::opened_by(&chunk);
                        said.take(&chunk, news)?;
                        messages.push(said);
                    }
                }
            }
        }
    }
    Ok(messages.iter().map(Said::sheet).chain(acknowledgements).collect())
}

fn acknowledgement(Acknowledgement { handle, count }: Acknowledgement) -> Sheet {
    Sheet::default().with("acknowledges", sheet::code(handle)).with("chunk", count)
}

/// A message as far as it is known.
struct Said {
    handle: u8,
    start: Option<Start>,
    encrypted: bool,
    /// Of all its chunks together.
    flags: u8,
    chunks: usize,
    /// Up to the first gap.
    so_far: Vec<u8>,
    whole: Option<Message>,
    /// No more chunks belong to it.
    closed: bool,
    problem: Option<ChunkError>,
}

impl Said {
    fn opened_by(chunk: &Chunk) -> Self {
        Self {
            handle: chunk.handle,
            start: chunk.start,
            encrypted: chunk.is_encrypted(),
            flags: 0,
            chunks: 0,
            so_far: Vec::new(),
            whole: None,
            closed: false,
            problem: None,
        }
    }

    /// Takes a chunk. A lost one leaves its message incomplete; one that contradicts its message is an error.
    fn take(&mut self, chunk: &Chunk, news: Result<News, ChunkError>) -> Result<(), ChunkError> {
        self.flags |= chunk.flags;
        self.chunks += 1;
        self.closed = chunk.is_last();
        let gap = match news {
            Ok(News::Message(message)) => {
                self.whole = Some(message);
                false
            }
            Ok(News::More | News::Repeat | News::Acknowledged(_)) => false,
            Err(error @ ChunkError::Length { expected, found, .. }) if found < expected => {
                self.problem = Some(error);
                false
            }
            Err(error @ (ChunkError::NeverOpened { .. } | ChunkError::OutOfOrder { .. })) => {
                self.problem.get_or_insert(error);
                // Chunks whose beginning is missing are shown from the first that is there.
                self.start.is_some()
            }
            Err(error) => return Err(error),
        };
        if !gap {
            self.so_far.extend_from_slice(chunk.piece.as_slice());
        }
        Ok(())
    }

    fn sheet(&self) -> Sheet {
        let endpoint = self.start.map(|start| start.endpoint);
        let has = |bit: u8| self.flags & bit != 0;
        Sheet::default()
            .with("endpoint", endpoint.map(|endpoint| sheet::id(endpoint.0)))
            .with("handle", sheet::code(self.handle))
            .with("flags", self.flags)
            .with("payload", sheet::bytes(&self.so_far))
            .with("complete", self.whole.is_some())
            .with("endpoint_name", endpoint.and_then(endpoint_name))
            .with("encrypted", self.encrypted)
            .with("acknowledgement_wanted", has(0x04))
            .with("length", self.start.map(|start| start.length))
            .with("chunks", self.chunks)
            .with_some("problem", self.problem.map(|problem| super::told(&problem)))
            .with_some("message", self.whole.as_ref().and_then(meaning))
    }
}

const fn endpoint_name(endpoint: Endpoint) -> Option<&'static str> {
    Some(match endpoint {
        Endpoint::CONNECTION => "connection",
        Endpoint::FIND => "find",
        Endpoint::BATTERY => "battery",
        Endpoint::AUTH => "authentication",
        Endpoint::COMPATIBILITY => "configuration",
        _ => return None,
    })
}

/// What a whole message says, where that can be read without a key.
fn meaning(message: &Message) -> Option<Sheet> {
    let Body::Plain(payload) = &message.body else { return None };
    let bytes = payload.as_slice();
    match message.endpoint {
        Endpoint::AUTH => match *bytes {
            [0x04, 0x02, 0x00, 0x02, ref public @ ..] => Some(
                Sheet::default()
                    .with("meaning", "here is the phone's public key")
                    .with("public_key", sheet::bytes(public)),
            ),
            [0x05, ref proof @ ..] => Some(
                Sheet::default()
                    .with("meaning", "here is the random under both keys")
                    .with("proof", sheet::bytes(proof)),
            ),
            _ => auth_reply::read(bytes).ok(),
        },
        Endpoint::BATTERY => {
            session_2021::parse_battery_reply(bytes).ok().map(|battery| battery_huami::sheet(&battery))
        }
        _ => None,
    }
}
