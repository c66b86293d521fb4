"""The virtual bands against published vectors: they must be right by themselves, or a test with them proves nothing."""

from air import b163
from air.mi_band_1s import MiBand1, MiBand1S, crc8
from air.mi_band_2 import encrypt
from air.mi_band_6 import Assembly, Session
from air.smart_band_10 import Keys, crc16, packet, stream

unhex = bytes.fromhex


def test_the_checksum_of_the_first_band():
    assert crc8(b"123456789") == 0xA1
    # Captured: a user's frame, to the band whose address ends in DA.
    frame = unhex("7ede4e5c011ebd4e0031353438363732363338f3")
    assert frame[19] == crc8(frame[:19]) ^ 0xDA


def test_the_device_information_of_the_first_band_is_the_captured_one():
    band = MiBand1(None, address="88:0F:10:10:73:DA")
    assert band.device_info() == unhex("881073da000002620006000209040001")
    assert len(MiBand1S(None).device_info()) == 20


def test_the_proof_of_a_key_is_the_captured_one():
    # Captured: the vendor's app opens a Mi Band 2.
    key, random = unhex("91c7954727b7ec7fb89c65b311bdd59f"), unhex("0da69623f798f0c5416aaa47eb1cc4a9")
    assert encrypt(key, random).hex() == "87182190ce01474799c86985a03284a1"


def test_two_sides_agree_on_a_point_of_the_curve():
    assert b163.on_curve(b163.BASE)
    private = int.from_bytes(unhex("0b42b9e61c23340e35c16e2e7de433f4b5859a72ec114027"), "little") & (1 << 162) - 1
    remote = unhex(
        "e6016aba1de7ac0f0c7f0ff7e2243e6662b5e03b01000000ad8a4bedc76a1efde7725cc662b54835513e3d5705000000"
    )
    public = "a7bf78d434e3bd908a1f16c50fcf87307d814dc005000000d8f4a2385f110e16062d9da27f5f1c3038abb56404000000"
    shared = "119952464b0ff4f0ce59dc012af77a00502efb5e060000003479ea6b37fa4edb7fdaf4c0c2df3ea5a637f4ac06000000"
    assert b163.to_wire(b163.times(private, b163.BASE)).hex() == public
    assert b163.to_wire(b163.times(private, b163.from_wire(remote))).hex() == shared


def test_the_public_keys_of_a_real_band_and_its_app_lie_on_the_curve():
    band = "21c7fef66d20ebaf689a4851736b59afbd933c14000000002a14bd4f99df6790dce0b53e98c859aa157204a900000000"
    app = "66d3c92323a3b26edae32348ba9f845d9310efef00000000da11d7343c684aa8e335d2bb68f85ea0e6b38c0002000000"
    assert b163.on_curve(b163.from_wire(unhex(band))) and b163.on_curve(b163.from_wire(unhex(app)))


def session():
    shared = unhex(
        "119952464b0ff4f0ce59dc012af77a00502efb5e060000003479ea6b37fa4edb7fdaf4c0c2df3ea5a637f4ac06000000"
    )
    return Session(shared, b"0123456789@ABCDE")


def test_the_session_of_2021_begins_where_both_sides_know():
    assert session().key.hex() == "fe68ee321ec24c376817bb1f44434445"
    assert session().sequence == 1179818257


def test_messages_of_2021_are_put_together_and_decrypted():
    assembly = Assembly(session())
    assert assembly.take(unhex("0309000300010000001a00004cd6027c86593944")) is None
    assert assembly.take(unhex("030e000301bf2902861be393")) == (0x001A, b"\x03", True)
    # Captured: four chunks of a real login.
    chunks = [
        "03010000003400000082000402000266d3c92323",
        "0300000001a3b26edae32348ba9f845d9310efef",
        "030000000200000000da11d7343c684aa8e335d2",
        "0306000003bb68f85ea0e6b38c0002000000",
    ]
    taken = [Assembly.take(assembly, unhex(chunk)) for chunk in chunks]
    assert taken[:3] == [None] * 3
    assert taken[3][0] == 0x0082 and len(taken[3][1]) == 52


def test_the_packets_and_keys_of_protobuf_bands():
    assert crc16(b"123456789") == 0xBB3D
    assert packet(2, 0, unhex("0101030001000002020000fc03020020000402001027")).hex() == (
        "a5a5020016001d4d0101030001000002020000fc03020020000402001027"
    )
    phone, band = unhex("101112131415161718191a1b1c1d1e1f"), unhex("202122232425262728292a2b2c2d2e2f")
    keys = Keys(unhex("000102030405060708090a0b0c0d0e0f"), phone, band)
    assert keys.out.hex() == "d738074e6570abb50d001db70f497a37"
    assert keys.into.hex() == "923e295e02aecb7619a8e1b9f574c988"
    assert keys.band_sign.hex() == "17aa8eecac21d9d71cba6ea653d126d77abc2f4d0357f1cce01d433d40e42235"
    assert keys.phone_sign.hex() == "7e6e4d786282c1af4441b2ed315da93c8ae2c820a72df584d62315d73913a9dc"
    assert stream(keys.into, b"hello").hex() == "d7812c501f"
