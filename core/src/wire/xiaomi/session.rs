//! The keys of one session with a protobuf band, the proofs that both sides hold the same 16-byte key, and the
//! encryption of what follows. Never keeps the 16-byte key itself.
//!
//! * HKDF-SHA256 with salt = our random + the band's, input = key, info "miwear-auth" gives 64 bytes: key of the band
//!   (16), our key (16), nonce of the band (4), our nonce (4); the rest is not used here.
//! * Proof of the band: HMAC-SHA256(key of the band, its random + ours). Ours: HMAC-SHA256(our key, our random + its).
//! * First framing and the companion part: AES-128-CCM, tag of 4 bytes, nonce = our nonce + 4 zeros + counter (4,
//!   little-endian), no associated bytes. The counter is 0 for the companion part, then 1, 2, … and stands as two
//!   bytes in front of the body. The band counts nothing: always 0.
//! * Second framing: AES-128-CTR whose initial counter block is the key itself, anew for every message.

use std::fmt;

use aes::Aes128;
use ccm::Ccm;
use ccm::aead::AeadInOut;
use ccm::consts::{U4, U12};
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit, StreamCipher};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::keys::AuthKey;
use crate::payload::Payload;

/// Bytes that the key schedule gives.
pub(super) const OKM: usize = 64;

/// What one side encrypts and signs with.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
struct Half {
    key: [u8; 16],
    nonce: [u8; 4],
}

/// The keys of a session. Zeroised when dropped; `Debug` never shows them.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionKeys {
    ours: Half,
    theirs: Half,
}

impl fmt::Debug for SessionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKeys(hidden)")
    }
}

/// Bytes that were not encrypted with these keys, or changed on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("decrypt the message of {length} bytes")]
pub struct DecryptError {
    /// How many there were.
    pub length: usize,
}

impl SessionKeys {
    /// The phone's view of a session.
    pub fn derive(key: &AuthKey, phone_random: &[u8; 16], band_random: &[u8; 16]) -> Self {
        Self::from_okm(&expand(&join(phone_random, band_random), key.bytes(), b"miwear-auth"))
    }

    /// The first 40 bytes of a key schedule.
    pub(super) fn from_okm(okm: &[u8; OKM]) -> Self {
        Self {
            theirs: Half { key: part(okm, 0), nonce: part(okm, 32) },
            ours: Half { key: part(okm, 16), nonce: part(okm, 36) },
        }
    }

    /// The band's view of the same session, for practice bands.
    pub fn other_side(&self) -> Self {
        Self { ours: self.theirs.clone(), theirs: self.ours.clone() }
    }

    /// The proof that this side sends.
    pub fn prove(&self, own_random: &[u8; 16], other_random: &[u8; 16]) -> [u8; 32] {
        sign(&self.ours.key, &join(own_random, other_random)).finalize().into_bytes().into()
    }

    /// Whether the other side's proof fits. If it does not, the key is wrong.
    pub fn verify(&self, own_random: &[u8; 16], other_random: &[u8; 16], proof: &[u8; 32]) -> bool {
        sign(&self.theirs.key, &join(other_random, own_random)).verify_slice(proof).is_ok()
    }

    /// Encrypts with AES-CCM under this counter: the companion part (0).
    pub fn seal(&self, counter: u32, plain: &[u8]) -> Payload {
        seal(&self.ours.key, &nonce(&self.ours.nonce, counter), b"", plain)
    }

    /// Decrypts what the other side sealed under this counter.
    pub fn open(&self, counter: u32, sealed: &[u8]) -> Result<Payload, DecryptError> {
        open(&self.theirs.key, &nonce(&self.theirs.nonce, counter), b"", sealed)
    }

    /// The body of an encrypted message in the first framing: the counter (from 1), then the ciphertext.
    pub fn seal_v1(&self, counter: u16, plain: &[u8]) -> Payload {
        let mut body = counter.to_le_bytes().to_vec();
        body.extend_from_slice(self.seal(u32::from(counter), plain).as_slice());
        Payload(body)
    }

    /// Decrypts the body of a message in the first framing. The band encrypts under counter 0; no source tells whether
    /// it puts a counter in front as we do, so the tag decides.
    pub fn open_v1(&self, body: &[u8]) -> Result<Payload, DecryptError> {
        self.open(0, body).or_else(|error| self.open(0, body.get(2..).ok_or(error)?))
    }

    /// Decrypts the body that [`Self::seal_v1`] made, for practice bands.
    pub fn open_v1_counted(&self, body: &[u8]) -> Result<Payload, DecryptError> {
        let (&counter, sealed) = body.split_first_chunk().ok_or(DecryptError { length: body.len() })?;
        self.open(u32::from(u16::from_le_bytes(counter)), sealed)
    }

    /// Encrypts a message for the second framing.
    pub fn seal_v2(&self, plain: &[u8]) -> Payload {
        stream(&self.ours.key, plain)
    }

    /// Decrypts a message of the second framing. Nothing tells whether it is the right key: the caller parses it.
    pub fn open_v2(&self, cipher: &[u8]) -> Payload {
        stream(&self.theirs.key, cipher)
    }

    /// The keys one by one, for the person alone.
    pub fn parts(&self) -> Parts {
        let Self { ours, theirs } = self;
        Parts { band_key: theirs.key, phone_key: ours.key, band_nonce: theirs.nonce, phone_nonce: ours.nonce }
    }

    pub(super) fn own_key(&self) -> &[u8; 16] {
        &self.ours.key
    }

    pub(super) fn other_key(&self) -> &[u8; 16] {
        &self.theirs.key
    }
}

/// The keys of a session as the phone sees them. Zeroised when dropped; `Debug` never shows them.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Parts {
    /// What the band encrypts and signs with.
    pub band_key: [u8; 16],
    /// What the phone encrypts and signs with.
    pub phone_key: [u8; 16],
    /// Begins the band's nonces.
    pub band_nonce: [u8; 4],
    /// Begins the phone's nonces.
    pub phone_nonce: [u8; 4],
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parts(hidden)")
    }
}

/// HKDF-SHA256.
pub(super) fn expand(salt: &[u8], input: &[u8], info: &[u8]) -> Zeroizing<[u8; OKM]> {
    let mut okm = Zeroizing::new([0; OKM]);
    // 64 bytes are within what HKDF-SHA256 can give (8160).
    let expanded = Hkdf::<Sha256>::new(Some(salt), input).expand(info, okm.as_mut());
    debug_assert!(expanded.is_ok());
    okm
}

/// HMAC-SHA256 with a key of at most 64 bytes, not yet finished.
pub(super) fn sign(key: &[u8], message: &[u8]) -> Hmac<Sha256> {
    // The algorithm itself fills shorter keys with zeros to a block.
    let mut block = Zeroizing::new([0; 64]);
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    mac.update(message);
    mac
}

/// AES-128-CCM with a tag of 4 bytes at the end.
pub(super) fn seal(key: &[u8; 16], nonce: &[u8; 12], aad: &[u8], plain: &[u8]) -> Payload {
    let mut sealed = plain.to_vec();
    let cipher = Ccm::<Aes128, U4, U12>::new(key.into());
    match cipher.encrypt_inout_detached(nonce.into(), aad, sealed.as_mut_slice().into()) {
        Ok(tag) => sealed.extend_from_slice(&tag),
        // Only for more than 16 MB, which no message has.
        Err(_) => sealed.clear(),
    }
    Payload(sealed)
}

pub(super) fn open(
    key: &[u8; 16],
    nonce: &[u8; 12],
    aad: &[u8],
    sealed: &[u8],
) -> Result<Payload, DecryptError> {
    let error = DecryptError { length: sealed.len() };
    let (cipher_text, tag) = sealed.split_last_chunk::<4>().ok_or(error)?;
    let mut plain = cipher_text.to_vec();
    Ccm::<Aes128, U4, U12>::new(key.into())
        .decrypt_inout_detached(nonce.into(), aad, plain.as_mut_slice().into(), tag.into())
        .map_err(|_| error)?;
    Ok(Payload(plain))
}

fn stream(key: &[u8; 16], bytes: &[u8]) -> Payload {
    let mut bytes = bytes.to_vec();
    Ctr128BE::<Aes128>::new(key.into(), key.into()).apply_keystream(&mut bytes);
    Payload(bytes)
}

fn nonce(nonce: &[u8; 4], counter: u32) -> [u8; 12] {
    let ([n0, n1, n2, n3], [c0, c1, c2, c3]) = (*nonce, counter.to_le_bytes());
    [n0, n1, n2, n3, 0, 0, 0, 0, c0, c1, c2, c3]
}

pub(super) fn join(first: &[u8; 16], second: &[u8; 16]) -> [u8; 32] {
    let mut both = [0; 32];
    for (to, from) in both.iter_mut().zip(first.iter().chain(second)) {
        *to = *from;
    }
    both
}

/// `N` bytes of a key schedule; the callers' offsets are within it.
pub(super) fn part<const N: usize>(okm: &[u8; OKM], from: usize) -> [u8; N] {
    okm.get(from..).and_then(|rest| rest.first_chunk()).copied().unwrap_or([0; N])
}
