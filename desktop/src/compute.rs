//! `band-rescue compute`: answers, keys and frames as the app makes them, for people who check a capture by hand. It
//! touches no band and saves nothing; what it prints is made of what the person typed.

use clap::{Args, Subcommand, ValueEnum};
use rescue_core::wire::auth_v1::{self, Flag};
use rescue_core::wire::auth_v2::{self, Form, Random};
use rescue_core::wire::b163::{PrivateKey, PublicKey};
use rescue_core::wire::session_2021::Session;
use rescue_core::wire::user_info::{self, Gender, Kind, Layout, UserInfo};
use rescue_core::wire::xiaomi::session::SessionKeys;
use rescue_core::{Address, AuthKey};

use crate::decode::hex::fixed;
use crate::decode::sheet::Sheet;
use crate::decode::sheet::{bytes, code};
use crate::decode::{self, DecodeError};

/// What to compute.
#[derive(Debug, Subcommand)]
pub(crate) enum Compute {
    /// The answer to a random, AES-128-ECB (Mi Band 2 to 6)
    AuthAnswer {
        /// The key, 16 bytes
        #[arg(long, value_name = "HEX")]
        key: String,
        /// The band's random, 16 bytes
        #[arg(long, value_name = "HEX")]
        random: String,
    },
    /// The key that follows from a pairing, SHA-256 (Mi Band 4 to 6)
    KeyFromSeed {
        /// The band's address
        #[arg(long, value_name = "ADDRESS")]
        address: String,
        /// The random it gave while pairing, 16 bytes
        #[arg(long, value_name = "HEX")]
        seed: String,
    },
    /// The frame of user information, FF04 (Mi Band 1, 1A, 1S)
    UserInfo(User),
    /// Public key, shared secret and session of the 2021 protocol (curve B-163)
    B163 {
        /// The own private key, 24 bytes, lowest byte first
        #[arg(long, value_name = "HEX")]
        private: String,
        /// The peer's public key, 48 bytes: x, then y, lowest byte first
        #[arg(long, value_name = "HEX")]
        public: String,
        /// The band's key, 16 bytes: also prints the session's key and first sequence
        #[arg(long, value_name = "HEX")]
        auth_key: Option<String>,
    },
    /// The keys and proofs of a session (Smart Band 7 Pro to 11)
    XiaomiKeys {
        /// The band's key, 16 bytes
        #[arg(long, value_name = "HEX")]
        key: String,
        /// The phone's random, 16 bytes
        #[arg(long, value_name = "HEX")]
        phone_nonce: String,
        /// The band's random, 16 bytes
        #[arg(long, value_name = "HEX")]
        band_nonce: String,
    },
}

/// Who the user is, in the numbers of the frame.
#[derive(Debug, Args)]
pub(crate) struct User {
    /// Which band; 1A and 1S have another layout
    #[arg(long)]
    model: Edition,
    /// The band's address; its last byte counts
    #[arg(long, value_name = "ADDRESS")]
    address: String,
    /// The user's number
    #[arg(long)]
    uid: u32,
    /// 0 female, 1 male
    #[arg(long)]
    gender: u8,
    /// Years
    #[arg(long)]
    age: u8,
    /// Centimetres
    #[arg(long)]
    height: u8,
    /// Kilograms
    #[arg(long)]
    weight: u8,
    /// 0 known user, 1 clear, 2 retain
    #[arg(long = "type", value_name = "TYPE")]
    kind: u8,
    /// A name; what does not fit is cut off
    #[arg(long, value_name = "TEXT")]
    alias: String,
    /// From the band's device information [default: 5 on a 1A, 4 on a 1S; a 1 has none]
    #[arg(long)]
    feature: Option<u8>,
    /// From the band's device information [default: 0; a 1 has none]
    #[arg(long)]
    appearance: Option<u8>,
}

/// Which of the three.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Edition {
    /// Mi Band 1
    #[value(name = "mi-band-1", aliases = ["1", "mb1", "miband1"])]
    One,
    /// Mi Band 1A
    #[value(name = "mi-band-1a", aliases = ["1a", "1A", "mb1a", "miband1a"])]
    OneA,
    /// Mi Band 1S
    #[value(name = "mi-band-1s", aliases = ["1s", "1S", "mb1s", "miband1s"])]
    OneS,
}

/// Computes and prints it.
pub(crate) fn run(what: &Compute, json: bool) -> Result<(), DecodeError> {
    decode::print(&[compute(what)?], json);
    Ok(())
}

/// Computes it.
pub(crate) fn compute(what: &Compute) -> Result<Sheet, DecodeError> {
    match what {
        Compute::AuthAnswer { key, random } => auth_answer(key, random),
        Compute::KeyFromSeed { address, seed } => key_from_seed(address, seed),
        Compute::UserInfo(user) => user_info(user),
        Compute::B163 { private, public, auth_key } => b163(private, public, auth_key.as_deref()),
        Compute::XiaomiKeys { key, phone_nonce, band_nonce } => xiaomi_keys(key, phone_nonce, band_nonce),
    }
}

fn auth_answer(key: &str, random: &str) -> Result<Sheet, DecodeError> {
    let (key, random) = (auth_key(key)?, fixed("random", random)?);
    Ok(Sheet::default()
        .with("answer", bytes(auth_v1::encrypt(&key, &random)))
        .with("frame_v1", bytes(auth_v1::answer(Flag::Vendor, &key, &random).as_slice()))
        .with("frame_v2", bytes(auth_v2::answer(Form::Short, &key, &Random(random)).as_slice())))
}

fn key_from_seed(address: &str, seed: &str) -> Result<Sheet, DecodeError> {
    let (address, seed) = (Address(fixed("address", address)?), Random(fixed("seed", seed)?));
    Ok(Sheet::default()
        .with("auth_key", bytes(auth_v2::derive_key(&address, &seed).bytes()))
        .with("digest", bytes(auth_v2::pairing_digest(&address, &seed))))
}

fn user_info(typed: &User) -> Result<Sheet, DecodeError> {
    let [.., address_end] = fixed::<6>("address", &typed.address)?;
    let extended = |feature| Layout::Extended {
        feature: typed.feature.unwrap_or(feature),
        appearance: typed.appearance.unwrap_or(0),
    };
    let (layout, layout_name) = match typed.model {
        Edition::One => (Layout::Plain, "plain"),
        Edition::OneA => (extended(5), "extended"),
        Edition::OneS => (extended(4), "extended"),
    };
    let user = UserInfo {
        uid: typed.uid,
        gender: Gender::from_byte(typed.gender),
        age: typed.age,
        height: typed.height,
        weight: typed.weight,
        kind: Kind::from_byte(typed.kind),
        alias: typed.alias.clone(),
    };
    let frame = user_info::frame(&user, layout, address_end);
    let crc8 = frame.as_slice().last().map(|check| code(check ^ address_end));
    let in_frame = user_info::parse(frame.as_slice(), layout, address_end).ok().map(|(user, _)| user.alias);
    Ok(Sheet::default()
        .with("frame", bytes(frame.as_slice()))
        .with("layout", layout_name)
        .with("alias", in_frame)
        .with("crc8", crc8))
}

fn b163(private: &str, public: &str, key: Option<&str>) -> Result<Sheet, DecodeError> {
    let private = PrivateKey::new(&fixed("private key", private)?)?;
    let peer = PublicKey::from_bytes(&fixed("public key", public)?)?;
    let shared = private.agree(&peer);
    let sheet = Sheet::default()
        .with("public", bytes(private.public().to_bytes()))
        .with("shared", bytes(shared.bytes()));
    let Some(key) = key else { return Ok(sheet) };
    let session = Session::new(&shared, &auth_key(key)?);
    Ok(sheet.with("session_key", bytes(session.key())).with("sequence", session.sequence()))
}

fn xiaomi_keys(key: &str, phone_nonce: &str, band_nonce: &str) -> Result<Sheet, DecodeError> {
    let (phone, band) = (fixed("phone's nonce", phone_nonce)?, fixed("band's nonce", band_nonce)?);
    let keys = SessionKeys::derive(&auth_key(key)?, &phone, &band);
    let parts = keys.parts();
    Ok(Sheet::default()
        .with("dec_key", bytes(parts.band_key))
        .with("enc_key", bytes(parts.phone_key))
        .with("dec_nonce", bytes(parts.band_nonce))
        .with("enc_nonce", bytes(parts.phone_nonce))
        .with("band_sign", bytes(keys.other_side().prove(&band, &phone)))
        .with("phone_sign", bytes(keys.prove(&phone, &band))))
}

fn auth_key(text: &str) -> Result<AuthKey, DecodeError> {
    Ok(AuthKey::new(fixed("key", text)?))
}
