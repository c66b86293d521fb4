package org.bandrescue.text

import android.content.res.Resources
import org.bandrescue.R
import org.bandrescue.ffi.Choice
import org.bandrescue.ffi.LeftState
import org.bandrescue.ffi.Loss
import org.bandrescue.ffi.PermissionKind
import org.bandrescue.ffi.Question
import org.bandrescue.ffi.Task

/* Questions and answers in words. */

internal fun Question.title(resources: Resources): String = when (this) {
    is Question.NeedsPermission -> resources.getString(R.string.question_needs_permission)
    Question.NeedsBluetooth -> resources.getString(R.string.question_needs_bluetooth)
    Question.NeedsLocationSwitch -> resources.getString(R.string.question_needs_location_switch)
    Question.WhereUsed -> resources.getString(R.string.question_where_used)
    is Question.WhatHappens -> resources.getString(R.string.question_what_happens)
    Question.ForgetByHand -> resources.getString(R.string.question_forget_by_hand)
    is Question.HeldByPhone -> resources.getString(
        if (thisPhone) R.string.question_held_by_phone_this_phone else R.string.question_held_by_phone,
    )
    is Question.BatteryLow -> resources.getString(R.string.question_battery_low, percent)
    Question.BatteryUnknown -> resources.getString(R.string.question_battery_unknown)
    Question.DidItBuzz -> resources.getString(R.string.question_did_it_buzz)
    Question.TakeOverToGoOn -> resources.getString(R.string.question_take_over_to_go_on)
    Question.ShowsPairingScreen -> resources.getString(R.string.question_shows_pairing_screen)
}

internal val Question.note: Int
    get() = when (this) {
        is Question.NeedsPermission -> if (refusedForGood) R.string.question_needs_permission_refused_note else kind.note
        Question.NeedsBluetooth -> R.string.question_needs_bluetooth_note
        Question.NeedsLocationSwitch -> R.string.question_needs_location_switch_note
        Question.WhereUsed -> R.string.question_where_used_note
        is Question.WhatHappens -> R.string.question_what_happens_note
        Question.ForgetByHand -> R.string.question_forget_by_hand_note
        is Question.HeldByPhone ->
            if (thisPhone) R.string.question_held_by_phone_this_phone_note else R.string.question_held_by_phone_note
        is Question.BatteryLow -> R.string.question_battery_low_note
        Question.BatteryUnknown -> R.string.question_battery_unknown_note
        Question.DidItBuzz -> R.string.question_did_it_buzz_note
        Question.TakeOverToGoOn -> R.string.question_take_over_to_go_on_note
        Question.ShowsPairingScreen -> R.string.question_shows_pairing_screen_note
    }

internal val Question.icon: Int
    get() = when (this) {
        is Question.NeedsPermission -> R.drawable.ic_phone
        Question.NeedsBluetooth -> R.drawable.ic_bluetooth
        Question.NeedsLocationSwitch -> R.drawable.ic_location
        Question.WhereUsed -> R.drawable.ic_question
        is Question.WhatHappens -> R.drawable.ic_list
        Question.ForgetByHand -> R.drawable.ic_bluetooth
        is Question.HeldByPhone -> R.drawable.ic_phone
        is Question.BatteryLow -> R.drawable.ic_battery
        Question.BatteryUnknown -> R.drawable.ic_battery
        Question.DidItBuzz -> R.drawable.ic_buzz
        Question.TakeOverToGoOn -> R.drawable.ic_key
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
    Choice.GO_ON -> R.string.choice_go_on
    Choice.STOP -> if (question is Question.WhatHappens) R.string.choice_stop_not_now else R.string.choice_stop
    Choice.YES -> R.string.choice_yes
    Choice.NO -> R.string.choice_no
    Choice.AGAIN -> R.string.choice_again
}

private fun settings(question: Question): Int = when (question) {
    is Question.NeedsPermission -> R.string.choice_open_settings_app
    Question.NeedsLocationSwitch -> R.string.choice_open_settings_location
    Question.NeedsBluetooth, Question.ForgetByHand, is Question.HeldByPhone -> R.string.choice_open_settings_bluetooth
    Question.WhereUsed, is Question.WhatHappens, is Question.BatteryLow, Question.BatteryUnknown, Question.DidItBuzz,
    Question.TakeOverToGoOn, Question.ShowsPairingScreen,
    -> R.string.choice_open_settings
}

/** What follows from an answer, where that is not plain from the answer itself. */
internal val Choice.note: Int?
    get() = when (this) {
        Choice.OFFICIAL_APP -> R.string.choice_official_app_note
        Choice.ANOTHER_APP -> R.string.choice_another_app_note
        Choice.ALLOW, Choice.OPEN_SETTINGS, Choice.CHECK_AGAIN, Choice.START, Choice.GO_ON, Choice.STOP, Choice.YES,
        Choice.NO, Choice.AGAIN,
        -> null
    }

/** What will happen, in order. */
internal fun plan(task: Task, erases: Boolean): List<Int> = when (task) {
    Task.UNPAIR -> listOf(R.string.plan_free_phone, R.string.plan_take_over) +
        if (erases) listOf(R.string.plan_erase, R.string.plan_prove) else listOf(R.string.plan_key)
    Task.ERASE -> listOf(R.string.plan_free_phone, R.string.plan_unlock, R.string.plan_right_band, R.string.plan_erase, R.string.plan_prove)
    Task.RESTART -> listOf(R.string.plan_free_phone, R.string.plan_unlock, R.string.plan_right_band, R.string.plan_restart)
    Task.FIND -> listOf(R.string.plan_right_band)
    Task.SCAN -> emptyList()
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
        LeftState.ERASED -> R.string.left_state_erased
        LeftState.RESTART_SENT -> R.string.left_state_restart_sent
    }
