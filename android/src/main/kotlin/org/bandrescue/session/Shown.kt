package org.bandrescue.session

import org.bandrescue.ffi.CoreView
import org.bandrescue.ffi.Face
import org.bandrescue.ffi.Model

/** What is to be on the screen now. */
internal sealed interface Shown {
    /** A screen of the core; [practice] while it is about the practice band. */
    data class Core(val view: CoreView, val keepScreenOn: Boolean, val practice: Practice?) : Shown

    /** The app itself failed: a readable account, and a way back. */
    data class Fault(val report: String) : Shown
}

/**
 * The practice band as it looks now. [key] is the key that the person has in practice, where the band needs one; it
 * opens nothing real. [menuLocked]: its menu could not be reached.
 */
internal data class Practice(val model: Model, val face: Face, val key: String? = null, val menuLocked: Boolean = false)
