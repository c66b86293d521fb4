package org.bandrescue

import org.bandrescue.radio.StartCount
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

class StartCountTest {
    @Test
    fun a_sixth_search_within_thirty_seconds_waits_instead_of_finding_nothing() {
        val count = StartCount()
        for (second in 0L until 5) {
            assertEquals(0, count.waitAt(second * 1000))
            count.started(second * 1000)
        }
        val wait = count.waitAt(5_000)
        assertTrue("only $wait ms", 5_000 + wait >= 30_000)
        assertEquals(0, count.waitAt(5_000 + wait))
    }
}
