package org.bandrescue.screen

import android.view.View
import android.view.ViewGroup
import android.widget.RadioButton
import android.widget.RadioGroup
import android.widget.TextView
import org.bandrescue.R
import org.bandrescue.ffi.Model
import org.bandrescue.ffi.practiceModels
import org.bandrescue.look.fill
import org.bandrescue.look.part
import org.bandrescue.look.say
import org.bandrescue.text.PracticeCase
import org.bandrescue.text.title

/** What this app is, what it keeps to itself, under which licences. */
internal class AboutPage(private val frame: Frame) {
    fun show(version: String, close: () -> Unit) {
        val root = frame.content(R.layout.about, frame.text(R.string.about_title))
        frame.back(close)
        frame.buttons(null, null)
        root.part<TextView>(R.id.version).say(frame.resources.getString(R.string.about_version, version))
    }
}

/** Which pretend band to practise with. */
internal class PracticePage(private val frame: Frame) {
    fun show(start: (Model, PracticeCase) -> Unit, close: () -> Unit) {
        val root = frame.content(R.layout.practice, frame.text(R.string.practice_title))
        frame.back(close)
        val models = practiceModels()
        choices(root.part(R.id.models), MODELS, models.map { frame.text(it.title) })
        choices(root.part(R.id.scenarios), CASES, PracticeCase.entries.map { frame.text(it.title) })
        val begin = {
            start(models[chosen(root, R.id.models)], PracticeCase.entries[chosen(root, R.id.scenarios)])
        }
        frame.buttons(Tap(frame.text(R.string.practice_start), begin), null)
    }

    /** The same numbers each time: by them Android knows what was chosen before the phone was turned. */
    private fun choices(group: RadioGroup, firstId: Int, texts: List<String>) {
        if (group.childCount == texts.size) return
        (group as ViewGroup).fill(R.layout.radio, texts) { view: View, text ->
            view as RadioButton
            view.id = firstId + texts.indexOf(text)
            view.text = text
        }
        group.check(group.getChildAt(0).id)
    }

    private fun chosen(root: View, group: Int): Int {
        val radios = root.part<RadioGroup>(group)
        return radios.indexOfChild(radios.findViewById(radios.checkedRadioButtonId)).coerceAtLeast(0)
    }

    private companion object {
        const val MODELS = 1_000
        const val CASES = 2_000
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
