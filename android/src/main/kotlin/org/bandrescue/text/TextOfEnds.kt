package org.bandrescue.text

import org.bandrescue.R
import org.bandrescue.ffi.Advice
import org.bandrescue.ffi.End
import org.bandrescue.ffi.Ended
import org.bandrescue.ffi.Evidence
import org.bandrescue.ffi.Model
import org.bandrescue.ffi.Outcome
import org.bandrescue.ffi.Task

/* How it ended, what was seen, and what can be done next, in words. */

internal val End.title: Int
    get() = when (this) {
        End.FREED -> R.string.end_freed
        End.FREED_SAME_ADDRESS -> R.string.end_freed_same_address
        End.TAKEN_OVER -> R.string.end_taken_over
        End.ERASED -> R.string.end_erased
        End.ERASED_SAME_ADDRESS -> R.string.end_erased_same_address
        End.RESTARTED -> R.string.end_restarted
        End.FOUND -> R.string.end_found
        End.DONE -> R.string.end_done
        End.ERASED_UNPROVEN -> R.string.end_erased_unproven
        End.NOT_ERASED -> R.string.end_not_erased
        End.NOT_TAPPED -> R.string.end_not_tapped
        End.REFUSED -> R.string.end_refused
        End.NO_ANSWER -> R.string.end_no_answer
        End.HELD_BY_A_PHONE -> R.string.end_held_by_a_phone
        End.NOT_SEEN -> R.string.end_not_seen
        End.NEEDS_OWNER_OR_KEY -> R.string.end_needs_owner_or_key
        End.NOT_SUPPORTED -> R.string.end_not_supported
        End.WRONG_BAND -> R.string.end_wrong_band
        End.CHARGE_FIRST -> R.string.end_charge_first
        End.PHONE_KEEPS_THE_BOND -> R.string.end_phone_keeps_the_bond
        End.NO_BLUETOOTH -> R.string.end_no_bluetooth
        End.NO_PERMISSION -> R.string.end_no_permission
        End.COULD_NOT_SAVE -> R.string.end_could_not_save
        End.LEFT_ALONE -> R.string.end_left_alone
        End.CANCELLED -> R.string.end_cancelled
        End.APP_FAULT -> R.string.end_app_fault
    }

/** A task that changes nothing in the band has words of its own for its end. */
internal val Ended.title: Int
    get() = when {
        outcome.end == End.DONE && task == Task.INFO -> R.string.end_done_info
        outcome.end == End.DONE && task == Task.BATTERY -> R.string.end_done_battery
        outcome.end == End.DONE && task == Task.FORGET -> R.string.end_done_forget
        else -> outcome.end.title
    }

/** The same for what it means. */
internal val Ended.note: Int
    get() = when {
        outcome.end == End.DONE && task == Task.FORGET -> R.string.end_done_forget_note
        outcome.end == End.NEEDS_OWNER_OR_KEY && task == Task.BATTERY -> R.string.end_needs_owner_or_key_battery_note
        else -> outcome.note
    }

/** What it means, after what was seen. */
internal val Outcome.note: Int
    get() = when {
        end == End.TAKEN_OVER && key == null -> R.string.end_taken_over_no_key_note
        end == End.TAKEN_OVER && Evidence.OPENED_WITH_KEY in evidence -> R.string.end_taken_over_known_key_note
        end == End.FREED && newAddress == null -> R.string.end_freed_not_bound_note
        end == End.NEEDS_OWNER_OR_KEY && Evidence.NEEDS_VENDOR in evidence -> R.string.end_needs_owner_or_key_vendor_note
        end == End.FREED_SAME_ADDRESS && Evidence.MENU_OUT_OF_REACH in evidence -> R.string.end_freed_same_address_pairing_note
        end == End.NOT_ERASED && Evidence.RESET_BY_HAND in evidence -> R.string.end_not_erased_by_hand_note
        end == End.ERASED_UNPROVEN && Evidence.RESET_BY_HAND in evidence -> R.string.end_erased_unproven_by_hand_note
        else -> end.note
    }

/** What it means in general. */
internal val End.note: Int
    get() = when (this) {
        End.FREED -> R.string.end_freed_note
        End.FREED_SAME_ADDRESS -> R.string.end_freed_same_address_note
        End.TAKEN_OVER -> R.string.end_taken_over_note
        End.ERASED -> R.string.end_erased_note
        End.ERASED_SAME_ADDRESS -> R.string.end_erased_same_address_note
        End.RESTARTED -> R.string.end_restarted_note
        End.FOUND -> R.string.end_found_note
        End.DONE -> R.string.end_done_note
        End.ERASED_UNPROVEN -> R.string.end_erased_unproven_note
        End.NOT_ERASED -> R.string.end_not_erased_note
        End.NOT_TAPPED -> R.string.end_not_tapped_note
        End.REFUSED -> R.string.end_refused_note
        End.NO_ANSWER -> R.string.end_no_answer_note
        End.HELD_BY_A_PHONE -> R.string.end_held_by_a_phone_note
        End.NOT_SEEN -> R.string.end_not_seen_note
        End.NEEDS_OWNER_OR_KEY -> R.string.end_needs_owner_or_key_note
        End.NOT_SUPPORTED -> R.string.end_not_supported_note
        End.WRONG_BAND -> R.string.end_wrong_band_note
        End.CHARGE_FIRST -> R.string.end_charge_first_note
        End.PHONE_KEEPS_THE_BOND -> R.string.end_phone_keeps_the_bond_note
        End.NO_BLUETOOTH -> R.string.end_no_bluetooth_note
        End.NO_PERMISSION -> R.string.end_no_permission_note
        End.COULD_NOT_SAVE -> R.string.end_could_not_save_note
        End.LEFT_ALONE -> R.string.end_left_alone_note
        End.CANCELLED -> R.string.end_cancelled_note
        End.APP_FAULT -> R.string.end_app_fault_note
    }

internal val Evidence.text: Int
    get() = when (this) {
        Evidence.PHONE_HAS_FORGOTTEN -> R.string.evidence_phone_has_forgotten
        Evidence.PHONE_KEEPS_BOND -> R.string.evidence_phone_keeps_bond
        Evidence.NOT_CONNECTABLE -> R.string.evidence_not_connectable
        Evidence.CONNECTED_ON_THIS_PHONE -> R.string.evidence_connected_on_this_phone
        Evidence.TAP_SEEN -> R.string.evidence_tap_seen
        Evidence.KEY_ACCEPTED -> R.string.evidence_key_accepted
        Evidence.KEY_REFUSED -> R.string.evidence_key_refused
        Evidence.DENIED_ON_BAND -> R.string.evidence_denied_on_band
        Evidence.OPENED_WITH_KEY -> R.string.evidence_opened_with_key
        Evidence.USER_KNOWN -> R.string.evidence_user_known
        Evidence.NEEDS_VENDOR -> R.string.evidence_needs_vendor
        Evidence.BOUND_TO_SOMEBODY -> R.string.evidence_bound_to_somebody
        Evidence.NOT_BOUND -> R.string.evidence_not_bound
        Evidence.RESET_BY_HAND -> R.string.evidence_reset_by_hand
        Evidence.MENU_OUT_OF_REACH -> R.string.evidence_menu_out_of_reach
        Evidence.EXPERIMENT_TRIED -> R.string.evidence_experiment_tried
        Evidence.OLD_KEY_REFUSED -> R.string.evidence_old_key_refused
        Evidence.OLD_KEY_ACCEPTED -> R.string.evidence_old_key_accepted
        Evidence.ERASE_ACKNOWLEDGED -> R.string.evidence_erase_acknowledged
        Evidence.ERASE_REFUSED -> R.string.evidence_erase_refused
        Evidence.LINK_DROPPED -> R.string.evidence_link_dropped
        Evidence.DROPPED_AS_STRANGER -> R.string.evidence_dropped_as_stranger
        Evidence.NEW_ADDRESS -> R.string.evidence_new_address
        Evidence.SAME_ADDRESS -> R.string.evidence_same_address
        Evidence.OLD_ADDRESS_GONE -> R.string.evidence_old_address_gone
        Evidence.SAME_SERIAL -> R.string.evidence_same_serial
        Evidence.OTHER_SERIAL -> R.string.evidence_other_serial
        Evidence.NO_SERIAL -> R.string.evidence_no_serial
        Evidence.PERSON_SAW_PAIRING_SCREEN -> R.string.evidence_person_saw_pairing_screen
        Evidence.PERSON_FELT_BUZZ -> R.string.evidence_person_felt_buzz
        Evidence.CAME_BACK -> R.string.evidence_came_back
    }

/** The same, of a band of this model. */
internal fun Evidence.text(model: Model?): Int =
    if (this == Evidence.OLD_KEY_REFUSED && model?.facts?.hasKey == false) R.string.evidence_old_key_refused_no_key else text

internal val Advice.title: Int
    get() = when (this) {
        Advice.OPEN_OFFICIAL_APP -> R.string.advice_open_official_app
        Advice.COPY_KEY -> R.string.advice_copy_key
        Advice.TRY_AGAIN -> R.string.advice_try_again
        Advice.CONTINUE -> R.string.advice_continue
        Advice.FREE_OTHER_PHONES -> R.string.advice_free_other_phones
        Advice.STOP_OTHER_APP -> R.string.advice_stop_other_app
        Advice.TOGGLE_BLUETOOTH -> R.string.advice_toggle_bluetooth
        Advice.FORGET_BY_HAND -> R.string.advice_forget_by_hand
        Advice.CHARGE_BAND -> R.string.advice_charge_band
        Advice.ASK_OWNER -> R.string.advice_ask_owner
        Advice.RESET_ON_BAND -> R.string.advice_reset_on_band
        Advice.OWN_KEY -> R.string.advice_own_key
        Advice.CHECK_KEY -> R.string.advice_check_key
        Advice.ACCOUNT_LOCK -> R.string.advice_account_lock
        Advice.CHECK_GENUINE -> R.string.advice_check_genuine
        Advice.SHARE_REPORT -> R.string.advice_share_report
    }

/** How it is done. */
internal val Advice.note: Int
    get() = when (this) {
        Advice.OPEN_OFFICIAL_APP -> R.string.advice_open_official_app_note
        Advice.COPY_KEY -> R.string.advice_copy_key_note
        Advice.TRY_AGAIN -> R.string.advice_try_again_note
        Advice.CONTINUE -> R.string.advice_continue_note
        Advice.FREE_OTHER_PHONES -> R.string.advice_free_other_phones_note
        Advice.STOP_OTHER_APP -> R.string.advice_stop_other_app_note
        Advice.TOGGLE_BLUETOOTH -> R.string.advice_toggle_bluetooth_note
        Advice.FORGET_BY_HAND -> R.string.advice_forget_by_hand_note
        Advice.CHARGE_BAND -> R.string.advice_charge_band_note
        Advice.ASK_OWNER -> R.string.advice_ask_owner_note
        Advice.RESET_ON_BAND -> R.string.advice_reset_on_band_note
        Advice.OWN_KEY -> R.string.advice_own_key_note
        Advice.CHECK_KEY -> R.string.advice_check_key_note
        Advice.ACCOUNT_LOCK -> R.string.advice_account_lock_note
        Advice.CHECK_GENUINE -> R.string.advice_check_genuine_note
        Advice.SHARE_REPORT -> R.string.advice_share_report_note
    }
