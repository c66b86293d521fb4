package org.bandrescue

import android.graphics.Bitmap
import android.graphics.Canvas
import android.graphics.Color
import android.graphics.drawable.AdaptiveIconDrawable
import android.graphics.drawable.Drawable
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import kotlin.math.hypot

/** The launcher's icon, as launchers cut it. */
@RunWith(RobolectricTestRunner::class)
class IconTest {
    private val icon = RuntimeEnvironment.getApplication().getDrawable(R.mipmap.ic_launcher) as AdaptiveIconDrawable

    private fun drawn(part: Drawable): Bitmap = Bitmap.createBitmap(SIZE, SIZE, Bitmap.Config.ARGB_8888).also {
        part.setBounds(0, 0, SIZE, SIZE)
        part.draw(Canvas(it))
    }

    @Test
    @Config(sdk = [35])
    fun every_launcher_can_cut_and_tint_it() {
        Album.keep("icon/round", Bitmap.createBitmap(SIZE, SIZE, Bitmap.Config.ARGB_8888).also {
            val canvas = Canvas(it)
            val middle = SIZE / 2f
            canvas.clipPath(android.graphics.Path().apply { addCircle(middle, middle, middle * 72 / 108, android.graphics.Path.Direction.CW) })
            canvas.drawBitmap(drawn(icon.background), 0f, 0f, null)
            canvas.drawBitmap(drawn(icon.foreground), 0f, 0f, null)
        })
        assertNotNull("themed icons lack a layer", icon.monochrome)
        Album.keep("icon/monochrome", drawn(icon.monochrome!!).also { mono ->
            for (y in 0 until SIZE) for (x in 0 until SIZE) {
                val pixel = mono.getPixel(x, y)
                if (Color.alpha(pixel) != 0) assertEquals("a colour in the one-colour layer", 0xFFFFFF, pixel and 0xFFFFFF)
            }
        })
    }

    @Test
    fun nothing_of_it_is_cut_away() {
        assertEquals("the background has a hole", 255, Color.alpha(drawn(icon.background).getPixel(0, 0)))
        val front = drawn(icon.foreground)
        var farthest = 0.0
        for (y in 0 until SIZE) for (x in 0 until SIZE) {
            if (Color.alpha(front.getPixel(x, y)) > 128) farthest = maxOf(farthest, hypot(x - SIZE / 2.0, y - SIZE / 2.0))
        }
        assertTrue("it reaches ${farthest * 108 / SIZE} dp from the middle, 33 are safe", farthest * 108 / SIZE <= 33.5)
    }

    private companion object {
        const val SIZE = 324
    }
}
