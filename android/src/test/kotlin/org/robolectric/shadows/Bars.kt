package org.robolectric.shadows

/** Gives a window the bars of a phone: Robolectric has them, but shows them to its own package alone. */
internal object Bars {
    fun show() = SystemUi.systemUiForDefaultDisplay().setBehavior(SystemUi.STANDARD_STATUS_BAR, SystemUi.GESTURAL_NAVIGATION)
}
