package org.bandrescue.screen

import android.view.LayoutInflater
import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.ImageView
import android.widget.TextView
import org.bandrescue.R
import org.bandrescue.ffi.Ask
import org.bandrescue.ffi.Choice
import org.bandrescue.ffi.PersonEvent
import org.bandrescue.ffi.Question
import org.bandrescue.look.fill
import org.bandrescue.look.line
import org.bandrescue.look.part
import org.bandrescue.look.row
import org.bandrescue.look.say
import org.bandrescue.text.icon
import org.bandrescue.text.needs
import org.bandrescue.text.note
import org.bandrescue.text.plan
import org.bandrescue.text.text
import org.bandrescue.text.title

/** One question on a whole screen, with what follows from it. */
internal class QuestionScreen(private val frame: Frame, private val deeds: Deeds) {
    private var shown: Ask? = null

    fun show(screen: org.bandrescue.ffi.QuestionScreen) {
        val ask = screen.ask
        val title = ask.question.title(frame.resources)
        val root = frame.content(R.layout.question, title)
        frame.back { deeds.send(PersonEvent.Back) }
        root.part<ImageView>(R.id.icon).setImageResource(ask.question.icon)
        root.part<TextView>(R.id.title).say(title)
        root.part<TextView>(R.id.band).say(screen.band?.text(frame.resources))
        root.part<TextView>(R.id.note).say(ask.question.note)
        val details = root.part<ViewGroup>(R.id.details)
        if (shown != ask || details.childCount == 0) details(details, screen, ask)
        shown = ask
        buttons(ask)
    }

    /** The first answer within the thumb's reach, the last under it; those with an explanation are cards above. */
    private fun buttons(ask: Ask) {
        val plain = ask.choices.filter { it.note == null }
        val primary = plain.firstOrNull()?.let { tap(ask, it) }
        val secondary = plain.drop(1).lastOrNull()?.let { tap(ask, it) }
        frame.buttons(primary, secondary)
    }

    private fun details(details: ViewGroup, screen: org.bandrescue.ffi.QuestionScreen, ask: Ask) {
        details.removeAllViews()
        when (val question = ask.question) {
            is Question.WhatHappens -> whatHappens(details, screen, question)
            is Question.HeldByPhone -> apps(details, question)
            is Question.NeedsPermission, Question.NeedsBluetooth, Question.NeedsLocationSwitch, Question.WhereUsed,
            Question.ForgetByHand, is Question.BatteryLow, Question.BatteryUnknown, Question.DidItBuzz,
            Question.TakeOverToGoOn, is Question.HaveKey, is Question.ResetOnBand, Question.TryExperiment, Question.ShowsPairingScreen,
            -> Unit
        }
        val explained = ask.choices.filter { it.note != null }
        for (choice in explained) {
            val card = LayoutInflater.from(details.context).inflate(R.layout.row_card, details, false)
            val note = choice.note?.let(details.resources::getString)
            card.row(R.drawable.ic_phone, details.resources.getString(choice.text(ask.question)), note) { answer(ask, choice) }
            details.addView(card)
        }
        val between = ask.choices.filter { it.note == null }.drop(1).dropLast(1)
        for (choice in between) {
            val button = LayoutInflater.from(details.context).inflate(R.layout.button_outlined, details, false) as Button
            button.text = details.resources.getString(choice.text(ask.question))
            button.setOnClickListener { answer(ask, choice) }
            details.addView(button)
        }
    }

    private fun whatHappens(details: ViewGroup, screen: org.bandrescue.ffi.QuestionScreen, question: Question.WhatHappens) {
        val resources = details.resources
        list(details, null, plan(screen.task, screen.band?.model, question).map { R.drawable.ic_dot to resources.getString(it) })
        val losses = question.losses.map { R.drawable.ic_loss to resources.getString(it.text) }
        val none = listOf(R.drawable.ic_need to resources.getString(R.string.plan_no_losses))
        list(details, resources.getString(R.string.plan_losses).takeIf { losses.isNotEmpty() }, losses.ifEmpty { none })
        list(
            details,
            resources.getString(R.string.plan_needs),
            needs(question.erases).map { R.drawable.ic_need to resources.getString(it) } +
                (R.drawable.ic_clock to resources.getString(R.string.plan_minutes, question.minutes)),
        )
    }

    private fun apps(details: ViewGroup, question: Question.HeldByPhone) {
        if (question.apps.isEmpty()) return
        val names = question.apps.text(details.resources)
        list(details, null, listOf(R.drawable.ic_dot to details.resources.getString(R.string.question_held_by_phone_apps, names)))
    }

    private fun list(details: ViewGroup, title: String?, lines: List<Pair<Int, String>>) {
        val card = LayoutInflater.from(details.context).inflate(R.layout.list_card, details, false)
        card.part<TextView>(R.id.title).say(title)
        card.part<ViewGroup>(R.id.lines).fill(R.layout.row_line, lines) { view: View, (mark, text) -> view.line(mark, text) }
        details.addView(card)
    }

    private fun tap(ask: Ask, choice: Choice) = Tap(frame.text(choice.text(ask.question))) { answer(ask, choice) }

    private fun answer(ask: Ask, choice: Choice) = deeds.send(PersonEvent.Answer(ask.id, choice))
}
