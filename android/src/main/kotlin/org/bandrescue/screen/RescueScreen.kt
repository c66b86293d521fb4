package org.bandrescue.screen

import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.TextView
import org.bandrescue.R
import org.bandrescue.ffi.Ask
import org.bandrescue.ffi.Choice
import org.bandrescue.ffi.Model
import org.bandrescue.ffi.PersonEvent
import org.bandrescue.ffi.Prompt
import org.bandrescue.ffi.Question
import org.bandrescue.ffi.Rescue
import org.bandrescue.ffi.StepRow
import org.bandrescue.ffi.StepState
import org.bandrescue.look.BandPicture
import org.bandrescue.look.CountdownRing
import org.bandrescue.look.WorkingMark
import org.bandrescue.look.fill
import org.bandrescue.look.part
import org.bandrescue.look.say
import org.bandrescue.look.show
import org.bandrescue.session.Practice
import org.bandrescue.text.gesture
import org.bandrescue.text.icon
import org.bandrescue.text.note
import org.bandrescue.text.running
import org.bandrescue.text.steps
import org.bandrescue.text.text
import org.bandrescue.text.title
import org.bandrescue.text.total
import org.bandrescue.text.until
import java.util.Locale

/** The steps while they run; what the person must do at the band takes the first place when its moment comes. */
internal class RescueScreen(private val frame: Frame, private val deeds: Deeds) {
    private var needed: Any? = null

    fun show(rescue: Rescue, practice: Practice?) {
        val title = frame.text(rescue.task.running)
        val root = frame.content(R.layout.rescue, title)
        frame.back(null)
        frame.buttons(null, Tap(frame.text(R.string.rescue_cancel)) { deeds.send(PersonEvent.Back) })
        root.part<TextView>(R.id.title).say(title)
        root.part<TextView>(R.id.band).say(rescue.band?.text(frame.resources))
        val model = practice?.model ?: rescue.band?.model ?: Model.MI_BAND2
        prompt(root, rescue.prompt, model, practice)
        ask(root, rescue.ask, model, practice)
        practiceBand(root, practice?.takeIf { rescue.prompt == null && rescue.ask?.question !is Question.ResetOnBand })
        steps(root.part(R.id.steps), rescue.steps)
        val now: Any? = rescue.ask?.id ?: rescue.prompt?.title
        if (now != null && now != needed) frame.bring(root.part(if (rescue.ask != null) R.id.ask else R.id.prompt))
        needed = now
    }

    private fun prompt(root: View, prompt: Prompt?, model: Model, practice: Practice?) {
        root.part<View>(R.id.prompt).show(prompt != null)
        val title = root.part<TextView>(R.id.prompt_title)
        // Emptied, so that the same words are read aloud again when they are needed again.
        title.say(prompt?.title)
        if (prompt == null) return
        val picture = root.part<BandPicture>(R.id.picture)
        val gesture = prompt.gesture(model)
        if (practice != null) picture.onTouch(R.string.practice_tap_band, deeds::tapPracticeBand)
        picture.show(model, practice?.face, gesture)
        root.part<CountdownRing>(R.id.ring).countDown(prompt.until, prompt.total)
        root.part<TextView>(R.id.prompt_note).say(listOfNotNull(prompt.note, gesture?.text).joinToString(" ", transform = root.resources::getString))
    }

    private fun ask(root: View, ask: Ask?, model: Model, practice: Practice?) {
        root.part<View>(R.id.ask).show(ask != null)
        root.part<TextView>(R.id.ask_title).say(ask?.question?.title(root.resources))
        if (ask == null) return
        root.part<TextView>(R.id.ask_note).say(note(ask.question))
        resetOnBand(root, ask.question as? Question.ResetOnBand, model, practice)
        val choices = root.part<ViewGroup>(R.id.ask_choices)
        choices.fill(R.layout.button_outlined, ask.choices) { view, choice ->
            view as Button
            val look = look(ask, choice)
            view.setBackgroundResource(look.background)
            view.setTextColor(view.context.getColor(look.text))
            view.say(choice.text(ask.question))
            view.setOnClickListener { deeds.send(PersonEvent.Answer(ask.id, choice)) }
        }
    }

    private enum class Look(val background: Int, val text: Int) {
        FIRST(R.drawable.button_primary, R.color.on_accent),
        OTHER(R.drawable.button_outlined, R.color.accent),
        DANGER(R.drawable.button_danger, R.color.danger),
    }

    private fun look(ask: Ask, choice: Choice): Look = when {
        choice == ask.choices.first() -> Look.FIRST
        ask.question == Question.TryExperiment -> Look.DANGER
        else -> Look.OTHER
    }

    /** The way through the band's menu; in practice a touch of the band's picture stands for it. */
    private fun resetOnBand(root: View, question: Question.ResetOnBand?, model: Model, practice: Practice?) {
        root.part<View>(R.id.menu).show(question != null)
        if (question == null) return
        val picture = root.part<BandPicture>(R.id.menu_picture)
        if (practice != null) picture.onTouch(R.string.practice_reset_band, deeds::resetPracticeBand)
        picture.show(model, practice?.face, gesture = null)
        root.part<TextView>(R.id.menu_practice).say(
            when {
                practice == null -> null
                practice.menuLocked -> R.string.practice_menu_locked
                else -> R.string.practice_reset_hint
            },
        )
        root.part<ViewGroup>(R.id.menu_steps).fill(R.layout.numbered, question.menu.steps.withIndex().toList()) { view, (index, step) ->
            view.part<TextView>(R.id.number).text = String.format(Locale.getDefault(), "%d", index + 1)
            view.part<TextView>(R.id.title).say(step)
        }
    }

    private fun note(question: Question): String {
        val note = frame.text(question.note)
        val apps = (question as? Question.HeldByPhone)?.apps.orEmpty()
        if (apps.isEmpty()) return note
        return "$note\n${frame.resources.getString(R.string.question_held_by_phone_apps, apps.text(frame.resources))}"
    }

    private fun practiceBand(root: View, practice: Practice?) {
        root.part<View>(R.id.practice_band).show(practice != null)
        if (practice == null) return
        val picture = root.part<BandPicture>(R.id.practice_picture)
        picture.onTouch(R.string.practice_tap_band, deeds::tapPracticeBand)
        picture.show(practice.model, practice.face, gesture = null)
    }
}

/** The list of steps, here and on the end screen. */
internal fun steps(list: ViewGroup, steps: List<StepRow>) = list.fill(R.layout.step, steps) { view, row ->
    val resources = view.resources
    val mark = view.part<WorkingMark>(R.id.mark)
    row.state.icon?.let(mark::rest) ?: mark.work()
    val title = view.part<TextView>(R.id.title)
    title.say(row.step.title)
    val muted = row.state == StepState.WAITING || row.state == StepState.SKIPPED
    title.setTextColor(view.context.getColor(if (muted) R.color.muted else R.color.text))
    val seen = row.seen?.text(resources)
    val shownState = when (row.state) {
        StepState.NEEDS_YOU, StepState.SKIPPED, StepState.FAILED, StepState.DOING -> resources.getString(row.state.text)
        StepState.WAITING, StepState.DONE -> null
    }
    view.part<TextView>(R.id.note).say(seen ?: shownState)
    // A colour and a sign for eyes; the same in words for ears.
    val spoken = listOfNotNull(resources.getString(row.step.title), resources.getString(row.state.text), seen).joinToString(". ")
    if (view.contentDescription != spoken) view.contentDescription = spoken
}
