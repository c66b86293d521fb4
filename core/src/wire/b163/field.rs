//! The field GF(2^163) modulo x^163 + x^7 + x^6 + x^3 + 1: bits are coefficients, three 64-bit limbs from the lowest.
//!
//! Nothing here branches on a value or looks one up in a table: the time tells nothing about a private key.

use std::hint::black_box;

use zeroize::Zeroize;

/// How many bits an element has.
pub(super) const BITS: usize = 163;

/// The bits of an element in the highest limb: 163 - 128.
const TOP_BITS: u32 = 35;
const TOP_MASK: u64 = (1 << TOP_BITS) - 1;

/// An element, always reduced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Zeroize)]
pub(super) struct Field([u64; 3]);

impl Field {
    pub(super) const ZERO: Self = Self([0, 0, 0]);
    pub(super) const ONE: Self = Self([1, 0, 0]);

    /// From limbs, the lowest first. Bits from 163 on are cut off.
    pub(super) const fn new([low, middle, high]: [u64; 3]) -> Self {
        Self([low, middle, high & TOP_MASK])
    }

    /// Reads 24 bytes, the lowest first. `None` if a bit from 163 on is set.
    pub(super) fn from_bytes(bytes: &[u8; 24]) -> Option<Self> {
        let limbs = limbs(bytes);
        let [_, _, high] = limbs;
        (high <= TOP_MASK).then_some(Self(limbs))
    }

    /// 24 bytes, the lowest first.
    pub(super) fn to_bytes(self) -> [u8; 24] {
        let mut bytes = [0; 24];
        for (place, limb) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(self.0) {
            *place = limb.to_le_bytes();
        }
        bytes
    }

    pub(super) fn is_zero(self) -> bool {
        let Self([low, middle, high]) = self;
        low | middle | high == 0
    }

    pub(super) const fn add(self, other: Self) -> Self {
        let (Self([a, b, c]), Self([d, e, f])) = (self, other);
        Self([a ^ d, b ^ e, c ^ f])
    }

    /// Karatsuba over the three limbs: six products instead of nine.
    pub(super) const fn multiply(self, other: Self) -> Self {
        let (Self([a0, a1, a2]), Self([b0, b1, b2])) = (self, other);
        let (low, middle, high) = (product(a0, b0), product(a1, b1), product(a2, b2));
        let first = product(a0 ^ a1, b0 ^ b1) ^ low ^ middle;
        let second = product(a0 ^ a2, b0 ^ b2) ^ low ^ middle ^ high;
        let third = product(a1 ^ a2, b1 ^ b2) ^ middle ^ high;
        reduce([
            lower(low),
            upper(low) ^ lower(first),
            upper(first) ^ lower(second),
            upper(second) ^ lower(third),
            upper(third) ^ lower(high),
            upper(high),
        ])
    }

    /// Squaring is linear here: a zero goes between any two bits.
    pub(super) const fn square(self) -> Self {
        let Self([a, b, c]) = self;
        let (a, b, c) = (spread(a), spread(b), spread(c));
        reduce([lower(a), upper(a), lower(b), upper(b), lower(c), upper(c)])
    }

    fn square_times(self, times: u32) -> Self {
        (0..times).fold(self, |value, _| value.square())
    }

    /// The inverse, which is the power 2^163 - 2 (Itoh and Tsujii); zero for zero.
    pub(super) fn invert(self) -> Self {
        // `value` is the power 2^exponent - 1, and the exponent grows along the bits of 162.
        let (mut value, mut exponent) = (self, 1);
        for bit in (0..162_u32.ilog2()).rev() {
            value = value.square_times(exponent).multiply(value);
            exponent *= 2;
            if (162 >> bit) & 1 == 1 {
                value = value.square().multiply(self);
                exponent += 1;
            }
        }
        value.square()
    }

    /// The trace, 0 or 1: the sum of the powers 1, 2, 4, 8 … 2^162.
    pub(super) fn trace(self) -> u64 {
        let (mut sum, mut power) = (self, self);
        for _ in 1..BITS {
            power = power.square();
            sum = sum.add(power);
        }
        let Self([low, ..]) = sum;
        low & 1
    }

    /// Exchanges the two if `bit` is 1, in the same time as if it is 0.
    pub(super) fn swap_if(bit: u64, a: &mut Self, b: &mut Self) {
        let mask = black_box(0_u64.wrapping_sub(bit));
        for (a, b) in a.0.iter_mut().zip(&mut b.0) {
            let difference = (*a ^ *b) & mask;
            *a ^= difference;
            *b ^= difference;
        }
    }
}

/// 24 bytes as three limbs, the lowest first.
pub(super) fn limbs(bytes: &[u8; 24]) -> [u64; 3] {
    let mut limbs = [0; 3];
    for (limb, bytes) in limbs.iter_mut().zip(bytes.as_chunks::<8>().0) {
        *limb = u64::from_le_bytes(*bytes);
    }
    limbs
}

/// 326 bits to 163: x^163 is x^7 + x^6 + x^3 + 1, so bit 64 i + b goes to bits 64 (i - 3) + b + 29, + 32, + 35, + 36.
const fn reduce([c0, c1, c2, c3, c4, c5]: [u64; 6]) -> Field {
    const fn falls_low(limb: u64) -> u64 {
        (limb << 29) ^ (limb << 32) ^ (limb << 35) ^ (limb << 36)
    }
    const fn falls_high(limb: u64) -> u64 {
        (limb >> 35) ^ (limb >> 32) ^ (limb >> 29) ^ (limb >> 28)
    }
    let c3 = c3 ^ falls_high(c5);
    let c2 = c2 ^ falls_low(c5) ^ falls_high(c4);
    let c1 = c1 ^ falls_low(c4) ^ falls_high(c3);
    let c0 = c0 ^ falls_low(c3);
    let rest = c2 >> TOP_BITS;
    Field([c0 ^ rest ^ (rest << 3) ^ (rest << 6) ^ (rest << 7), c1, c2 & TOP_MASK])
}

/// The product of two polynomials of 64 bits, by Karatsuba over their halves.
const fn product(a: u64, b: u64) -> u128 {
    const HALF: u64 = u32::MAX as u64;
    let low = product_of_halves(a & HALF, b & HALF);
    let high = product_of_halves(a >> 32, b >> 32);
    let middle = product_of_halves((a & HALF) ^ (a >> 32), (b & HALF) ^ (b >> 32)) ^ low ^ high;
    ((high as u128) << 64) ^ ((middle as u128) << 32) ^ low as u128
}

/// The product of two polynomials of 32 bits with the processor's own multiplication: of every factor only each
/// fourth bit is kept, so that at most eight ones meet in a place and their carries stay in the holes.
const fn product_of_halves(a: u64, b: u64) -> u64 {
    const M0: u64 = 0x1111_1111_1111_1111;
    const M1: u64 = M0 << 1;
    const M2: u64 = M0 << 2;
    const M3: u64 = M0 << 3;
    let (a0, a1, a2, a3) = (a & M0, a & M1, a & M2, a & M3);
    let (b0, b1, b2, b3) = (b & M0, b & M1, b & M2, b & M3);
    (((a0 * b0) ^ (a1 * b3) ^ (a2 * b2) ^ (a3 * b1)) & M0)
        | (((a0 * b1) ^ (a1 * b0) ^ (a2 * b3) ^ (a3 * b2)) & M1)
        | (((a0 * b2) ^ (a1 * b1) ^ (a2 * b0) ^ (a3 * b3)) & M2)
        | (((a0 * b3) ^ (a1 * b2) ^ (a2 * b1) ^ (a3 * b0)) & M3)
}

/// A zero above every bit.
const fn spread(limb: u64) -> u128 {
    const fn half(half: u64) -> u64 {
        let x = (half | (half << 16)) & 0x0000_FFFF_0000_FFFF;
        let x = (x | (x << 8)) & 0x00FF_00FF_00FF_00FF;
        let x = (x | (x << 4)) & 0x0F0F_0F0F_0F0F_0F0F;
        let x = (x | (x << 2)) & 0x3333_3333_3333_3333;
        (x | (x << 1)) & 0x5555_5555_5555_5555
    }
    ((half(limb >> 32) as u128) << 64) | half(limb & u32::MAX as u64) as u128
}

const fn lower(value: u128) -> u64 {
    value as u64
}

const fn upper(value: u128) -> u64 {
    (value >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bit by bit, as on paper.
    fn multiply_on_paper(a: Field, b: Field) -> Field {
        let mut sum = Field::ZERO;
        for bit in (0..BITS).rev() {
            let Field([low, middle, high]) = sum;
            let carry = (high >> (TOP_BITS - 1)) & 1;
            sum = Field::new([
                (low << 1) ^ (carry * 0xC9),
                (middle << 1) | (low >> 63),
                (high << 1) | (middle >> 63),
            ]);
            if (b.0[bit / 64] >> (bit % 64)) & 1 == 1 {
                sum = sum.add(a);
            }
        }
        sum
    }

    /// A walk through the field, with the extremes at its start.
    fn some_elements() -> Vec<Field> {
        let mut elements =
            vec![Field::ZERO, Field::ONE, Field::new([u64::MAX; 3]), Field::new([0, 0, 1 << 34])];
        let mut state = 1_u64;
        for _ in 0..40 {
            let limbs = [0; 3].map(|_: u64| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                state ^ (state >> 29)
            });
            elements.push(Field::new(limbs));
        }
        elements
    }

    #[test]
    fn products_are_what_they_are_on_paper() {
        for a in some_elements() {
            assert_eq!(a.square(), multiply_on_paper(a, a));
            for b in some_elements() {
                assert_eq!(a.multiply(b), multiply_on_paper(a, b));
            }
        }
    }

    #[test]
    fn everything_but_zero_has_an_inverse() {
        for a in some_elements() {
            let one = if a.is_zero() { Field::ZERO } else { Field::ONE };
            assert_eq!(a.multiply(a.invert()), one);
        }
    }

    #[test]
    fn the_trace_is_that_of_bits_0_and_157() {
        for a in some_elements() {
            assert_eq!(a.trace(), (a.0[0] ^ (a.0[2] >> 29)) & 1);
        }
    }

    #[test]
    fn bytes_are_read_back_and_bit_163_is_refused() {
        for a in some_elements() {
            assert_eq!(Field::from_bytes(&a.to_bytes()), Some(a));
        }
        let mut bytes = [0; 24];
        bytes[20] = 0x08;
        assert_eq!(Field::from_bytes(&bytes), None);
    }
}
