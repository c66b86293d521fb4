//! Keys from the entropy that the shell passed in: AES-128 in counter mode, so that a replay draws the same.

use aes::Aes128;
use aes::cipher::{BlockCipherEncrypt, KeyInit};

use crate::event::Entropy;
use crate::keys::AuthKey;

pub(crate) struct Random {
    cipher: Aes128,
    counter: u128,
}

impl Random {
    pub(crate) fn new(Entropy(seed): &Entropy) -> Self {
        let [a, b] =
            [seed.first_chunk::<16>(), seed.last_chunk::<16>()].map(|half| half.copied().unwrap_or_default());
        Self { cipher: Aes128::new(&a.into()), counter: u128::from_be_bytes(b) }
    }

    /// A fresh key.
    pub(crate) fn key(&mut self) -> AuthKey {
        AuthKey::new(self.block())
    }

    /// Fresh bytes, for what is no key of a band.
    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for part in bytes.chunks_mut(16) {
            let block = self.block();
            part.copy_from_slice(block.get(..part.len()).unwrap_or_default());
        }
        bytes
    }

    fn block(&mut self) -> [u8; 16] {
        let mut block = self.counter.to_be_bytes().into();
        self.counter = self.counter.wrapping_add(1);
        self.cipher.encrypt_block(&mut block);
        block.into()
    }
}
