//! Whose the band is: what it answers to logins and to whoever wants to bind it.

use super::Protobuf;
use crate::keys::AuthKey;
use crate::practice::band::{Deed, STATUS_CLOSED_BY_BAND, STATUS_TIME_OUT};
use crate::practice::body::Body;
use crate::practice::traits::TapEffect;
use crate::time::Millis;
use crate::wire::xiaomi::local_bind::{self, PrivateKey, Shared};
use crate::wire::xiaomi::messages::{
    Account, AppConfirm, AppVerify, BindInfo, CompanionDevice, DeviceVerify, ErrorCode, LocalAnswer,
    LocalOffer, LocalProof, NewOwner, Sealed, Verdict, WearPacket,
};
use crate::wire::xiaomi::session::SessionKeys;

/// Who has the band.
#[derive(Debug)]
pub(super) struct Owner {
    pub(super) key: AuthKey,
    /// The app that bound it without the vendor; it must be named at every login.
    pub(super) app: Option<Vec<u8>>,
}

/// A login that waits for the phone's proof.
#[derive(Debug)]
pub(super) struct Login {
    phone_random: [u8; 16],
    band_random: [u8; 16],
    keys: SessionKeys,
}

/// How far a binding without the vendor has come.
#[derive(Debug)]
pub(super) enum Binding {
    Nothing,
    /// A phone has been told that it may.
    Offered,
    /// The wearer is asked.
    Asks {
        prompt: u32,
        app: Vec<u8>,
        phone_key: [u8; 64],
    },
    /// They said yes; the phone's proof is awaited.
    Agreed {
        app: Vec<u8>,
        shared: Shared,
        band_random: [u8; 16],
    },
    /// It was right; the new owner's name is awaited.
    Proved {
        app: Vec<u8>,
        keys: SessionKeys,
        key: AuthKey,
    },
}

impl Binding {
    /// Whether the wearer is asked.
    pub(super) const fn asks(&self) -> bool {
        matches!(self, Self::Asks { .. })
    }

    /// The wait for the wearer is over, unless it was for another prompt.
    pub(super) fn end(&mut self, of: u32) {
        if matches!(self, Self::Asks { prompt, .. } if *prompt == of) {
            *self = Self::Nothing;
        }
    }
}

impl Protobuf {
    /// Answers an account message.
    pub(super) fn account(&mut self, body: &mut Body, id: u32, account: &Account) -> Vec<Deed> {
        let Account { bind_start, local_offer, local_proof, bind_result, app_verify, app_confirm, .. } =
            account;
        let answer = match (id, self.owner.is_some()) {
            (26, _) => app_verify.as_ref().and_then(|verify| self.verify(body, verify)),
            (27, true) => {
                let answer = app_confirm.as_ref().map(|confirm| self.confirm(body, confirm));
                // The verdict itself is not encrypted yet.
                let deeds = answer.map(|(answer, keys)| {
                    let deeds = self.say(body, &WearPacket::account(id, answer));
                    self.link.keys = keys;
                    deeds
                });
                return deeds.unwrap_or_default();
            }
            (17, true) if self.edition.drops_binders => {
                return body.drops(Millis(120), STATUS_CLOSED_BY_BAND);
            }
            (17, true) => Some(error(ErrorCode::AlreadyBound)),
            (17, false) => bind_start.as_ref().map(|_| self.offer(body)),
            (18, false) => return self.ask_wearer(body, local_offer.as_ref()),
            (19, false) => local_proof.as_ref().map(|proof| self.proved(proof)),
            (25, false) => bind_result.as_ref().map(|sealed| self.bound(sealed)),
            _ => Some(error(ErrorCode::WrongState)),
        };
        let Some(answer) = answer else { return Vec::new() };
        if std::mem::take(&mut body.traits.drops_early) {
            return body.drops(Millis(60), STATUS_TIME_OUT);
        }
        self.say(body, &WearPacket::account(id, answer))
    }

    /// 26: proves that it holds a key, or says that it is bound to nobody.
    fn verify(&mut self, body: &mut Body, verify: &AppVerify) -> Option<Account> {
        let phone_random: [u8; 16] = verify.random.as_deref()?.try_into().ok()?;
        let Some(owner) = &self.owner else { return Some(error(ErrorCode::NotBound)) };
        if owner.app.is_some() && owner.app != verify.app_device_id {
            return Some(error(ErrorCode::UserChanged));
        }
        let band_random = self.next_randoms.pop_front().unwrap_or_else(|| body.random.bytes());
        let keys = SessionKeys::derive(&owner.key, &phone_random, &band_random).other_side();
        let sign = keys.prove(&band_random, &phone_random).to_vec();
        self.link.login = Some(Login { phone_random, band_random, keys });
        let device_verify = Some(DeviceVerify { random: Some(band_random.to_vec()), sign: Some(sign) });
        Some(Account { device_verify, ..Account::default() })
    }

    /// 27: takes the phone's proof; each random serves once. A companion part that it cannot read is all the same to it.
    fn confirm(&mut self, body: &mut Body, confirm: &AppConfirm) -> (Account, Option<SessionKeys>) {
        let Some(Login { phone_random, band_random, keys }) = self.link.login.take() else {
            return (error(ErrorCode::WrongState), None);
        };
        let sign = confirm.sign.as_deref().and_then(|sign| sign.try_into().ok());
        if !sign.is_some_and(|sign| keys.verify(&band_random, &phone_random, sign)) {
            return (error(ErrorCode::VerifyFailed), None);
        }
        body.let_in();
        let companion = confirm.companion.as_deref().and_then(|sealed| keys.open(0, sealed).ok());
        let understood = companion.is_some_and(|plain| CompanionDevice::parse(plain.as_slice()).is_ok());
        let answer = if understood {
            Account { device_confirm: Some(Verdict { content: Some(true) }), ..Account::default() }
        } else {
            error(ErrorCode::InvalidParameter)
        };
        (answer, Some(keys))
    }

    /// 17: who it is and how it may be bound.
    fn offer(&mut self, body: &Body) -> Account {
        let (verify_mode, gesture) = if self.edition.binds_locally { (2, 3) } else { (1, 3) };
        if self.edition.binds_locally {
            self.link.binding = Binding::Offered;
        }
        let bind_info = BindInfo {
            verify_mode: Some(verify_mode),
            serial: Some(body.serial.to_vec()),
            address: Some(body.address.to_string().into_bytes()),
            model: Some(self.edition.model.as_bytes().to_vec()),
            gesture: Some(gesture),
            random: None,
            vendor_id: None,
        };
        Account { error: Some(0), bind_info: Some(bind_info), ..Account::default() }
    }

    /// 18: asks its wearer, if the phone may bind it.
    fn ask_wearer(&mut self, body: &mut Body, offer: Option<&LocalOffer>) -> Vec<Deed> {
        let offered = offer.and_then(|LocalOffer { app_device_id, public_key }| {
            Some((app_device_id.clone()?, public_key.as_deref()?.try_into().ok()?))
        });
        let (Some((app, phone_key)), Binding::Offered) = (offered, &self.link.binding) else {
            return self.say(body, &WearPacket::account(18, error(ErrorCode::WrongState)));
        };
        let (prompt, deeds) = body.prompt();
        self.link.binding = Binding::Asks { prompt, app, phone_key };
        deeds
    }

    /// The wearer says yes, or what the scenario makes of it.
    pub(super) fn agreed(&mut self, body: &mut Body) -> Vec<Deed> {
        let binding = std::mem::replace(&mut self.link.binding, Binding::Nothing);
        let Binding::Asks { app, phone_key, .. } = binding else {
            self.link.binding = binding;
            return Vec::new();
        };
        let answer = match body.traits.tap {
            TapEffect::Nothing => return Vec::new(),
            TapEffect::TakesUnheard => {
                body.traits.tap = TapEffect::Takes;
                return body.drops(Millis(120), STATUS_TIME_OUT);
            }
            TapEffect::Denies => error(ErrorCode::Cancelled),
            TapEffect::Takes => self.agree(body, app, &phone_key).unwrap_or(error(ErrorCode::Unknown)),
        };
        self.say(body, &WearPacket::account(18, answer))
    }

    fn agree(&mut self, body: &mut Body, app: Vec<u8>, phone_key: &[u8; 64]) -> Option<Account> {
        let private = PrivateKey::new(&body.random.bytes()).ok()?;
        let shared = private.agree(phone_key).ok()?;
        let band_random: [u8; 16] = body.random.bytes();
        let local_answer = LocalAnswer {
            public_key: Some(private.public_key().to_vec()),
            second: Some(band_random.to_vec()),
            third: Some(shared.prove(&band_random).to_vec()),
        };
        self.link.binding = Binding::Agreed { app, shared, band_random };
        Some(Account { local_answer: Some(local_answer), ..Account::default() })
    }

    /// 19: takes the phone's proof.
    fn proved(&mut self, proof: &LocalProof) -> Account {
        let binding = std::mem::replace(&mut self.link.binding, Binding::Nothing);
        let Binding::Agreed { app, shared, band_random } = binding else {
            return error(ErrorCode::WrongState);
        };
        let parts = proof.random.as_deref().zip(proof.sign.as_deref());
        let parts = parts.and_then(|(random, sign)| Some((random.try_into().ok()?, sign.try_into().ok()?)));
        let Some((phone_random, sign)) = parts else { return error(ErrorCode::InvalidParameter) };
        if !shared.verify(phone_random, sign) {
            return error(ErrorCode::VerifyFailed);
        }
        let (keys, key) = shared.derive(phone_random, &band_random);
        self.link.binding = Binding::Proved { app, keys: keys.other_side(), key };
        Account { local_verdict: Some(Verdict { content: Some(true) }), ..Account::default() }
    }

    /// 25: is the new owner's from now on.
    fn bound(&mut self, Sealed { sealed }: &Sealed) -> Account {
        let binding = std::mem::replace(&mut self.link.binding, Binding::Nothing);
        let Binding::Proved { app, keys, key } = binding else { return error(ErrorCode::WrongState) };
        let plain = sealed.as_deref().and_then(|sealed| local_bind::open_result(&keys, sealed).ok());
        if plain.is_none_or(|plain| NewOwner::parse(plain.as_slice()).is_err()) {
            return error(ErrorCode::VerifyFailed);
        }
        self.owner = Some(Owner { key, app: Some(app) });
        Account { error: Some(0), ..Account::default() }
    }
}

fn error(code: ErrorCode) -> Account {
    Account { error: Some(code.number()), ..Account::default() }
}
