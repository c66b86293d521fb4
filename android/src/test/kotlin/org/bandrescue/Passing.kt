package org.bandrescue

import android.os.Looper
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowLooper
import java.time.Duration

/** Virtual time for every thread of the app: nothing waits for real, and nothing happens between the calls. */
internal object Passing {
    private const val STEP_MS = 25L

    /** Lets what is due now happen, on all threads, until nothing is due any more. */
    fun settle() {
        repeat(4) {
            shadowOf(Looper.getMainLooper()).idle()
            ShadowLooper.getAllLoopers().filter { it !== Looper.getMainLooper() }.forEach(::idle)
        }
        shadowOf(Looper.getMainLooper()).idle()
    }

    /** A thread that ends meanwhile has nothing left to do. */
    private fun idle(looper: Looper) {
        try {
            if (looper.thread.isAlive) shadowOf(looper).idle()
        } catch (ended: IllegalStateException) {
            looper.thread.join(1_000)
            if (looper.thread.isAlive) throw ended
        }
    }

    /** Lets this much time pass. */
    fun pass(ms: Long) {
        settle()
        var left = ms
        while (left > 0) {
            val step = minOf(left, STEP_MS)
            shadowOf(Looper.getMainLooper()).idleFor(Duration.ofMillis(step))
            settle()
            left -= step
        }
    }

    /** Lets time pass until it is so; fails with [what] when it is not within [limitMs]. */
    fun until(what: String, limitMs: Long = 60_000, isSo: () -> Boolean) {
        settle()
        var passed = 0L
        while (!isSo()) {
            if (passed >= limitMs) throw AssertionError("waited $limitMs ms in vain: $what")
            pass(STEP_MS)
            passed += STEP_MS
        }
    }
}
