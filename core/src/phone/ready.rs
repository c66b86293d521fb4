//! Everything a scan or a connection needs: permission, Bluetooth, the location switch.

use crate::cx::{BackMeans, Cx, Deadline, PATIENCE, PHONE_ANSWERS, Place, Stop};
use crate::effect::{Effect, Phone, SettingsPage};
use crate::event::{Adapter, Choice, Permission, PermissionKind, PhoneFacts, Value};
use crate::outcome::End;
use crate::time::Millis;
use crate::view::Question;

/// After the app came to the front again, an answer to a dialog comes within this, or never.
const AFTER_RESUME: Millis = Millis::secs(2);

/// Returns when the phone can scan and connect; asks the person for what is missing, one thing at a time.
pub(crate) async fn ready(cx: &Cx) -> Result<(), Stop> {
    loop {
        let facts = facts(cx).await;
        cx.lock().inbox.adapter = Some(facts.adapter);
        let Some(need) = missing(&facts) else { return Ok(()) };
        match need {
            Need::Adapter => return Err(Stop(End::NoBluetooth)),
            Need::Permission { refused_for_good: true } => {
                let question =
                    Question::NeedsPermission { kind: facts.permission_kind, refused_for_good: true };
                by_settings(cx, question, SettingsPage::App, End::NoPermission).await?;
            }
            Need::Permission { refused_for_good: false } => {
                let question =
                    Question::NeedsPermission { kind: facts.permission_kind, refused_for_good: false };
                answered(ask(cx, question, Choice::Allow).await?, End::NoPermission)?;
                dialog(cx, |op| Effect::Phone(Phone::AskPermission { op })).await;
            }
            Need::Bluetooth => {
                answered(ask(cx, Question::NeedsBluetooth, Choice::Allow).await?, End::NoBluetooth)?;
                dialog(cx, |op| Effect::Phone(Phone::AskBluetooth { op })).await;
            }
            Need::Location => {
                by_settings(cx, Question::NeedsLocationSwitch, SettingsPage::Location, End::NoPermission)
                    .await?;
            }
        }
    }
}

enum Need {
    Adapter,
    Permission { refused_for_good: bool },
    Bluetooth,
    Location,
}

fn missing(facts: &PhoneFacts) -> Option<Need> {
    match (facts.adapter, facts.permission) {
        (Adapter::Missing, _) => Some(Need::Adapter),
        (_, Permission::Missing) => Some(Need::Permission { refused_for_good: false }),
        (_, Permission::RefusedForGood) => Some(Need::Permission { refused_for_good: true }),
        (Adapter::Off, Permission::Granted) => Some(Need::Bluetooth),
        (Adapter::On, Permission::Granted) => {
            (facts.location_switch == Some(false)).then_some(Need::Location)
        }
    }
}

/// The state of the phone. A phone that does not tell is taken to be ready; the scan will show.
async fn facts(cx: &Cx) -> PhoneFacts {
    let answer = cx.call(PHONE_ANSWERS, "the phone's state", |op| Effect::Phone(Phone::Facts { op })).await;
    match answer {
        Ok(Ok(Value::Facts(facts))) => facts,
        Ok(_) | Err(_) => PhoneFacts {
            adapter: Adapter::On,
            permission: Permission::Granted,
            permission_kind: PermissionKind::Nothing,
            location_switch: None,
        },
    }
}

/// Before the steps have begun the question has a screen of its own; afterwards it stands among them.
async fn ask(cx: &Cx, question: Question, yes: Choice) -> Result<Choice, Stop> {
    let choices = [yes, Choice::Stop];
    if matches!(cx.lock().place, Place::Steps) {
        return cx.ask(question, &choices).await;
    }
    let choice = cx.ask_first(question, &choices).await?.unwrap_or(Choice::Stop);
    cx.set_back(BackMeans::DropTask);
    Ok(choice)
}

const fn answered(choice: Choice, refused: End) -> Result<(), Stop> {
    if matches!(choice, Choice::Stop) { Err(Stop(refused)) } else { Ok(()) }
}

/// Opens a settings page and waits until the person is back.
async fn by_settings(cx: &Cx, question: Question, page: SettingsPage, refused: End) -> Result<(), Stop> {
    answered(ask(cx, question, Choice::OpenSettings).await?, refused)?;
    settings(cx, page).await;
    Ok(())
}

/// Opens a settings page; returns when the app is at the front again.
pub(super) async fn settings(cx: &Cx, page: SettingsPage) {
    let before = cx.lock().inbox.resumed;
    cx.emit(Effect::Phone(Phone::OpenSettings(page)));
    let deadline = cx.within(PATIENCE, "the person is in the settings");
    let _ = cx.wait(deadline, |inbox| (inbox.resumed > before).then_some(())).await;
}

/// Shows a system dialog and waits for its answer, or for the app to be at the front again without one.
async fn dialog(cx: &Cx, effect: impl FnOnce(crate::event::OpId) -> Effect) {
    let before = cx.lock().inbox.resumed;
    let operation = cx.start(effect);
    let deadline = cx.within(PATIENCE, "the person reads the system's dialog");
    let op = operation.op;
    let answered = cx.wait(deadline, |inbox| {
        let answer = inbox.take_answer(op).map(|_| true);
        answer.or_else(|| (inbox.resumed > before).then_some(false))
    });
    if answered.await == Ok(false) {
        let deadline: Deadline = cx.within(AFTER_RESUME, "the dialog's answer");
        let _ = cx.wait(deadline, |inbox| inbox.take_answer(op)).await;
    }
}
