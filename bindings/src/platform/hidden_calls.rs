//! The three Bluetooth calls that Android has but does not publish, made by name through JNI.
//!
//! Kotlin declares them in `object org.bandrescue.HiddenCalls`, after `System.loadLibrary("rescue")`:
//!
//! ```kotlin
//! external fun removeBond(band: Any): Int         // BluetoothDevice
//! external fun cancelBondProcess(band: Any): Int  // BluetoothDevice
//! external fun refresh(link: Any): Int            // BluetoothGatt
//! ```
//!
//! and reads the answer as `HiddenCall.entries[code]`. They are not `internal` functions, whose names Kotlin changes.
//! A call never throws: whatever Java throws is cleared and becomes an answer. Nothing is retried or waited for here.

use jni::objects::JObject;
use jni::strings::JNIStr;
use jni::sys::jint;
use jni::{Env, EnvUnowned, Outcome, errors, jni_sig, jni_str};

/// What became of a hidden call. Kotlin gets the position in this list; zero, which JNI gives when all else fails, is
/// not the good answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum HiddenCall {
    /// Made, and answered with `false` or with an exception that says nothing more.
    Refused,
    /// Made, and answered with `true`.
    Done,
    /// This phone has no such method, or hides it from apps entirely.
    Missing,
    /// The system forbade it.
    Denied,
}

/// Removes the phone's bond with a `BluetoothDevice`; done means started.
#[unsafe(no_mangle)]
pub extern "system" fn Java_org_bandrescue_HiddenCalls_removeBond<'caller>(
    env: EnvUnowned<'caller>,
    _calls: JObject<'caller>,
    band: JObject<'caller>,
) -> jint {
    ask(env, &band, jni_str!("removeBond"))
}

/// Cancels a pairing with a `BluetoothDevice` that is under way.
#[unsafe(no_mangle)]
pub extern "system" fn Java_org_bandrescue_HiddenCalls_cancelBondProcess<'caller>(
    env: EnvUnowned<'caller>,
    _calls: JObject<'caller>,
    band: JObject<'caller>,
) -> jint {
    ask(env, &band, jni_str!("cancelBondProcess"))
}

/// Makes the phone forget its cached service table of a `BluetoothGatt`.
#[unsafe(no_mangle)]
pub extern "system" fn Java_org_bandrescue_HiddenCalls_refresh<'caller>(
    env: EnvUnowned<'caller>,
    _calls: JObject<'caller>,
    link: JObject<'caller>,
) -> jint {
    ask(env, &link, jni_str!("refresh"))
}

/// Calls `boolean name()` on the target. A panic must not reach the JVM, so it counts as refused too.
fn ask(mut env: EnvUnowned<'_>, target: &JObject<'_>, name: &JNIStr) -> jint {
    let outcome = env.with_env(|env| Ok::<_, errors::Error>(call(env, target, name))).into_outcome();
    let answer = match outcome {
        Outcome::Ok(answer) => answer,
        Outcome::Err(_) | Outcome::Panic(_) => HiddenCall::Refused,
    };
    answer as jint
}

fn call(env: &mut Env<'_>, target: &JObject<'_>, name: &JNIStr) -> HiddenCall {
    let result = env.call_method(target, name, jni_sig!(() -> jboolean), &[]).and_then(|answer| answer.z());
    match result {
        Ok(true) => HiddenCall::Done,
        Ok(false) => HiddenCall::Refused,
        Err(errors::Error::MethodNotFound { .. }) => HiddenCall::Missing,
        Err(_) => {
            let answer = thrown(env).unwrap_or(HiddenCall::Refused);
            env.exception_clear();
            answer
        }
    }
}

/// How many causes of an exception are looked at; a chain may be a ring.
const CAUSES: usize = 8;

/// Takes the pending exception away and says what it, or what caused it, means.
fn thrown(env: &mut Env<'_>) -> errors::Result<HiddenCall> {
    let pending = env.exception_occurred();
    env.exception_clear();
    let Some(pending) = pending else { return Ok(HiddenCall::Refused) };
    let mut exception = JObject::from(pending);
    for _ in 0..CAUSES {
        if exception.is_null() {
            break;
        }
        if let Some(meaning) = meaning(env, &exception)? {
            return Ok(meaning);
        }
        exception = env
            .call_method(&exception, jni_str!("getCause"), jni_sig!(() -> java.lang.Throwable), &[])?
            .l()?;
    }
    Ok(HiddenCall::Refused)
}

fn meaning(env: &mut Env<'_>, exception: &JObject<'_>) -> errors::Result<Option<HiddenCall>> {
    if env.is_instance_of(exception, jni_str!("java/lang/SecurityException"))? {
        return Ok(Some(HiddenCall::Denied));
    }
    let missing = env.is_instance_of(exception, jni_str!("java/lang/NoSuchMethodError"))?
        || env.is_instance_of(exception, jni_str!("java/lang/NoSuchMethodException"))?;
    Ok(missing.then_some(HiddenCall::Missing))
}
