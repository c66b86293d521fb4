package org.bandrescue

import org.bandrescue.ffi.HiddenCall
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

/** The real JNI code against classes that have the hidden calls, lack them, refuse, forbid and break. */
@RunWith(RobolectricTestRunner::class)
class HiddenCallsTest {
    class Willing {
        var asked = 0

        fun removeBond(): Boolean = true.also { asked++ }
        fun cancelBondProcess(): Boolean = true.also { asked++ }
        fun refresh(): Boolean = true.also { asked++ }
    }

    class Lacking

    class Refusing {
        fun removeBond(): Boolean = false
        fun cancelBondProcess(): Boolean = false
        fun refresh(): Boolean = false
    }

    class Forbidding {
        fun removeBond(): Boolean = throw SecurityException("privileged")
        fun cancelBondProcess(): Boolean = throw RuntimeException(SecurityException("privileged"))
        fun refresh(): Boolean = throw SecurityException("connect")
    }

    class Breaking {
        fun removeBond(): Boolean = throw IllegalStateException("broken")
        fun cancelBondProcess(): Boolean = throw NullPointerException()
        fun refresh(): Boolean = throw StackOverflowError()
    }

    private fun all(target: Any) = listOf(HiddenCalls.forget(target), HiddenCalls.cancelPairing(target), HiddenCalls.clearCache(target))

    @Test
    fun a_call_that_is_there_is_made_once() {
        val target = Willing()
        assertEquals(List(3) { HiddenCall.DONE }, all(target))
        assertEquals(3, target.asked)
    }

    @Test
    fun a_phone_without_the_call_is_told_from_one_that_refuses() {
        assertEquals(List(3) { HiddenCall.MISSING }, all(Lacking()))
        assertEquals(List(3) { HiddenCall.REFUSED }, all(Refusing()))
    }

    @Test
    fun what_the_system_forbids_is_denied_also_when_it_is_wrapped() {
        assertEquals(List(3) { HiddenCall.DENIED }, all(Forbidding()))
    }

    @Test
    fun whatever_else_a_phone_throws_never_reaches_the_app() {
        assertEquals(List(3) { HiddenCall.REFUSED }, all(Breaking()))
        assertEquals("the next call suffers", HiddenCall.DONE, HiddenCalls.forget(Willing()))
    }
}
