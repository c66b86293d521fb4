package org.bandrescue

import android.app.Application
import org.bandrescue.session.SessionLoop

/** The process: holds the one session, which outlives every activity. */
internal class BandRescue : Application() {
    /** Starts with the first screen, not with the process. */
    val session: SessionLoop by lazy {
        HiddenCalls // loads the library before the bindings do
        SessionLoop(this)
    }
}
