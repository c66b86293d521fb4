package org.bandrescue.session

import android.os.SystemClock
import org.bandrescue.ffi.CoreView
import org.bandrescue.ffi.Effect
import org.bandrescue.ffi.Event
import org.bandrescue.ffi.Failure
import org.bandrescue.ffi.Input
import org.bandrescue.ffi.Person
import org.bandrescue.ffi.Reply
import org.bandrescue.ffi.Session
import org.bandrescue.ffi.Store
import org.bandrescue.ffi.Value
import java.io.IOException

/**
 * One session of the core with the world it works on: hands events in, carries effects out, knows when to call again.
 * Lives on the session's thread; every decision is the core's.
 */
internal class Run(
    private val session: Session,
    private val world: World,
    private val storage: Storage,
    private val person: (Person) -> Unit,
) {
    /** What the screen shows; nothing before the first reply. */
    var view: CoreView? = null
        private set

    /** Whether the screen has to stay on. */
    var keepScreenOn = false
        private set

    private var wakeAt: Long? = null

    /** Takes an event, and whatever it brings about at once. */
    fun take(event: Event) {
        val answers = ArrayDeque(listOf(event))
        while (true) {
            val next = answers.removeFirstOrNull() ?: break
            perform(session.handle(Input(now(), System.currentTimeMillis(), next)), answers)
            answers.addAll(world.due(now()))
        }
    }

    /** Called no later than [wakeAt]. */
    fun wake() {
        world.due(now()).forEach(::take)
        if ((wakeAt ?: return) <= now()) take(Event.Timer)
    }

    /** The moment to call [wake], if one is waited for. */
    fun wakeAt(): Long? = listOfNotNull(wakeAt, world.wakeAt()).minOrNull()

    /** The practice band as it looks now. */
    fun practice(): Practice? = world.practice(now())

    /** The redacted account of the rescue. */
    fun report(): String = session.report()

    /** Panics in the core on purpose. */
    fun provokePanic() = session.provokePanic()

    fun quit() {
        world.quit()
        session.close()
    }

    private fun perform(reply: Reply, answers: ArrayDeque<Event>) {
        wakeAt = reply.wakeAtMs
        reply.view?.let { view = it }
        for (effect in reply.effects) {
            when (effect) {
                is Effect.Radio -> world.perform(now(), effect.work)
                is Effect.Phone -> world.perform(now(), effect.work)
                is Effect.Store -> answers.addLast(store(effect.work))
                is Effect.Person -> {
                    val work = effect.work
                    if (work is Person.KeepScreenOn) keepScreenOn = work.on else person(work)
                }
            }
        }
    }

    private fun store(work: Store): Event = when (work) {
        is Store.Save -> try {
            storage.save(work.file, work.content)
            Event.Done(work.op, Value.Nothing)
        } catch (_: IOException) {
            Event.Failed(work.op, Failure.Refused)
        }
    }
}

internal fun now(): Long = SystemClock.elapsedRealtime()
