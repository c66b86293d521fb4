package org.bandrescue.look

import android.view.LayoutInflater
import android.view.View
import android.view.ViewGroup
import android.widget.ImageView
import android.widget.TextView
import org.bandrescue.R

/** Shows these items with one view each, keeping the views that are there: TalkBack and scrolling stay where they are. */
internal fun <T> ViewGroup.fill(layout: Int, items: List<T>, bind: (View, T) -> Unit) {
    while (childCount > items.size) removeViewAt(childCount - 1)
    while (childCount < items.size) LayoutInflater.from(context).inflate(layout, this, true)
    items.forEachIndexed { index, item -> bind(getChildAt(index), item) }
}

/** Sets a text, or takes the view away when there is none. The same text again is no change, and not announced. */
internal fun TextView.say(text: CharSequence?) {
    if (text?.toString() != this.text?.toString()) this.text = text
    show(!text.isNullOrEmpty())
}

internal fun TextView.say(text: Int?) = say(text?.let(resources::getString))

internal fun View.show(yes: Boolean) {
    val wanted = if (yes) View.VISIBLE else View.GONE
    if (visibility != wanted) visibility = wanted
}

internal fun <T : View> View.part(id: Int): T = requireNotNull(findViewById(id))

/** A row with icon, title and note that can be tapped. */
internal fun View.row(icon: Int, title: CharSequence, note: CharSequence?, tap: () -> Unit) {
    part<ImageView>(R.id.icon).setImageResource(icon)
    part<TextView>(R.id.title).say(title)
    part<TextView>(R.id.note).say(note)
    setOnClickListener { tap() }
}

/** A line with a mark. */
internal fun View.line(mark: Int, text: CharSequence) {
    part<ImageView>(R.id.icon).setImageResource(mark)
    part<TextView>(R.id.title).say(text)
}
