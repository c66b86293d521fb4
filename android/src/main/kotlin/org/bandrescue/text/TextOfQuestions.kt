package org.bandrescue.text

import android.content.res.Resources
import org.bandrescue.R
import org.bandrescue.ffi.Choice
import org.bandrescue.ffi.KeyProblem
import org.bandrescue.ffi.LeftState
import org.bandrescue.ffi.Loss
import org.bandrescue.ffi.Model
import org.bandrescue.ffi.PermissionKind
import org.bandrescue.ffi.Question
import org.bandrescue.ffi.ResetMenu
import org.bandrescue.ffi.Road
import org.bandrescue.ffi.Task

/* Questions and answers in words. */

internal fun Question.title(resources: Resources): String = when (this) {
    is Question.NeedsPermission -> resources.getString(R.string.question_needs_permission)
    Question.NeedsBluetooth -> resources.getString(R.string.question_needs_bluetooth)
    Question.NeedsLocationSwitch -> resources.getString(R.string.question_needs_location_switch)
    Question.WhereUsed -> resources.getString(R.string.question_where_used)
    is Question.HaveKey -> resources.getString(R.string.question_have_key)
    is Question.WhatHappens -> resources.getString(R.string.question_what_happens)
    Question.ForgetByHand -> resources.getString(R.string.question_forget_by_hand)
    is Question.HeldByPhone -> resources.getString(
        if (thisPhone) R.string.question_held_by_phone_this_phone else R.string.question_held_by_phone,
    )
    is Question.BatteryLow -> resources.getString(R.string.question_battery_low, percent)
    Question.BatteryUnknown -> resources.getString(R.string.question_battery_unknown)
    Question.DidItBuzz -> resources.getString(R.string.question_did_it_buzz)
    Question.TakeOverToGoOn -> resources.getString(R.string.question_take_over_to_go_on)
    is Question.ResetOnBand -> resources.getString(R.string.question_reset_on_band)
    Question.TryExperiment -> resources.getString(R.string.question_try_experiment)
    Question.ShowsPairingScreen -> resources.getString(R.string.question_shows_pairing_screen)
}

internal val Question.note: Int
    get() = when (this) {
        is Question.NeedsPermission -> if (refusedForGood) R.string.question_needs_permission_refused_note else kind.note
        Question.NeedsBluetooth -> R.string.question_needs_bluetooth_note
        Question.NeedsLocationSwitch -> R.string.question_needs_location_switch_note
        Question.WhereUsed -> R.string.question_where_used_note
        is Question.HaveKey -> R.string.question_have_key_note
        is Question.WhatHappens -> R.string.question_what_happens_note
        Question.ForgetByHand -> R.string.question_forget_by_hand_note
        is Question.HeldByPhone ->
            if (thisPhone) R.string.question_held_by_phone_this_phone_note else R.string.question_held_by_phone_note
        is Question.BatteryLow -> R.string.question_battery_low_note
        Question.BatteryUnknown -> R.string.question_battery_unknown_note
        Question.DidItBuzz -> R.string.question_did_it_buzz_note
        Question.TakeOverToGoOn -> R.string.question_take_over_to_go_on_note
        is Question.ResetOnBand -> R.string.question_reset_on_band_note
        Question.TryExperiment -> R.string.question_try_experiment_note
        Question.ShowsPairingScreen -> R.string.question_shows_pairing_screen_note
    }

internal val Question.icon: Int
    get() = when (this) {
        is Question.NeedsPermission -> R.drawable.ic_phone
        Question.NeedsBluetooth -> R.drawable.ic_bluetooth
        Question.NeedsLocationSwitch -> R.drawable.ic_location
        Question.WhereUsed -> R.drawable.ic_question
        is Question.HaveKey -> R.drawable.ic_key
        is Question.WhatHappens -> R.drawable.ic_list
        Question.ForgetByHand -> R.drawable.ic_bluetooth
        is Question.HeldByPhone -> R.drawable.ic_phone
        is Question.BatteryLow -> R.drawable.ic_battery
        Question.BatteryUnknown -> R.drawable.ic_battery
        Question.DidItBuzz -> R.drawable.ic_buzz
        Question.TakeOverToGoOn -> R.drawable.ic_key
        is Question.ResetOnBand -> R.drawable.ic_erase
        Question.TryExperiment -> R.drawable.ic_caution
        Question.ShowsPairingScreen -> R.drawable.ic_question
    }

private val PermissionKind.note: Int
    get() = when (this) {
        PermissionKind.NEARBY_DEVICES -> R.string.question_needs_permission_nearby_devices_note
        PermissionKind.LOCATION -> R.string.question_needs_permission_location_note
        PermissionKind.NOTHING -> R.string.question_needs_permission_note
    }

/** What the button says; some answers name what they do to this very question. */
internal fun Choice.text(question: Question): Int = when (this) {
    Choice.ALLOW -> if (question == Question.NeedsBluetooth) R.string.choice_allow_bluetooth else R.string.choice_allow
    Choice.OPEN_SETTINGS -> settings(question)
    Choice.CHECK_AGAIN -> R.string.choice_check_again
    Choice.OFFICIAL_APP -> R.string.choice_official_app
    Choice.ANOTHER_APP -> R.string.choice_another_app
    Choice.START -> R.string.choice_start
    Choice.GO_ON -> if (question == Question.TryExperiment) R.string.choice_go_on_experiment else R.string.choice_go_on
    Choice.STOP -> stop(question)
    Choice.YES -> R.string.choice_yes
    Choice.NO -> R.string.choice_no
    Choice.AGAIN -> R.string.choice_again
    Choice.NO_KEY -> R.string.choice_no_key
    Choice.DID_IT -> R.string.choice_did_it
    Choice.CANNOT_FIND -> R.string.choice_cannot_find
}

private fun stop(question: Question): Int = when (question) {
    is Question.WhatHappens -> R.string.choice_stop_not_now
    Question.TryExperiment -> R.string.choice_stop_experiment
    is Question.NeedsPermission, Question.NeedsBluetooth, Question.NeedsLocationSwitch, Question.WhereUsed, is Question.HaveKey,
    Question.ForgetByHand, is Question.HeldByPhone, is Question.BatteryLow, Question.BatteryUnknown, Question.DidItBuzz,
    Question.TakeOverToGoOn, is Question.ResetOnBand, Question.ShowsPairingScreen,
    -> R.string.choice_stop
}

private fun settings(question: Question): Int = when (question) {
    is Question.NeedsPermission -> R.string.choice_open_settings_app
    Question.NeedsLocationSwitch -> R.string.choice_open_settings_location
    Question.NeedsBluetooth, Question.ForgetByHand, is Question.HeldByPhone -> R.string.choice_open_settings_bluetooth
    Question.WhereUsed, is Question.HaveKey, is Question.WhatHappens, is Question.BatteryLow, Question.BatteryUnknown,
    Question.DidItBuzz, Question.TakeOverToGoOn, is Question.ResetOnBand, Question.TryExperiment, Question.ShowsPairingScreen,
    -> R.string.choice_open_settings
}

/** What follows from an answer, where that is not plain from the answer itself. */
internal val Choice.note: Int?
    get() = when (this) {
        Choice.OFFICIAL_APP -> R.string.choice_official_app_note
        Choice.ANOTHER_APP -> R.string.choice_another_app_note
        Choice.ALLOW, Choice.OPEN_SETTINGS, Choice.CHECK_AGAIN, Choice.START, Choice.GO_ON, Choice.STOP, Choice.YES,
        Choice.NO, Choice.AGAIN, Choice.NO_KEY, Choice.DID_IT, Choice.CANNOT_FIND,
        -> null
    }

/** What will happen, in order. */
internal fun plan(task: Task, model: Model?, plan: Question.WhatHappens): List<Int> = when (task) {
    Task.UNPAIR -> listOf(R.string.plan_free_phone, plan.road.text) + afterOpening(plan).filter { it != R.string.plan_key || model?.facts?.hasKey != false } +
        listOfNotNull(
            R.string.plan_bind_untested.takeIf { !plan.erases && model?.facts?.mayBind == true },
            R.string.plan_keeps_address.takeIf { model?.facts?.keepsAddress == true },
        )
    Task.ERASE -> when (plan.road) {
        Road.TAP, Road.KEY ->
            listOf(R.string.plan_free_phone, R.string.plan_unlock, R.string.plan_right_band, R.string.plan_erase, R.string.plan_prove)
        Road.ASK_THE_BAND, Road.BY_HAND, Road.NOT_NEEDED -> listOf(R.string.plan_free_phone, plan.road.text, R.string.plan_prove)
    }
    Task.RESTART -> listOf(R.string.plan_unlock, R.string.plan_restart)
    Task.FIND -> listOf(R.string.plan_right_band)
    Task.SCAN, Task.INFO, Task.BATTERY, Task.FORGET -> emptyList()
}

private fun afterOpening(plan: Question.WhatHappens): List<Int> = when (plan.road) {
    Road.TAP -> if (plan.erases) listOf(R.string.plan_erase, R.string.plan_prove) else listOf(R.string.plan_key)
    Road.KEY ->
        if (plan.erases) listOf(R.string.plan_right_band, R.string.plan_erase, R.string.plan_prove)
        else listOf(R.string.plan_key, R.string.plan_erase_if_needed)
    Road.ASK_THE_BAND ->
        if (plan.erases) listOf(R.string.plan_prove) else listOf(R.string.plan_erase_if_needed, R.string.plan_prove)
    Road.BY_HAND -> listOf(R.string.plan_prove)
    Road.NOT_NEEDED -> emptyList()
}

internal val Road.text: Int
    get() = when (this) {
        Road.TAP -> R.string.road_tap
        Road.KEY -> R.string.road_key
        Road.ASK_THE_BAND -> R.string.road_ask_the_band
        Road.BY_HAND -> R.string.road_by_hand
        Road.NOT_NEEDED -> R.string.road_not_needed
    }

/** What is wrong with what was entered as a key. */
internal fun KeyProblem.text(resources: Resources): String = when (this) {
    is KeyProblem.Length ->
        if (found == 0) resources.getString(R.string.key_error_length_nothing)
        else resources.getString(R.string.key_error_length, found)
    is KeyProblem.NotHex -> resources.getString(R.string.key_error_not_hex, found)
}

/** The way through the band's menu, step by step. */
internal val ResetMenu.steps: List<Int>
    get() {
        val confirm = when (this) {
            ResetMenu.NONE -> return listOf(text)
            ResetMenu.MORE -> R.string.reset_step_hold
            ResetMenu.MORE_SETTINGS, ResetMenu.SETTINGS, ResetMenu.SETTINGS_SYSTEM -> R.string.reset_step_tick
        }
        return listOf(R.string.reset_step_wake, text, confirm, R.string.reset_step_wait)
    }

internal val ResetMenu.text: Int
    get() = when (this) {
        ResetMenu.NONE -> R.string.reset_menu_none
        ResetMenu.MORE -> R.string.reset_menu_more
        ResetMenu.MORE_SETTINGS -> R.string.reset_menu_more_settings
        ResetMenu.SETTINGS -> R.string.reset_menu_settings
        ResetMenu.SETTINGS_SYSTEM -> R.string.reset_menu_settings_system
    }

/** What the person must have ready. */
internal fun needs(erases: Boolean): List<Int> = listOfNotNull(
    R.string.need_in_hand,
    R.string.need_charge.takeIf { erases },
    R.string.need_other_phones_off,
)

internal val Loss.text: Int
    get() = when (this) {
        Loss.UNSYNCED_RECORDS -> R.string.loss_unsynced_records
        Loss.SETTINGS -> R.string.loss_settings
        Loss.OLD_PAIRING -> R.string.loss_old_pairing
        Loss.OLD_KEYS -> R.string.loss_old_keys
    }

internal val LeftState.text: Int
    get() = when (this) {
        LeftState.UNTOUCHED -> R.string.left_state_untouched
        LeftState.PHONE_CHANGED -> R.string.left_state_phone_changed
        LeftState.KEY_SENT -> R.string.left_state_key_sent
        LeftState.TAKEN_OVER -> R.string.left_state_taken_over
        LeftState.ERASE_SENT -> R.string.left_state_erase_sent
        LeftState.RESET_BY_HAND -> R.string.left_state_reset_by_hand
        LeftState.ERASED -> R.string.left_state_erased
        LeftState.RESTART_SENT -> R.string.left_state_restart_sent
    }
