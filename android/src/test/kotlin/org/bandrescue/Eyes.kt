package org.bandrescue

import android.app.Activity
import android.graphics.Rect
import android.view.View
import android.view.ViewGroup
import android.widget.TextView

/** What a person sees on the screen, and a finger. */
internal class Eyes(private val root: View) {
    constructor(activity: Activity) : this(activity.window.decorView)

    /** Every view that is shown, from the outside in. */
    fun views(under: View = root): List<View> {
        if (under.visibility != View.VISIBLE) return emptyList()
        val inside = if (under is ViewGroup) (0 until under.childCount).flatMap { views(under.getChildAt(it)) } else emptyList()
        return listOf(under) + inside
    }

    /** Every text that is shown, in order. */
    fun texts(): List<String> = views().filterIsInstance<TextView>().map { it.text.toString() }.filter { it.isNotEmpty() }

    fun sees(text: String): Boolean = texts().any { it == text }

    /** Touches what bears this text. */
    fun tap(text: String) {
        val bearer = views().filterIsInstance<TextView>().lastOrNull { it.text.toString() == text }
            ?: throw AssertionError("“$text” is not on the screen, but: ${texts()}")
        touch(bearer)
    }

    /** Touches a view, or what is around it that takes touches. */
    fun touch(view: View) {
        val target = generateSequence(view) { it.parent as? View }.firstOrNull { it.isClickable && it.hasOnClickListeners() }
            ?: throw AssertionError("nothing there takes a touch")
        check(target.isEnabled && target.performClick()) { "the touch did nothing" }
        Passing.settle()
    }

    /** The first view of a kind. */
    inline fun <reified T : View> the(): T = views().filterIsInstance<T>().first()

    /** Where a view is in the window. */
    fun place(view: View): Rect {
        val at = IntArray(2).also(view::getLocationInWindow)
        return Rect(at[0], at[1], at[0] + view.width, at[1] + view.height)
    }
}
