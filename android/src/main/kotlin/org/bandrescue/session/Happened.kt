package org.bandrescue.session

import android.os.Handler
import android.os.Looper
import android.os.Message
import org.bandrescue.ffi.Event

/** Where everything that happened goes; may be called from any thread. */
internal fun interface Happened {
    fun tell(event: Event)
}

/** A thread's queue whose work may fail without taking the app down: the fault is told instead. */
internal class GuardedQueue(looper: Looper, private val fault: (Throwable) -> Unit) : Handler(looper) {
    override fun dispatchMessage(message: Message) {
        try {
            super.dispatchMessage(message)
        } catch (broken: Exception) {
            fault(broken)
        }
    }
}
