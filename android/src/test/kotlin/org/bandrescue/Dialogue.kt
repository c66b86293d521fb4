package org.bandrescue

import org.bandrescue.ffi.Choice
import org.bandrescue.ffi.CoreView
import org.bandrescue.ffi.Effect
import org.bandrescue.ffi.Event
import org.bandrescue.ffi.Face
import org.bandrescue.ffi.Input
import org.bandrescue.ffi.KeyText
import org.bandrescue.ffi.Opened
import org.bandrescue.ffi.Person
import org.bandrescue.ffi.PersonEvent
import org.bandrescue.ffi.PracticeBand
import org.bandrescue.ffi.Prompt
import org.bandrescue.ffi.Question
import org.bandrescue.ffi.Reply
import org.bandrescue.ffi.Screen
import org.bandrescue.ffi.Session
import org.bandrescue.ffi.Store
import org.bandrescue.ffi.Task
import org.bandrescue.ffi.Value

/** A session and a practice band in virtual time, through the real library: no Android, no waiting. */
class Dialogue(
    kind: String,
    scenario: String,
    private val use: Choice = Choice.OFFICIAL_APP,
    private val withKey: Boolean = false,
    seed: Long = 7,
) : AutoCloseable {
    private val session = Session()
    private val band = PracticeBand(kind, scenario, seed)
    private val waiting = ArrayDeque<Event>()
    private var now = 1_000L
    private var wakeAt: Long? = null
    private var tapAt: Long? = null
    private var view: CoreView? = null

    /** Every event that went in and every reply that came out, in order. */
    val events = mutableListOf<Event>()
    val replies = mutableListOf<Reply>()

    /** How long each call of the library took, in nanoseconds. */
    val costs = mutableListOf<Long>()

    init {
        val opened = Opened(null, null, ByteArray(32) { it.toByte() }, "boot", "a test", "0")
        tell(Event.Opened(opened))
    }

    fun begin(task: Task) = tell(Event.Person(PersonEvent.Begin(task)))

    /** Goes on until the end screen, and gives it. */
    fun end(): Screen.Ended {
        repeat(MOST_CALLS) {
            (view?.screen as? Screen.Ended)?.let { return it }
            step()
        }
        error("no end after $MOST_CALLS calls: $view")
    }

    /** Goes on until the screen is so; nothing is answered on that screen. */
    fun until(isSo: (CoreView) -> Boolean) {
        repeat(MOST_CALLS) {
            if (view?.let(isSo) == true) {
                waiting.removeAll { it is Event.Person }
                return
            }
            step()
        }
        error("not so after $MOST_CALLS calls: $view")
    }

    fun tell(event: Event) {
        val before = System.nanoTime()
        val reply = session.handle(Input(now, now, event))
        costs += System.nanoTime() - before
        events += event
        replies += reply
        wakeAt = reply.wakeAtMs
        reply.effects.forEach(::perform)
        reply.view?.let {
            view = it
            look(it)
        }
    }

    private fun step() {
        val next = waiting.removeFirstOrNull()
        if (next != null) return tell(next)
        now = listOfNotNull(band.wakeAtMs(), wakeAt, tapAt).min().coerceAtLeast(now)
        waiting += band.events(now)
        if (tapAt?.let { it <= now } == true) {
            tapAt = null
            band.tap(now)
        }
        if (waiting.isEmpty()) waiting += Event.Timer
    }

    private fun perform(effect: Effect) = when (effect) {
        is Effect.Radio, is Effect.Phone -> band.perform(now, effect)
        is Effect.Store -> waiting.add(Event.Done((effect.work as Store.Save).op, Value.Nothing)).let { }
        is Effect.Person -> if (effect.work is Person.Leave) error("the app left") else Unit
    }

    /** The person: picks the first band, gives the likeliest answer, taps after two seconds, resets the band in its menu. */
    private fun look(view: CoreView) {
        when (val screen = view.screen) {
            is Screen.Choose -> screen.choose.bands.firstOrNull()?.let { waiting += Event.Person(PersonEvent.Pick(it.peer)) }
            is Screen.Question -> answer(screen.question.ask)
            is Screen.Rescue -> {
                screen.rescue.ask?.let(::answer)
                tapAt = if (screen.rescue.prompt is Prompt.Tap) tapAt ?: (now + 2_000) else null
            }
            is Screen.Home, is Screen.Keys, is Screen.Ended -> Unit
        }
    }

    private fun answer(ask: org.bandrescue.ffi.Ask) {
        val question = ask.question
        if (question is Question.HeldByPhone) band.letGo(now)
        if (question is Question.HaveKey && withKey) {
            waiting += Event.Person(PersonEvent.EnterKey(KeyText(band.key()!!)))
            return
        }
        val choice = when {
            question is Question.WhereUsed -> use
            question is Question.ResetOnBand && !band.menuReset(now) -> Choice.CANNOT_FIND
            question is Question.ShowsPairingScreen -> if (band.face(now) == Face.PAIRING_SCREEN) Choice.YES else Choice.NO
            else -> ask.choices.first()
        }
        waiting += Event.Person(PersonEvent.Answer(ask.id, choice))
    }

    override fun close() {
        session.close()
        band.close()
    }

    private companion object {
        const val MOST_CALLS = 5_000
    }
}
