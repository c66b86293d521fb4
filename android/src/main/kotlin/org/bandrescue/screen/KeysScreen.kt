package org.bandrescue.screen

import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.TextView
import org.bandrescue.R
import org.bandrescue.ffi.KeyRow
import org.bandrescue.ffi.PersonEvent
import org.bandrescue.look.fill
import org.bandrescue.look.part
import org.bandrescue.look.say
import org.bandrescue.look.show
import org.bandrescue.text.text
import java.text.DateFormat
import java.util.Date

/** Keys that may still be needed: to copy, or to delete when asked twice. */
internal class KeysScreen(private val frame: Frame, private val deeds: Deeds) {
    fun show(keys: List<KeyRow>) {
        val root = frame.content(R.layout.keys, frame.text(R.string.keys_title))
        frame.back { deeds.send(PersonEvent.Back) }
        frame.buttons(null, null)
        root.part<View>(R.id.empty).show(keys.isEmpty())
        root.part<ViewGroup>(R.id.keys).fill(R.layout.key_row, keys, ::key)
    }

    private fun key(view: View, row: KeyRow) {
        val resources = view.resources
        val savedAt = DateFormat.getDateTimeInstance(DateFormat.MEDIUM, DateFormat.SHORT).format(Date(row.savedAtMs))
        val known = resources.getString(if (row.confirmed) R.string.keys_confirmed else R.string.keys_unconfirmed)
        view.part<TextView>(R.id.title).say(row.band.text(resources))
        view.part<TextView>(R.id.note).say("${resources.getString(R.string.keys_saved_at, savedAt)}\n$known")
        view.part<TextView>(R.id.key).say(row.key.inGroups())
        view.part<Button>(R.id.copy).setOnClickListener { deeds.send(PersonEvent.CopyKey(row.id)) }
        view.part<Button>(R.id.delete).setOnClickListener { deeds.confirmDelete(row.id) }
    }
}

/** Four digits at a time, for eyes; what is copied has no spaces. */
internal fun String.inGroups(): String = chunked(4).joinToString(" ")
