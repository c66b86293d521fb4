"""The curve B-163 (sect163r2), as far as a virtual band needs it: y² + xy = x³ + x² + b over the field of 2^163.

A point on the wire is x and y, 24 bytes each, little-endian.
"""

DEGREE = 163
FIELD = (1 << 163) | (1 << 7) | (1 << 6) | (1 << 3) | 1
B = 0x20A601907B8C953CA1481EB10512F78744A3205FD
BASE = (0x3F0EBA16286A2D57EA0991168D4994637E8343E36, 0xD51FBC6C71A0094FA2CDD545B11C5C0C797324F1)


def multiply(a, b):
    product = 0
    while b:
        if b & 1:
            product ^= a
        b >>= 1
        a <<= 1
        if a >> DEGREE:
            a ^= FIELD
    return product


def invert(a):
    # Euclid's way, for polynomials: what is taken from a to reach 1 is taken from its cofactor too.
    u, v, cofactor, other = a, FIELD, 1, 0
    while u != 1:
        shift = u.bit_length() - v.bit_length()
        if shift < 0:
            u, v, cofactor, other, shift = v, u, other, cofactor, -shift
        u ^= v << shift
        cofactor ^= other << shift
    return cofactor


def on_curve(point):
    x, y = point
    left = multiply(y, y) ^ multiply(x, y)
    square = multiply(x, x)
    return left == multiply(square, x) ^ square ^ B


def add(p, q):
    """The sum of two points; None is the point at infinity."""
    if p is None or q is None:
        return p or q
    (x1, y1), (x2, y2) = p, q
    if x1 == x2:
        if y1 != y2 or x1 == 0:
            return None
        slope = x1 ^ multiply(y1, invert(x1))
        x = multiply(slope, slope) ^ slope ^ 1
        return x, multiply(x1, x1) ^ multiply(slope ^ 1, x)
    slope = multiply(y1 ^ y2, invert(x1 ^ x2))
    x = multiply(slope, slope) ^ slope ^ x1 ^ x2 ^ 1
    return x, multiply(slope, x1 ^ x) ^ x ^ y1


def times(number, point):
    total = None
    while number:
        if number & 1:
            total = add(total, point)
        number >>= 1
        point = add(point, point)
    return total


def to_wire(point):
    return b"".join(coordinate.to_bytes(24, "little") for coordinate in point)


def from_wire(wire):
    return int.from_bytes(wire[:24], "little"), int.from_bytes(wire[24:48], "little")
