package org.bandrescue

import android.widget.Button
import android.widget.TextView
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.shadows.Bars

/** The window reaches under the system's bars; what is read and touched does not. */
@RunWith(RobolectricTestRunner::class)
@Config(qualifiers = "w411dp-h891dp-normal-long-notround-port-notnight-420dpi-keyshidden-nonav")
class EdgesTest {
    private fun check(stage: Stage, name: String) {
        Album.keep("edges/$name", stage.picture())
        val density = stage.window.resources.displayMetrics.density
        val top = 24 * density
        val first = stage.eyes.views().filterIsInstance<TextView>().filter { it.text.isNotEmpty() }.minOf { stage.eyes.place(it).top + it.paddingTop }
        assertTrue("$name: a text lies under the status bar at $first", first >= top)
        val lowest = stage.eyes.views().filterIsInstance<Button>().filter { it.id == R.id.primary || it.id == R.id.secondary || it.id == R.id.overlay_secondary }
            .maxOfOrNull { stage.eyes.place(it).bottom } ?: return
        assertTrue("$name: a button lies under the navigation bar: $lowest of ${stage.window.height}", lowest <= stage.window.height - 16 * density)
        assertTrue("$name: the window does not reach its edges", stage.window.findViewById<android.view.View>(R.id.frame).height == stage.window.height)
    }

    @Test
    fun texts_and_buttons_keep_clear_of_the_systems_bars() {
        Bars.show()
        for (name in listOf("home", "what-happens-erased", "rescue-tap", "leaving", "ended-freed")) check(Stage().show(Samples.all.getValue(name)), name)
        val (view, practice) = Samples.practised.getValue("practice-tap")
        check(Stage().show(view, practice), "practice-tap")
    }
}
