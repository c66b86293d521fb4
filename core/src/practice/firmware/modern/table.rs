//! Service tables of bands with the protocol of 2021. They say nothing about what is read or written there.

use uuid::Uuid;

use crate::practice::firmware::newer::{BASE, BATTERY_SERVICE};
use crate::practice::gatt::{Table, maker, property, short};

use property::{NOTIFY, READ, WRITE, WRITE_WITHOUT_RESPONSE};

/// The main service of the others, with the chunks of 2021.
const MAIN: (Uuid, &[(Uuid, u8)]) = (
    short(0xFEE0),
    &[
        (short(0x2A2B), READ | WRITE | NOTIFY),
        (maker(0x0001), WRITE_WITHOUT_RESPONSE | NOTIFY),
        (maker(0x0002), NOTIFY),
        (maker(0x0003), WRITE_WITHOUT_RESPONSE | NOTIFY),
        (short(0x2A04), READ | WRITE_WITHOUT_RESPONSE | NOTIFY),
        (maker(0x0004), WRITE_WITHOUT_RESPONSE | NOTIFY),
        (maker(0x0005), NOTIFY),
        (maker(0x0006), READ | NOTIFY),
        (maker(0x0007), READ | NOTIFY),
        (maker(0x0008), WRITE | NOTIFY),
        (maker(0x0010), NOTIFY),
        (maker(0x0020), READ | WRITE_WITHOUT_RESPONSE | NOTIFY),
        (maker(0x000E), WRITE),
        (maker(0x000F), WRITE_WITHOUT_RESPONSE | NOTIFY),
        (maker(0x0011), READ),
        (maker(0x0012), READ),
        (maker(0x0013), NOTIFY),
        (maker(0x0016), WRITE_WITHOUT_RESPONSE | NOTIFY),
        (maker(0x0017), WRITE_WITHOUT_RESPONSE | NOTIFY),
    ],
);

/// Device information of a Mi Band 6. The properties of 0014 were not published; it could not be read.
const INFORMATION: (Uuid, &[(Uuid, u8)]) = (
    short(0x180A),
    &[
        (short(0x2A25), READ),
        (short(0x2A27), READ),
        (short(0x2A28), READ),
        (short(0x2A23), READ),
        (short(0x2A50), READ),
        (maker(0x0014), NOTIFY),
    ],
);

/// Keyboard and the like. Some computers and phones hide it; only that it is there was published.
const HID: (Uuid, &[(Uuid, u8)]) = (
    short(0x1812),
    &[
        (short(0x2A4A), READ),
        (short(0x2A4B), READ),
        (short(0x2A4C), WRITE_WITHOUT_RESPONSE),
        (short(0x2A4D), READ | NOTIFY),
        (short(0x2A4E), READ | WRITE_WITHOUT_RESPONSE),
    ],
);

/// In the order of a Mi Band 6.
pub(super) const MI_BAND_6: &Table = &[
    BASE[0],
    BASE[1],
    INFORMATION,
    BASE[3],
    BASE[4],
    BASE[5],
    BASE[6],
    MAIN,
    BASE[8],
    BATTERY_SERVICE,
    HID,
    BASE[9],
];

/// That of the older firmware, and the chunks.
pub(super) const MI_BAND_5: &Table =
    &[BASE[0], BASE[1], BASE[2], BASE[3], BASE[4], BASE[5], BASE[6], MAIN, BASE[8], BASE[9]];

/// Nobody has published one: that of a Mi Band 6, without 0009, which it is known to lack, and without what nobody knows
/// the content of.
pub(super) const SMART_BAND_7: &Table = &[
    BASE[0],
    BASE[1],
    (short(0x180A), &[(short(0x2A25), READ), (short(0x2A23), READ)]),
    BASE[3],
    BASE[4],
    BASE[5],
    BASE[6],
    MAIN,
    (short(0xFEE1), &[(short(0xFEDE), READ), (short(0xFEDF), READ), (maker(0xFEC1), READ | WRITE | NOTIFY)]),
    BATTERY_SERVICE,
];
