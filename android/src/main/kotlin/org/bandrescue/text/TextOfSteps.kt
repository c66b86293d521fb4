package org.bandrescue.text

import android.content.res.Resources
import org.bandrescue.R
import org.bandrescue.ffi.Gesture
import org.bandrescue.ffi.Model
import org.bandrescue.ffi.Prompt
import org.bandrescue.ffi.Step
import org.bandrescue.ffi.StepSeen
import org.bandrescue.ffi.StepState

/* Steps, what was seen in them, and what to do at the band, in words. */

internal val Step.title: Int
    get() = when (this) {
        Step.FREE_PHONE -> R.string.step_free_phone
        Step.CONNECT -> R.string.step_connect
        Step.IDENTIFY -> R.string.step_identify
        Step.TAKE_OVER -> R.string.step_take_over
        Step.RESET_ON_BAND -> R.string.step_reset_on_band
        Step.EXPERIMENT -> R.string.step_experiment
        Step.UNLOCK -> R.string.step_unlock
        Step.CHARGE -> R.string.step_charge
        Step.RIGHT_BAND -> R.string.step_right_band
        Step.BUZZ -> R.string.step_buzz
        Step.ERASE -> R.string.step_erase
        Step.RESTART -> R.string.step_restart
        Step.PROVE -> R.string.step_prove
    }

internal val StepState.text: Int
    get() = when (this) {
        StepState.WAITING -> R.string.step_state_waiting
        StepState.DOING -> R.string.step_state_doing
        StepState.NEEDS_YOU -> R.string.step_state_needs_you
        StepState.DONE -> R.string.step_state_done
        StepState.SKIPPED -> R.string.step_state_skipped
        StepState.FAILED -> R.string.step_state_failed
    }

/** The sign of a state; nothing for the one that moves. */
internal val StepState.icon: Int?
    get() = when (this) {
        StepState.WAITING -> R.drawable.ic_step_waiting
        StepState.DOING -> null
        StepState.NEEDS_YOU -> R.drawable.ic_step_needs_you
        StepState.DONE -> R.drawable.ic_step_done
        StepState.SKIPPED -> R.drawable.ic_step_skipped
        StepState.FAILED -> R.drawable.ic_step_failed
    }

internal fun StepSeen.text(resources: Resources): String = when (this) {
    StepSeen.PhoneKnewNothing -> resources.getString(R.string.step_seen_phone_knew_nothing)
    StepSeen.PhoneHasForgotten -> resources.getString(R.string.step_seen_phone_has_forgotten)
    is StepSeen.Connected ->
        if (tries > 1) resources.getString(R.string.step_seen_connected_tries, tries)
        else resources.getString(R.string.step_seen_connected)
    is StepSeen.Identified -> identified(this, resources)
    StepSeen.KeyTaken -> resources.getString(R.string.step_seen_key_taken)
    StepSeen.Opened -> resources.getString(R.string.step_seen_opened)
    StepSeen.WantsVendor -> resources.getString(R.string.step_seen_wants_vendor)
    StepSeen.NotBound -> resources.getString(R.string.step_seen_not_bound)
    StepSeen.RightBand -> resources.getString(R.string.step_seen_right_band)
    StepSeen.Acknowledged -> resources.getString(R.string.step_seen_acknowledged)
    StepSeen.WentAway -> resources.getString(R.string.step_seen_went_away)
    is StepSeen.CameBack -> resources.getString(R.string.step_seen_came_back, addressTail)
}

private fun identified(seen: StepSeen.Identified, resources: Resources): String {
    val name = seen.model.called
    return when (val firmware = seen.firmware) {
        null -> resources.getString(R.string.step_seen_identified_no_firmware, name)
        else -> resources.getString(R.string.step_seen_identified, name, firmware)
    }
}

internal val Prompt.title: Int
    get() = when (this) {
        is Prompt.Tap -> R.string.prompt_tap
        is Prompt.PressButton -> R.string.prompt_press_button
        is Prompt.HoldNear -> R.string.prompt_hold_near
    }

internal val Prompt.note: Int
    get() = when (this) {
        is Prompt.Tap -> R.string.prompt_tap_note
        is Prompt.PressButton -> R.string.prompt_press_button_note
        is Prompt.HoldNear -> R.string.prompt_hold_near_note
    }

/** How the band is to be touched; nothing when it is not. */
internal fun Prompt.gesture(model: Model): Gesture? = when (this) {
    is Prompt.Tap -> gesture
    is Prompt.PressButton -> model.facts.gesture
    is Prompt.HoldNear -> null
}

internal val Prompt.until: Long
    get() = when (this) {
        is Prompt.Tap -> untilMs
        is Prompt.PressButton -> untilMs
        is Prompt.HoldNear -> untilMs
    }

internal val Prompt.total: Long
    get() = when (this) {
        is Prompt.Tap -> totalMs
        is Prompt.PressButton -> totalMs
        is Prompt.HoldNear -> totalMs
    }
