package org.bandrescue.radio

/**
 * Counts scan starts. Android allows an app five in thirty seconds; the sixth finds nothing, and nobody is told.
 * Reads no clock.
 */
internal class StartCount {
    private val starts = ArrayDeque<Long>()

    /** How long to wait at [now] before the next start is allowed; 0 if it is allowed now. */
    fun waitAt(now: Long): Long {
        while (starts.isNotEmpty() && now - starts.first() >= WINDOW_MS) starts.removeFirst()
        return if (starts.size < ALLOWED) 0 else starts.first() + WINDOW_MS - now
    }

    /** A scan was started at [now]. */
    fun started(now: Long) {
        starts.addLast(now)
    }

    private companion object {
        const val ALLOWED = 5

        /** A little more than Android's thirty seconds: its clock and ours need not agree to the millisecond. */
        const val WINDOW_MS = 30_500L
    }
}
