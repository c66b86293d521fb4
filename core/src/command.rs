//! What an opened band is told: to tell its charge, vibrate, restart, erase itself. One place knows which bytes go
//! where in which session.

use crate::auth::{Opened, Session};
use crate::band::{self, Speech};
use crate::cx::{Cx, Deadline};
use crate::event::Failure;
use crate::facts::Charge;
use crate::link::{Link, LinkError};
use crate::payload::Payload;
use crate::wire::configuration::{self, EraseReply};
use crate::wire::xiaomi::system::ResetMode;
use crate::wire::{gatt, mi_band_1};

/// The charge; `None` if the band does not tell it.
pub(crate) async fn charge(link: &mut Link<'_>, opened: &mut Opened) -> Result<Option<Charge>, LinkError> {
    match &mut opened.session {
        Session::UserInfo | Session::V1 | Session::V2 | Session::Modern(_) => band::charge(link).await,
        Session::Xiaomi(session) => session.charge(link).await,
    }
}

/// Makes a band vibrate that was not opened, as far as it does that for a stranger.
pub(crate) async fn vibrate_as_stranger(link: &mut Link<'_>) -> Result<(), LinkError> {
    if link.has(gatt::ALERT) {
        // A Mi Band 1A or 1S has other numbers for the strength.
        let mi_band_1 = link.speech() == Some(Speech::UserInfo);
        let how = if mi_band_1 { mi_band_1::ALERT_STRONG } else { gatt::VIBRATE };
        return link.write(gatt::ALERT, Payload::from(&how[..])).await;
    }
    if link.has(gatt::mi_band_1::TEST) {
        // The self test of a Mi Band 1 works for everybody.
        return link.write(gatt::mi_band_1::TEST, Payload::from(&mi_band_1::SELF_TEST[..])).await;
    }
    Err(LinkError::Failed(Failure::Missing))
}

/// Makes an opened band vibrate.
pub(crate) async fn vibrate(link: &mut Link<'_>, opened: &mut Opened) -> Result<(), LinkError> {
    match &mut opened.session {
        Session::UserInfo if !link.has(gatt::ALERT) => {
            link.write(gatt::mi_band_1::CONTROL, Payload::from(&mi_band_1::VIBRATE[..])).await
        }
        Session::Modern(session) if !link.has(gatt::ALERT) => session.find(link).await,
        Session::Xiaomi(session) => session.find(link).await,
        Session::UserInfo | Session::V1 | Session::V2 | Session::Modern(_) => vibrate_as_stranger(link).await,
    }
}

/// Restarts an opened band, which then drops the link.
pub(crate) async fn restart(link: &mut Link<'_>, opened: &mut Opened) -> Result<(), LinkError> {
    match &mut opened.session {
        Session::UserInfo => {
            link.write(gatt::mi_band_1::CONTROL, Payload::from(&mi_band_1::RESTART[..])).await
        }
        Session::V1 | Session::V2 | Session::Modern(_) => {
            link.write(gatt::FIRMWARE_CONTROL, Payload::from(&gatt::RESTART[..])).await
        }
        // Presumably: nobody is known to have used it.
        Session::Xiaomi(session) => session.reset(link, ResetMode::KeepAll).await,
    }
}

/// Switches on what the band may answer to an erase.
pub(crate) async fn listen_to_erase(link: &mut Link<'_>, opened: &mut Opened) -> Result<(), LinkError> {
    match &mut opened.session {
        Session::UserInfo | Session::Modern(_) | Session::Xiaomi(_) => Ok(()),
        Session::V1 | Session::V2 => link.listen(gatt::CONFIGURATION).await,
    }
}

/// Tells an opened band to erase itself.
pub(crate) async fn erase(link: &mut Link<'_>, opened: &mut Opened) -> Result<(), LinkError> {
    match &mut opened.session {
        Session::UserInfo => link.write(gatt::mi_band_1::CONTROL, Payload::from(&mi_band_1::ERASE[..])).await,
        Session::V1 | Session::V2 => {
            link.write(gatt::CONFIGURATION, Payload::from(&configuration::ERASE[..])).await
        }
        Session::Modern(session) => session.erase(link).await,
        Session::Xiaomi(session) => session.reset(link, ResetMode::EraseAll).await,
    }
}

/// Waits for what the band says to the erase.
pub(crate) async fn erase_reply(
    cx: &Cx,
    link: &mut Link<'_>,
    opened: &mut Opened,
    deadline: Deadline,
) -> Result<EraseReply, LinkError> {
    match &mut opened.session {
        // A Mi Band 1 says nothing; only a lost link ends the wait early.
        Session::UserInfo => link.watch(deadline, |_| None).await,
        Session::V1 | Session::V2 => {
            let reply = link.notification(gatt::CONFIGURATION, deadline, |bytes, _| {
                match configuration::parse_erase_reply(bytes) {
                    EraseReply::Unrelated => None,
                    reply @ (EraseReply::Accepted | EraseReply::Refused) => Some(reply),
                }
            });
            reply.await
        }
        Session::Modern(session) => session.erase_reply(cx, link, deadline).await,
        Session::Xiaomi(session) => session.reset_reply(link, deadline).await,
    }
}
