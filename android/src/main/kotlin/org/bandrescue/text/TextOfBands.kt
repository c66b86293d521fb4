package org.bandrescue.text

import android.content.res.Resources
import org.bandrescue.R
import org.bandrescue.ffi.BandApp
import org.bandrescue.ffi.BandLabel
import org.bandrescue.ffi.Buzz
import org.bandrescue.ffi.Gesture
import org.bandrescue.ffi.HidingPlace
import org.bandrescue.ffi.Model
import org.bandrescue.ffi.ModelFacts
import org.bandrescue.ffi.RowKind
import org.bandrescue.ffi.Signal
import org.bandrescue.ffi.Task
import org.bandrescue.ffi.modelFacts

/* Bands, apps and tasks in words and pictures. Every `when` is exhaustive: a new variant does not compile without its text. */

internal val Task.title: Int
    get() = when (this) {
        Task.UNPAIR -> R.string.task_unpair
        Task.ERASE -> R.string.task_erase
        Task.RESTART -> R.string.task_restart
        Task.FIND -> R.string.task_find
        Task.SCAN -> R.string.task_scan
        Task.INFO -> R.string.task_info
        Task.BATTERY -> R.string.task_battery
        Task.FORGET -> R.string.task_forget
    }

internal val Task.note: Int
    get() = when (this) {
        Task.UNPAIR -> R.string.task_unpair_note
        Task.ERASE -> R.string.task_erase_note
        Task.RESTART -> R.string.task_restart_note
        Task.FIND -> R.string.task_find_note
        Task.SCAN -> R.string.task_scan_note
        Task.INFO -> R.string.task_info_note
        Task.BATTERY -> R.string.task_battery_note
        Task.FORGET -> R.string.task_forget_note
    }

internal val Task.icon: Int
    get() = when (this) {
        Task.UNPAIR -> R.drawable.ic_unpair
        Task.ERASE -> R.drawable.ic_erase
        Task.RESTART -> R.drawable.ic_restart
        Task.FIND -> R.drawable.ic_buzz
        Task.SCAN, Task.INFO -> R.drawable.ic_list
        Task.BATTERY -> R.drawable.ic_battery
        Task.FORGET -> R.drawable.ic_phone
    }

/** What the screen says while the task runs. */
internal val Task.running: Int
    get() = when (this) {
        Task.UNPAIR -> R.string.rescue_title_unpair
        Task.ERASE -> R.string.rescue_title_erase
        Task.RESTART -> R.string.rescue_title_restart
        Task.FIND -> R.string.rescue_title_find
        Task.SCAN -> R.string.rescue_title_scan
        Task.INFO -> R.string.rescue_title_info
        Task.BATTERY -> R.string.rescue_title_battery
        Task.FORGET -> R.string.rescue_title_forget
    }

/** What the list of bands is headed with. */
internal val Task.choosing: Int
    get() = when (this) {
        Task.UNPAIR, Task.ERASE, Task.RESTART, Task.FIND, Task.INFO, Task.BATTERY, Task.FORGET -> R.string.choose_title
        Task.SCAN -> R.string.choose_scan_title
    }

private val allFacts: Map<Model, ModelFacts> by lazy { Model.entries.associateWith(::modelFacts) }

/** What core knows of the model. */
internal val Model.facts: ModelFacts get() = allFacts.getValue(this)

/** As people call it; not translated. */
internal val Model.called: String get() = facts.name

/** One picture for each shape. */
internal val Model.picture: Int
    get() = when (this) {
        Model.MI_BAND1, Model.MI_BAND1_A, Model.MI_BAND1_S -> R.drawable.band_lights
        Model.MI_BAND2 -> R.drawable.band_2
        Model.MI_BAND3 -> R.drawable.band_3
        Model.MI_BAND4, Model.MI_BAND5, Model.MI_BAND6 -> R.drawable.band_oval
        Model.SMART_BAND7, Model.SMART_BAND8, Model.SMART_BAND9, Model.SMART_BAND10, Model.SMART_BAND11 -> R.drawable.band_large
        Model.SMART_BAND7_PRO, Model.SMART_BAND8_ACTIVE, Model.SMART_BAND8_PRO, Model.SMART_BAND9_ACTIVE,
        Model.SMART_BAND9_PRO, Model.SMART_BAND10_PRO,
        -> R.drawable.band_rectangle
    }

internal val Gesture.text: Int
    get() = when (this) {
        Gesture.TAP_SEVERAL_TIMES -> R.string.gesture_tap_several_times
        Gesture.TAP_BUTTON -> R.string.gesture_tap_button
        Gesture.TOUCH_SCREEN -> R.string.gesture_touch_screen
    }

/** Laid over the band's picture: where to touch it. */
internal val Gesture.place: Int
    get() = when (this) {
        Gesture.TAP_SEVERAL_TIMES -> R.drawable.tap_place_face
        Gesture.TAP_BUTTON -> R.drawable.tap_place
        Gesture.TOUCH_SCREEN -> R.drawable.tap_place_tick
    }

/** The picture with that place, read aloud. */
internal val Gesture.pictured: Int
    get() = when (this) {
        Gesture.TAP_SEVERAL_TIMES -> R.string.picture_tap_anywhere
        Gesture.TAP_BUTTON -> R.string.picture_tap_place
        Gesture.TOUCH_SCREEN -> R.string.picture_touch_screen
    }

/** `Mi Band 2, ends in E4:BE`; the name alone where the platform hides addresses. */
internal fun BandLabel.text(resources: Resources): String {
    return if (addressTail.isEmpty()) model.called else resources.getString(R.string.rescue_band, model.called, addressTail)
}

internal val BandApp.title: Int
    get() = when (this) {
        BandApp.ZEPP_LIFE -> R.string.band_app_zepp_life
        BandApp.ZEPP -> R.string.band_app_zepp
        BandApp.MI_FITNESS -> R.string.band_app_mi_fitness
        BandApp.NOTIFY -> R.string.band_app_notify
        BandApp.GADGETBRIDGE -> R.string.band_app_gadgetbridge
    }

/** `Zepp Life (formerly Mi Fit), Gadgetbridge`. */
internal fun List<BandApp>.text(resources: Resources): String = joinToString { resources.getString(it.title) }

/** What kind of thing it is that is no band of ours; nothing for one that can be helped. */
internal val RowKind.title: Int?
    get() = when (this) {
        is RowKind.Band -> null
        RowKind.Related -> R.string.row_kind_related
        RowKind.UnknownBand -> R.string.row_kind_unknown_band
        RowKind.LookAlike -> R.string.row_kind_look_alike
    }

/** Why it is not one of ours; nothing for a band that can be helped. */
internal val RowKind.note: Int?
    get() = when (this) {
        is RowKind.Band -> null
        RowKind.Related -> R.string.row_kind_related_note
        RowKind.UnknownBand -> R.string.row_kind_unknown_band_note
        RowKind.LookAlike -> R.string.row_kind_look_alike_note
    }

internal val RowKind.picture: Int
    get() = when (this) {
        is RowKind.Band -> model.picture
        RowKind.Related, RowKind.UnknownBand, RowKind.LookAlike -> R.drawable.ic_question
    }

internal val Signal.text: Int
    get() = when (this) {
        Signal.STRONG -> R.string.signal_strong
        Signal.MEDIUM -> R.string.signal_medium
        Signal.WEAK -> R.string.signal_weak
    }

internal val Signal.icon: Int
    get() = when (this) {
        Signal.STRONG -> R.drawable.ic_signal_strong
        Signal.MEDIUM -> R.drawable.ic_signal_medium
        Signal.WEAK -> R.drawable.ic_signal_weak
    }

internal val Buzz.text: Int
    get() = when (this) {
        Buzz.TRYING -> R.string.buzz_trying
        Buzz.SENT -> R.string.buzz_sent
        Buzz.FAILED -> R.string.buzz_failed
    }

internal fun HidingPlace.title(resources: Resources): String = when (this) {
    HidingPlace.AnotherPhone -> resources.getString(R.string.hiding_place_another_phone)
    is HidingPlace.AppOnThisPhone -> resources.getString(R.string.hiding_place_app_on_this_phone, resources.getString(app.title))
    HidingPlace.EmptyBattery -> resources.getString(R.string.hiding_place_empty_battery)
    HidingPlace.TooFar -> resources.getString(R.string.hiding_place_too_far)
}

internal val HidingPlace.note: Int
    get() = when (this) {
        HidingPlace.AnotherPhone -> R.string.hiding_place_another_phone_note
        is HidingPlace.AppOnThisPhone -> R.string.hiding_place_app_on_this_phone_note
        HidingPlace.EmptyBattery -> R.string.hiding_place_empty_battery_note
        HidingPlace.TooFar -> R.string.hiding_place_too_far_note
    }
