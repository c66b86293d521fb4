package org.bandrescue.text

import android.content.res.Resources
import org.bandrescue.R
import org.bandrescue.ffi.AccountWay
import org.bandrescue.ffi.Battery
import org.bandrescue.ffi.Bound
import org.bandrescue.ffi.ChargeState
import org.bandrescue.ffi.Facts
import org.bandrescue.ffi.KeyLock
import org.bandrescue.ffi.LastCharge
import org.bandrescue.ffi.LocalTime
import org.bandrescue.ffi.Locks
import org.bandrescue.ffi.PhoneLock
import org.bandrescue.ffi.Sign
import org.bandrescue.ffi.TakeOver
import java.text.DateFormat
import java.util.Date
import java.util.Locale

/* What a band told about itself, in words. What it did not tell is said to be so, never left to be guessed. */

/** Something that can be told, and what the band told of it. */
internal class Fact(val what: Int, val told: String)

/** Everything but the locks. */
internal fun Facts.rows(resources: Resources): List<Fact> {
    fun told(text: String?) = text ?: resources.getString(R.string.fact_not_told)
    return listOf(
        Fact(R.string.fact_model, model.called),
        Fact(R.string.fact_signs, signs.joinToString { resources.getString(it.text) }),
        Fact(R.string.fact_address, told(address)),
        Fact(R.string.fact_hardware, told(hardware)),
        Fact(R.string.fact_firmware, told(firmware)),
        Fact(R.string.fact_serial, told(serial)),
    ) + charge(resources) + listOfNotNull(bound?.let { Fact(R.string.fact_bound, resources.getString(it.text)) })
}

/** The charge, and what else it tells about its battery. */
internal fun Facts.charge(resources: Resources): List<Fact> {
    val told = battery as? Battery.Told ?: return listOf(Fact(R.string.fact_battery, resources.getString(battery.text)))
    val charge = told.charge
    val state = charge.state
    val now =
        if (state == null) resources.getString(battery.text, charge.percent)
        else resources.getString(R.string.battery_told_state, charge.percent, resources.getString(state.text))
    return listOfNotNull(
        Fact(R.string.fact_battery, now),
        charge.lastCharge?.let { Fact(R.string.fact_last_charge, it.text(resources)) },
        charge.charges?.let { Fact(R.string.fact_charges, resources.getString(R.string.fact_charges_count, it)) },
    )
}

internal val Sign.text: Int
    get() = when (this) {
        Sign.NAME -> R.string.sign_name
        Sign.EDITION -> R.string.sign_edition
        Sign.HARDWARE -> R.string.sign_hardware
        Sign.PRODUCT -> R.string.sign_product
    }

internal val Battery.text: Int
    get() = when (this) {
        is Battery.Told -> R.string.battery_told
        Battery.WantsKey -> R.string.battery_wants_key
        Battery.NotTold -> R.string.battery_not_told
    }

internal val ChargeState.text: Int
    get() = when (this) {
        ChargeState.IN_USE -> R.string.charge_state_in_use
        ChargeState.LOW -> R.string.charge_state_low
        ChargeState.CHARGING -> R.string.charge_state_charging
        ChargeState.FULL -> R.string.charge_state_full
    }

internal fun LastCharge.text(resources: Resources): String = when (this) {
    LastCharge.Never -> resources.getString(R.string.last_charge_never)
    is LastCharge.ByItsClock -> resources.getString(R.string.last_charge_by_its_clock, time.digits)
    is LastCharge.At -> {
        val format = DateFormat.getDateTimeInstance(DateFormat.MEDIUM, DateFormat.SHORT, resources.configuration.locales[0])
        resources.getString(R.string.last_charge_at, format.format(Date(wallMs)))
    }
}

/** As the band sent it: its clock may show a day that no calendar has. */
private val LocalTime.digits: String
    get() = String.format(Locale.ROOT, "%04d-%02d-%02d %02d:%02d", year, month, day, hour, minute)

internal val Bound.text: Int
    get() = when (this) {
        Bound.NOBODY -> R.string.bound_nobody
        Bound.SOMEBODY -> R.string.bound_somebody
    }

/** A lock, what was seen of it, and what opens it where that is not said already. */
internal class Lock(val name: Int, val seen: Int, val way: Int?)

internal val Locks.rows: List<Lock>
    get() = listOf(
        Lock(R.string.lock_phone, phone.text, null),
        Lock(R.string.lock_key, key.text, keyWay.text),
        Lock(R.string.lock_account, R.string.lock_account_seen, accountWay.text),
    )

internal val PhoneLock.text: Int
    get() = when (this) {
        PhoneLock.OPEN -> R.string.phone_lock_open
        PhoneLock.BOND_HERE -> R.string.phone_lock_bond_here
        PhoneLock.BOND_NOT_TOLD -> R.string.phone_lock_bond_not_told
    }

internal val KeyLock.text: Int
    get() = when (this) {
        KeyLock.NOT_TOLD -> R.string.key_lock_not_told
        KeyLock.NOBODY -> R.string.key_lock_nobody
        KeyLock.SOMEBODY -> R.string.key_lock_somebody
        KeyLock.OPENS_TO_US -> R.string.key_lock_opens_to_us
        KeyLock.REFUSES_US -> R.string.key_lock_refuses_us
    }

internal val TakeOver.text: Int
    get() = when (this) {
        TakeOver.BY_TAP -> R.string.take_over_by_tap
        TakeOver.BY_TAP_WITH_KEY -> R.string.take_over_by_tap_with_key
        TakeOver.ASK_THE_BAND -> R.string.take_over_ask_the_band
        TakeOver.LOCAL_BIND_IF_OFFERED -> R.string.take_over_local_bind_if_offered
        TakeOver.NEVER -> R.string.take_over_never
    }

internal val AccountWay.text: Int
    get() = when (this) {
        AccountWay.OWNER_ONLY -> R.string.account_way_owner_only
        AccountWay.ERASE -> R.string.account_way_erase
        AccountWay.RESET_BY_HAND -> R.string.account_way_reset_by_hand
    }
