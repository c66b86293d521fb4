//! Binding a band without the vendor's server, where the band offers it (verify mode 2). Nobody has seen a band offer
//! it; the scheme is one open app's. Never draws a random: private key and random are given.
//!
//! Both sides send a P-256 public key (x, then y, 32 bytes each, big-endian) and a random, and prove that they know
//! the x of the shared point: HMAC-SHA256(x, own random). HKDF-SHA256 with salt = our random + the band's, input = x,
//! info "miwear-bind" gives the keys of the session as at a login, and in bytes 40 to 55 the band's new key. At the end
//! the new owner is sent with AES-128-CCM, a tag of 4 bytes, nonce 10 11 … 1B, associated bytes "bind-data".

use std::fmt;

use hmac::Mac;
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::{PublicKey, SecretKey};
use thiserror::Error;
use zeroize::Zeroizing;

use super::session::{self, DecryptError, SessionKeys};
use crate::keys::AuthKey;
use crate::payload::Payload;

/// Nonce of the end of binding.
const NONCE: [u8; 12] = [0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B];
/// Associated bytes of the end of binding.
const ASSOCIATED: &[u8] = b"bind-data";

/// Our half of the agreement. Zeroised when dropped; `Debug` never shows it.
#[derive(Clone)]
pub struct PrivateKey(SecretKey);

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(hidden)")
    }
}

/// What the other side sent is not fit for an agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BindError {
    /// Zero, or not below the order of the curve: draw again.
    #[error("use the random as a private key")]
    PrivateKey,
    /// Not a point of the curve.
    #[error("use the other side's public key: it is not on the curve")]
    NotOnCurve,
}

impl PrivateKey {
    /// A private key of these random bytes, big-endian. Nearly all bytes will do.
    pub fn new(bytes: &[u8; 32]) -> Result<Self, BindError> {
        SecretKey::from_slice(bytes).map(Self).map_err(|_| BindError::PrivateKey)
    }

    /// Its public key: x, then y.
    pub fn public_key(&self) -> [u8; 64] {
        let point = self.0.public_key().to_sec1_point(false);
        point.as_bytes().last_chunk().copied().unwrap_or([0; 64])
    }

    /// What both sides know once they have the other's public key.
    pub fn agree(&self, other: &[u8; 64]) -> Result<Shared, BindError> {
        let mut point = vec![0x04];
        point.extend_from_slice(other);
        let other = PublicKey::from_sec1_bytes(&point).map_err(|_| BindError::NotOnCurve)?;
        let secret = p256::ecdh::diffie_hellman(self.0.to_nonzero_scalar(), other.as_affine());
        Ok(Shared(Zeroizing::new((*secret.raw_secret_bytes()).into())))
    }
}

/// The x of the shared point. Zeroised when dropped; `Debug` never shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Shared(Zeroizing<[u8; 32]>);

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shared(hidden)")
    }
}

impl Shared {
    /// The proof to send with our own random.
    pub fn prove(&self, own_random: &[u8; 16]) -> [u8; 32] {
        session::sign(self.0.as_ref(), own_random).finalize().into_bytes().into()
    }

    /// Whether the other side's proof fits its random.
    pub fn verify(&self, other_random: &[u8; 16], proof: &[u8; 32]) -> bool {
        session::sign(self.0.as_ref(), other_random).verify_slice(proof).is_ok()
    }

    /// The keys of this session as the phone sees them, and the band's new key.
    pub fn derive(&self, phone_random: &[u8; 16], band_random: &[u8; 16]) -> (SessionKeys, AuthKey) {
        let okm = session::expand(&session::join(phone_random, band_random), self.0.as_ref(), b"miwear-bind");
        (SessionKeys::from_okm(&okm), AuthKey::new(session::part(&okm, 40)))
    }
}

/// Encrypts the end of binding.
pub fn seal_result(keys: &SessionKeys, plain: &[u8]) -> Payload {
    session::seal(keys.own_key(), &NONCE, ASSOCIATED, plain)
}

/// Decrypts the end of binding that the other side sealed, for practice bands.
pub fn open_result(keys: &SessionKeys, sealed: &[u8]) -> Result<Payload, DecryptError> {
    session::open(keys.other_key(), &NONCE, ASSOCIATED, sealed)
}
