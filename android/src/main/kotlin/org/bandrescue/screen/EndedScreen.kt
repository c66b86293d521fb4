package org.bandrescue.screen

import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.ImageView
import android.widget.TextView
import org.bandrescue.R
import org.bandrescue.ffi.Advice
import org.bandrescue.ffi.Ended
import org.bandrescue.ffi.PersonEvent
import org.bandrescue.ffi.SettingsPage
import org.bandrescue.ffi.Task
import org.bandrescue.ffi.isSuccess
import org.bandrescue.look.fill
import org.bandrescue.look.line
import org.bandrescue.look.part
import org.bandrescue.look.say
import org.bandrescue.look.show
import org.bandrescue.text.charge
import org.bandrescue.text.note
import org.bandrescue.text.rows
import org.bandrescue.text.text
import org.bandrescue.text.title

/** How it ended: what was seen, what it means, what to do next. Claims nothing that was not seen. */
internal class EndedScreen(private val frame: Frame, private val deeds: Deeds) {
    fun show(ended: Ended) {
        val end = ended.outcome.end
        val title = frame.text(ended.title)
        val root = frame.content(R.layout.ended, title)
        frame.back(null)
        val good = isSuccess(end)
        root.part<ImageView>(R.id.icon).setImageResource(if (good) R.drawable.ic_end_success else R.drawable.ic_end_caution)
        root.part<TextView>(R.id.title).say(title)
        root.part<TextView>(R.id.band).say(ended.band?.text(frame.resources))
        root.part<TextView>(R.id.note).say(ended.note)
        root.part<TextView>(R.id.left).say(if (good) null else frame.text(ended.left.text))
        facts(root, ended)
        proof(root, ended)
        key(root, ended.outcome.key)
        accepted(root, ended)
        advice(root, ended)
        root.part<View>(R.id.key_saved).show(ended.keySaved)
        root.part<View>(R.id.steps_title).show(ended.steps.isNotEmpty())
        val steps = root.part<ViewGroup>(R.id.steps)
        steps.show(ended.steps.isNotEmpty())
        steps(steps, ended.steps)
        root.part<Button>(R.id.share).setOnClickListener { deeds.send(PersonEvent.ShareReport) }
        frame.buttons(
            ended.advice.firstNotNullOfOrNull { action(ended, it) },
            Tap(frame.text(R.string.ended_done)) { deeds.send(PersonEvent.Finish) },
        )
    }

    private fun facts(root: View, ended: Ended) {
        val facts = ended.facts
        root.part<View>(R.id.facts).show(facts != null)
        val onlyCharge = ended.task == Task.BATTERY
        root.part<View>(R.id.locks).show(facts != null && !onlyCharge)
        if (facts == null) return
        val rows = if (onlyCharge) facts.charge(frame.resources) else facts.rows(frame.resources)
        root.part<ViewGroup>(R.id.facts).fill(R.layout.row_fact, rows) { view, fact ->
            val what = frame.text(fact.what)
            view.part<TextView>(R.id.title).say(what)
            view.part<TextView>(R.id.note).say(fact.told)
            view.contentDescription = "$what: ${fact.told}"
        }
        root.part<ViewGroup>(R.id.lock_rows).fill(R.layout.row_lock, facts.locks.rows) { view, lock ->
            view.part<TextView>(R.id.title).say(frame.text(lock.name))
            view.part<TextView>(R.id.note).say(frame.text(lock.seen))
            view.part<TextView>(R.id.way).say(lock.way?.let(frame::text))
        }
    }

    private fun proof(root: View, ended: Ended) {
        val outcome = ended.outcome
        root.part<View>(R.id.proof).show(outcome.evidence.isNotEmpty() || outcome.newAddress != null)
        val before = outcome.oldAddress
        val after = outcome.newAddress
        val addresses = root.part<View>(R.id.addresses)
        addresses.show(before != null && after != null)
        if (before != null && after != null) {
            root.part<TextView>(R.id.address_before).say("…${before.tail()}")
            root.part<TextView>(R.id.address_after).say("…${after.tail()}")
            addresses.contentDescription = frame.resources.getString(R.string.ended_came_back, before.tail(), after.tail())
        }
        root.part<ViewGroup>(R.id.evidence).fill(R.layout.row_line, outcome.evidence) { view, seen ->
            view.line(R.drawable.ic_seen, frame.text(seen.text(ended.band?.model)))
        }
    }

    private fun key(root: View, key: String?) {
        root.part<View>(R.id.key_card).show(key != null)
        root.part<TextView>(R.id.key).say(key?.inGroups())
    }

    private fun accepted(root: View, ended: Ended) {
        val asked = Advice.OPEN_OFFICIAL_APP in ended.advice
        root.part<View>(R.id.accepted_card).show(asked)
        val answer = ended.appAccepted
        root.part<View>(R.id.accepted_choices).show(answer == null)
        root.part<TextView>(R.id.accepted_title).say(
            when (answer) {
                null -> R.string.ended_accepted_question
                true -> R.string.ended_accepted_yes
                false -> R.string.ended_accepted_no
            },
        )
        root.part<TextView>(R.id.accepted_note).say(R.string.ended_accepted_no_note.takeIf { answer == false })
        root.part<Button>(R.id.accepted_yes).setOnClickListener { deeds.send(PersonEvent.AppAccepted(true)) }
        root.part<Button>(R.id.accepted_no).setOnClickListener { deeds.send(PersonEvent.AppAccepted(false)) }
    }

    private fun advice(root: View, ended: Ended) {
        // These two have a place of their own on this screen.
        val shown = ended.advice - setOf(Advice.SHARE_REPORT, Advice.COPY_KEY)
        root.part<View>(R.id.next).show(shown.isNotEmpty())
        root.part<ViewGroup>(R.id.advice).fill(R.layout.hint, shown) { view, advice ->
            view.part<TextView>(R.id.title).say(advice.title)
            view.part<TextView>(R.id.note).say(listOfNotNull(frame.text(advice.note), appName(ended, advice)).joinToString(" "))
            val button = view.part<Button>(R.id.action)
            // The best one is the primary button; it needs no second one here.
            val action = action(ended, advice).takeIf { advice != ended.advice.firstOrNull { best -> action(ended, best) != null } }
            button.say(action?.text)
            button.setOnClickListener { action?.run?.invoke() }
        }
    }

    private fun appName(ended: Ended, advice: Advice): String? {
        val app = ended.officialApps.firstOrNull()?.takeIf { advice == Advice.OPEN_OFFICIAL_APP } ?: return null
        return frame.resources.getString(R.string.ended_official_app_name, frame.text(app.title))
    }

    /** What a button can do about it; nothing where only hands can. */
    private fun action(ended: Ended, advice: Advice): Tap? = when (advice) {
        Advice.OPEN_OFFICIAL_APP -> tap(advice.title) { deeds.send(PersonEvent.OpenOfficialApp) }
        Advice.COPY_KEY -> tap(advice.title) { deeds.send(PersonEvent.CopyEndKey) }
        Advice.TRY_AGAIN -> tap(advice.title) { deeds.send(PersonEvent.Begin(ended.task)) }
        Advice.CONTINUE -> ended.resumable?.let { rescue -> tap(advice.title) { deeds.send(PersonEvent.Resume(rescue)) } }
        Advice.TOGGLE_BLUETOOTH, Advice.FORGET_BY_HAND ->
            tap(R.string.choice_open_settings_bluetooth) { deeds.openSettings(SettingsPage.BLUETOOTH) }
        Advice.STOP_OTHER_APP -> tap(R.string.hint_all_apps) { deeds.openListOfApps() }
        Advice.FREE_OTHER_PHONES, Advice.CHARGE_BAND, Advice.ASK_OWNER, Advice.RESET_ON_BAND, Advice.OWN_KEY, Advice.CHECK_KEY, Advice.ACCOUNT_LOCK,
        Advice.CHECK_GENUINE, Advice.SHARE_REPORT,
        -> null
    }

    private fun tap(text: Int, run: () -> Unit) = Tap(frame.text(text), run)
}

/** The last four digits of an address. */
private fun String.tail(): String = takeLast(5)
