//! Key agreement on the curve NIST B-163 (sect163r2), as bands with the 2021 protocol do it; it never shows a key.
//!
//! y² + xy = x³ + x² + b over GF(2^163). A public key on the wire is x (24 bytes) and y (24 bytes), the lowest byte
//! first; a private key is 24 bytes, the lowest first, whose bits from 162 on do not count; the shared secret is
//! the point private · public, written like a public key.
//! Sources: the curve is in SEC 2 and FIPS 186-4; byte order and the rule for private keys are Gadgetbridge's, and
//! public keys of six logins of real bands fit.

mod field;

use std::fmt;

use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

use field::{BITS, Field};

/// A point of the curve; (0, 0), which is not on it, stands for the point at infinity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Zeroize)]
struct Point {
    x: Field,
    y: Field,
}

/// The constant of the curve's equation.
const B: Field = Field::new([0x512f_7874_4a32_05fd, 0xb8c9_53ca_1481_eb10, 0x2_0a60_1907]);

/// The point that every public key is a multiple of.
const GENERATOR: Point = Point {
    x: Field::new([0xd499_4637_e834_3e36, 0x86a2_d57e_a099_1168, 0x3_f0eb_a162]),
    y: Field::new([0xb11c_5c0c_7973_24f1, 0x71a0_094f_a2cd_d545, 0xd51f_bc6c]),
};

/// A scalar below this bit is too small to be a private key.
const LEAST_TOP_BIT: u32 = 81;
/// This bit of a private key and those above do not count; so it is below the order of [`GENERATOR`].
const PRIVATE_BITS: u32 = 162;

/// A private key, zeroised when dropped; `Debug` never shows it.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct PrivateKey([u64; 3]);

/// Bytes that are no private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PrivateKeyError {
    /// No bit from 81 to 161 is set.
    #[error("use the private key: it is too small")]
    TooSmall,
}

impl PrivateKey {
    /// A private key of random bytes. Bits from 162 on are cleared.
    pub fn new(bytes: &[u8; 24]) -> Result<Self, PrivateKeyError> {
        let [low, middle, high] = field::limbs(bytes);
        let key = Self([low, middle, high & ((1 << (PRIVATE_BITS - 128)) - 1)]);
        let Self([_, middle, high]) = key;
        if (middle >> (LEAST_TOP_BIT - 64)) | high == 0 {
            return Err(PrivateKeyError::TooSmall);
        }
        Ok(key)
    }

    /// The public key that belongs to it.
    pub fn public(&self) -> PublicKey {
        PublicKey(GENERATOR.times(&self.0))
    }

    /// What both sides know after they exchanged public keys.
    pub fn agree(&self, peer: &PublicKey) -> Shared {
        let mut point = peer.0.times(&self.0);
        let shared = Shared(point.to_bytes());
        point.zeroize();
        shared
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(hidden)")
    }
}

/// A public key: a point of the curve, of the order that the generator has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(Point);

/// Bytes that are no public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PublicKeyError {
    /// A coordinate has a bit above 162.
    #[error("use the band's public key: a coordinate is too large")]
    TooLarge,
    /// All zeros, which stands for the point at infinity.
    #[error("use the band's public key: it is all zeros")]
    Infinity,
    /// The equation does not hold.
    #[error("use the band's public key: it is not on the curve")]
    OffTheCurve,
    /// On the curve, but no multiple of the generator: a part of a shared secret would be known to anybody.
    #[error("use the band's public key: it has the wrong order")]
    WrongOrder,
}

impl PublicKey {
    /// Reads a public key of 48 bytes, and checks all there is to check.
    pub fn from_bytes(bytes: &[u8; 48]) -> Result<Self, PublicKeyError> {
        let coordinates = bytes.first_chunk::<24>().zip(bytes.last_chunk::<24>());
        let coordinates = coordinates.and_then(|(x, y)| Field::from_bytes(x).zip(Field::from_bytes(y)));
        let Some((x, y)) = coordinates else { return Err(PublicKeyError::TooLarge) };
        let point = Point { x, y };
        if point == Point::INFINITY {
            return Err(PublicKeyError::Infinity);
        }
        if !point.is_on_the_curve() {
            return Err(PublicKeyError::OffTheCurve);
        }
        if !point.is_double() {
            return Err(PublicKeyError::WrongOrder);
        }
        Ok(Self(point))
    }

    /// The 48 bytes on the wire.
    pub fn to_bytes(&self) -> [u8; 48] {
        self.0.to_bytes()
    }
}

/// What both sides know and nobody else: 48 bytes, zeroised when dropped; `Debug` never shows it.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Shared([u8; 48]);

impl Shared {
    /// The bytes, for the key schedule.
    pub const fn bytes(&self) -> &[u8; 48] {
        &self.0
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shared(hidden)")
    }
}

impl Point {
    const INFINITY: Self = Self { x: Field::ZERO, y: Field::ZERO };

    fn to_bytes(self) -> [u8; 48] {
        let mut bytes = [0; 48];
        let coordinates = self.x.to_bytes().into_iter().chain(self.y.to_bytes());
        for (place, byte) in bytes.iter_mut().zip(coordinates) {
            *place = byte;
        }
        bytes
    }

    /// y² + xy = x² (x + 1) + b.
    fn is_on_the_curve(self) -> bool {
        let Self { x, y } = self;
        y.square().add(x.multiply(y)) == x.square().multiply(x.add(Field::ONE)).add(B)
    }

    /// Whether a point of the curve is twice another. The curve has 2 n points with n prime, so these are the n
    /// multiples of the generator; and they are those whose x has the trace of the coefficient of x², which is 1
    /// (G. Seroussi, "Compact representation of elliptic curve points over F2n", 1998).
    fn is_double(self) -> bool {
        self.x.trace() == 1
    }

    const fn negated(self) -> Self {
        Self { x: self.x, y: self.x.add(self.y) }
    }

    /// This point `scalar` times: Montgomery's ladder on x alone, with the formulas of López and Dahab ("Fast
    /// multiplication on elliptic curves over GF(2^m) without precomputation", 1999). x must not be zero.
    fn times(self, scalar: &[u64; 3]) -> Self {
        let mut ladder = Ladder::new(self.x);
        for index in (0..BITS).rev() {
            let limb = scalar.get(index / 64).copied().unwrap_or_default();
            ladder.step((limb >> (index % 64)) & 1);
        }
        ladder.point(self)
    }
}

/// The x of k · P and of (k + 1) · P, each as a fraction.
#[derive(Zeroize, ZeroizeOnDrop)]
struct Ladder {
    x: Field,
    low: Fraction,
    high: Fraction,
}

#[derive(Clone, Copy, Zeroize)]
struct Fraction {
    over: Field,
    under: Field,
}

impl Ladder {
    /// k = 0.
    const fn new(x: Field) -> Self {
        let low = Fraction { over: Field::ONE, under: Field::ZERO };
        Self { x, low, high: Fraction { over: x, under: Field::ONE } }
    }

    /// Makes k into 2 k + `bit`.
    fn step(&mut self, bit: u64) {
        self.swap_if(bit);
        let (low, high) = (self.low, self.high);
        let (left, right) = (low.over.multiply(high.under), high.over.multiply(low.under));
        let under = left.add(right).square();
        self.high = Fraction { over: self.x.multiply(under).add(left.multiply(right)), under };
        let (over, under) = (low.over.square(), low.under.square());
        let constant = B.multiply(under.square());
        self.low = Fraction { over: over.square().add(constant), under: over.multiply(under) };
        self.swap_if(bit);
    }

    fn swap_if(&mut self, bit: u64) {
        Field::swap_if(bit, &mut self.low.over, &mut self.high.over);
        Field::swap_if(bit, &mut self.low.under, &mut self.high.under);
    }

    /// k · `base`, with y from the two x. A private key is below the order by more than one, so it takes neither of
    /// the early ways out.
    fn point(&self, base: Point) -> Point {
        if self.low.under.is_zero() {
            return Point::INFINITY;
        }
        if self.high.under.is_zero() {
            return base.negated();
        }
        let Point { x, y } = base;
        let low = self.low.over.multiply(self.low.under.invert());
        let high = self.high.over.multiply(self.high.under.invert());
        let sum = low.add(x).multiply(high.add(x)).add(x.square()).add(y);
        Point { x: low, y: low.add(x).multiply(sum).multiply(x.invert()).add(y) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The order of the generator, from SEC 2.
    const ORDER: [u64; 3] = [0x77e7_0c12_a423_4c33, 0x2_92fe, 0x4_0000_0000];

    fn ordinary_sum(p: Point, q: Point) -> Point {
        if p == Point::INFINITY {
            return q;
        }
        if q == Point::INFINITY {
            return p;
        }
        if p == q.negated() {
            return Point::INFINITY;
        }
        let slope = if p == q {
            p.x.add(p.y.multiply(p.x.invert()))
        } else {
            p.y.add(q.y).multiply(p.x.add(q.x).invert())
        };
        let x = slope.square().add(slope).add(p.x).add(q.x).add(Field::ONE);
        Point { x, y: slope.multiply(p.x.add(x)).add(x).add(p.y) }
    }

    #[test]
    fn the_generator_is_on_the_curve_and_its_order_is_the_published_one() {
        assert!(GENERATOR.is_on_the_curve() && GENERATOR.is_double());
        assert_eq!(GENERATOR.times(&ORDER), Point::INFINITY);
        let [low, middle, high] = ORDER;
        assert_eq!(GENERATOR.times(&[low - 1, middle, high]), GENERATOR.negated());
        assert_eq!(GENERATOR.times(&[low + 1, middle, high]), GENERATOR);
    }

    #[test]
    fn the_ladder_agrees_with_adding_again_and_again() {
        let mut sum = Point::INFINITY;
        for scalar in 0..200 {
            assert_eq!(GENERATOR.times(&[scalar, 0, 0]), sum);
            sum = ordinary_sum(sum, GENERATOR);
            assert!(sum.is_on_the_curve());
        }
    }

    /// The point of order two, (0, √b).
    fn of_order_two() -> Point {
        let root = (1..BITS).fold(B, |power, _| power.square());
        Point { x: Field::ZERO, y: root }
    }

    #[test]
    fn a_point_of_the_wrong_order_is_refused() {
        let two = of_order_two();
        assert!(two.is_on_the_curve());
        assert_eq!(PublicKey::from_bytes(&two.to_bytes()), Err(PublicKeyError::WrongOrder));
        let mut point = GENERATOR;
        for _ in 0..50 {
            let moved = ordinary_sum(point, two);
            assert!(moved.is_on_the_curve());
            assert_eq!(moved.times(&ORDER), two, "n times it is not infinity");
            assert_eq!(PublicKey::from_bytes(&moved.to_bytes()), Err(PublicKeyError::WrongOrder));
            assert!(PublicKey::from_bytes(&point.to_bytes()).is_ok());
            point = ordinary_sum(point, GENERATOR);
        }
    }
}
