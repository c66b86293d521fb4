package org.bandrescue.screen

import android.content.ClipboardManager
import android.view.View
import android.widget.Button
import android.widget.EditText
import android.widget.ImageView
import android.widget.TextView
import org.bandrescue.R
import org.bandrescue.ffi.Choice
import org.bandrescue.ffi.KeyProblem
import org.bandrescue.ffi.KeyText
import org.bandrescue.ffi.PersonEvent
import org.bandrescue.look.part
import org.bandrescue.look.say
import org.bandrescue.look.show
import org.bandrescue.text.icon
import org.bandrescue.text.note
import org.bandrescue.text.text
import org.bandrescue.text.title

/** Is there a key? Whatever is typed or pasted goes to core as it is; core says what is wrong with it. */
internal class KeyEntryScreen(private val frame: Frame, private val deeds: Deeds) {
    /** [practiceKey] is the key that the person has in practice, where there is one. */
    fun show(screen: org.bandrescue.ffi.QuestionScreen, problem: KeyProblem?, practiceKey: String?) {
        val ask = screen.ask
        val title = ask.question.title(frame.resources)
        val root = frame.content(R.layout.key_entry, title)
        frame.back { deeds.send(PersonEvent.Back) }
        root.part<ImageView>(R.id.icon).setImageResource(ask.question.icon)
        root.part<TextView>(R.id.title).say(title)
        root.part<TextView>(R.id.band).say(screen.band?.text(frame.resources))
        root.part<TextView>(R.id.note).say(ask.question.note)
        val entry = root.part<EditText>(R.id.entry)
        root.part<Button>(R.id.paste).setOnClickListener { fromClipboard(root)?.let(entry::put) }
        val wrong = root.part<TextView>(R.id.problem)
        val before = wrong.text.toString()
        wrong.say(problem?.text(frame.resources))
        if (problem != null && wrong.text.toString() != before) frame.bring(root.part(R.id.entry_card))
        practice(root, entry, practiceKey)
        frame.buttons(
            Tap(frame.text(R.string.key_entry_use)) { deeds.send(PersonEvent.EnterKey(KeyText(entry.text.toString()))) },
            Tap(frame.text(R.string.choice_no_key)) { deeds.send(PersonEvent.Answer(ask.id, Choice.NO_KEY)) },
        )
    }

    private fun practice(root: View, entry: EditText, key: String?) {
        root.part<View>(R.id.practice_key_card).show(key != null)
        root.part<TextView>(R.id.practice_key).say(key?.inGroups())
        root.part<Button>(R.id.practice_key_fill).setOnClickListener { key?.let(entry::put) }
    }

    private fun fromClipboard(root: View): CharSequence? =
        root.context.getSystemService(ClipboardManager::class.java).primaryClip?.takeIf { it.itemCount > 0 }?.getItemAt(0)?.coerceToText(root.context)
}

/** Replaces what is there: a second paste never makes one long wrong key. */
private fun EditText.put(text: CharSequence) {
    setText(text)
    setSelection(length())
}
