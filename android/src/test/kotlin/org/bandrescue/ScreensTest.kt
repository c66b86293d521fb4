package org.bandrescue

import android.graphics.Rect
import android.view.View
import android.widget.ScrollView
import android.widget.TextView
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

private const val PHONE = "w411dp-h891dp-normal-long-notround-any-420dpi-keyshidden-nonav"
private const val NIGHT = "w411dp-h891dp-normal-long-notround-port-night-420dpi-keyshidden-nonav"
private const val SMALL = "w320dp-h568dp-small-notlong-notround-any-xhdpi-keyshidden-nonav"

/** Every screen, as a picture to look at, and measured for what a person could not read or reach. */
@RunWith(RobolectricTestRunner::class)
@Config(qualifiers = PHONE)
class ScreensTest {
    @Test
    fun every_screen_can_be_read_and_reached_by_day() = everyScreen("light")

    @Test
    @Config(sdk = [35], qualifiers = NIGHT)
    fun every_screen_can_be_read_and_reached_by_night() = everyScreen("dark")

    @Test
    @Config(qualifiers = SMALL)
    fun every_screen_can_be_read_and_reached_on_a_small_phone_with_letters_of_double_size() {
        RuntimeEnvironment.setFontScale(2f)
        everyScreen("small-200-percent")
    }

    @Test
    @Config(sdk = [35], qualifiers = "ar-ldrtl-$PHONE")
    fun every_screen_can_be_read_and_reached_from_right_to_left() = everyScreen("right-to-left")

    @Test
    @Config(sdk = [35], qualifiers = "w411dp-h1900dp-normal-long-notround-any-hdpi-keyshidden-nonav")
    fun long_screens_in_one_piece() = everyScreen("whole")

    @Test
    @Config(sdk = [35], qualifiers = "w891dp-h411dp-normal-long-notround-land-notnight-420dpi-keyshidden-nonav")
    fun every_screen_can_be_read_and_reached_lying_on_its_side() = everyScreen("landscape")

    @Test
    @Config(sdk = [35], qualifiers = "w800dp-h1280dp-xlarge-notlong-notround-port-notnight-mdpi-keyshidden-nonav")
    fun lines_stay_short_on_a_tablet() {
        val stage = Stage().show(Samples.all.getValue("ended-freed"))
        Album.keep("tablet/ended-freed", stage.picture())
        val widest = stage.eyes.views().filterIsInstance<TextView>().maxOf { it.width }
        assertTrue("a text is $widest dp wide", widest <= 560)
    }

    private fun everyScreen(folder: String) {
        for ((name, view) in Samples.all) check("$folder/$name", Stage().show(view))
        for ((name, sample) in Samples.practised) check("$folder/$name", Stage().show(sample.first, sample.second))
        check("$folder/about", Stage().about())
        check("$folder/practice", Stage().practicePage())
        check("$folder/fault", Stage().fault("Band Rescue 0.1.0 on Pixel 6, Android 15\n00:00.000 task: Unpair\norg.bandrescue.ffi.InternalException"))
    }

    private fun check(name: String, stage: Stage) {
        val picture = stage.picture()
        Album.keep(name, picture)
        val window = Rect(0, 0, picture.width, picture.height)
        val density = stage.window.resources.displayMetrics.density
        for (view in stage.eyes.views()) {
            val place = stage.eyes.place(view)
            if (view is TextView && view.text.isNotEmpty()) readable(name, view)
            if (view.isClickable && view.hasOnClickListeners()) {
                assertTrue("$name: ${described(view)} is ${place.height() / density} dp high", place.height() >= 48 * density - 1)
                assertTrue("$name: ${described(view)} is ${place.width() / density} dp wide", place.width() >= 48 * density - 1)
            }
            if (view.width > 0) assertTrue("$name: ${described(view)} leaves the window: $place", place.left >= 0 && place.right <= window.right)
        }
        val primary = stage.eyes.views().filter { it.id == R.id.primary || it.id == R.id.overlay_primary }
        for (button in primary.filter { !covered(stage, it) }) {
            assertTrue("$name: the button is not within reach", window.contains(stage.eyes.place(button)) || scrolls(button))
        }
    }

    private fun readable(name: String, view: TextView) {
        val layout = view.layout ?: return
        val room = view.height - view.compoundPaddingTop - view.compoundPaddingBottom
        assertTrue("$name: “${view.text}” is cut off", layout.height <= room + 1)
        assertEquals("$name: “${view.text}” is shortened", 0, (0 until layout.lineCount).sumOf(layout::getEllipsisCount))
    }

    /** Under a question that lies over everything. */
    private fun covered(stage: Stage, view: View) =
        view.id == R.id.primary && stage.eyes.views().any { it.id == R.id.overlay }

    private fun scrolls(view: View) = generateSequence(view) { it.parent as? View }.any { it is ScrollView }

    private fun described(view: View) = (view as? TextView)?.text ?: view.contentDescription ?: view.javaClass.simpleName
}
