package org.bandrescue.screen

import android.view.View
import android.view.ViewGroup
import android.widget.RadioButton
import android.widget.RadioGroup
import android.widget.TextView
import org.bandrescue.R
import org.bandrescue.ffi.PracticeKind
import org.bandrescue.ffi.practiceKinds
import org.bandrescue.look.fill
import org.bandrescue.look.part
import org.bandrescue.look.say
import org.bandrescue.text.PracticeCase
import org.bandrescue.text.called

/** What this app is, what it keeps to itself, under which licences. */
internal class AboutPage(private val frame: Frame) {
    fun show(version: String, close: () -> Unit) {
        val root = frame.content(R.layout.about, frame.text(R.string.about_title))
        frame.back(close)
        frame.buttons(null, null)
        root.part<TextView>(R.id.version).say(frame.resources.getString(R.string.about_version, version))
    }
}

/** Which pretend band to practise with, and how it behaves: only what it can do is offered. */
internal class PracticePage(private val frame: Frame) {
    fun show(start: (PracticeKind, PracticeCase) -> Unit, close: () -> Unit) {
        val root = frame.content(R.layout.practice, frame.text(R.string.practice_title))
        frame.back(close)
        val kinds = practiceKinds()
        val kindGroup = root.part<RadioGroup>(R.id.kinds)
        val caseGroup = root.part<RadioGroup>(R.id.scenarios)
        val begun = kindGroup.childCount > 0
        choices(kindGroup, kinds.mapIndexed { index, kind -> KINDS + index to kind.called(frame.resources) })
        if (!begun) kindGroup.check(KINDS + kinds.indexOfFirst { it.slug == USUAL }.coerceAtLeast(0))
        fun kind() = kinds[kindGroup.checkedRadioButtonId - KINDS]
        fun cases() = choices(caseGroup, PracticeCase.of(kind()).map { CASES + it.ordinal to frame.text(it.title) })
        kindGroup.setOnCheckedChangeListener { _, _ -> cases() }
        cases()
        val begin = { start(kind(), PracticeCase.entries[caseGroup.checkedRadioButtonId - CASES]) }
        frame.buttons(Tap(frame.text(R.string.practice_start), begin), null)
    }

    /** The same number for the same choice each time: by it Android knows what was chosen before the phone was turned. */
    private fun choices(group: RadioGroup, texts: List<Pair<Int, String>>) {
        val chosen = group.checkedRadioButtonId
        (group as ViewGroup).fill(R.layout.radio, texts) { view: View, (id, text) ->
            view as RadioButton
            view.id = id
            view.text = text
            view.isChecked = false
        }
        group.clearCheck()
        group.check(texts.map { it.first }.firstOrNull { it == chosen } ?: texts.first().first)
    }

    private companion object {
        const val KINDS = 1_000
        const val CASES = 2_000

        /** Where most people are stuck. */
        const val USUAL = "mi-band-2"
    }
}

/** The app itself failed. */
internal class FaultPage(private val frame: Frame) {
    fun show(report: String, beginAgain: () -> Unit, share: () -> Unit) {
        val root = frame.content(R.layout.fault, frame.text(R.string.fault_title))
        frame.back(null)
        root.part<TextView>(R.id.report).say(report)
        frame.buttons(Tap(frame.text(R.string.fault_begin_again), beginAgain), Tap(frame.text(R.string.share_report), share))
    }
}
