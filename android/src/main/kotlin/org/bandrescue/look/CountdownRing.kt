package org.bandrescue.look

import android.animation.ValueAnimator
import android.content.Context
import android.graphics.Canvas
import android.graphics.Paint
import android.os.SystemClock
import android.util.AttributeSet
import android.view.View
import org.bandrescue.R
import java.util.Locale
import kotlin.math.ceil
import kotlin.math.min

/**
 * Seconds left, as a number and as a ring that empties. Reads the same clock as the session; it only shows, and
 * nothing happens when it reaches zero.
 */
internal class CountdownRing(context: Context, attributes: AttributeSet?) : View(context, attributes) {
    private val stroke = resources.getDimension(R.dimen.ring_stroke)
    private val track = ring(context.getColor(R.color.hairline))
    private val rest = ring(context.getColor(R.color.accent))
    private val number = Paint(Paint.ANTI_ALIAS_FLAG).apply {
        color = context.getColor(R.color.text)
        textAlign = Paint.Align.CENTER
        typeface = android.graphics.Typeface.create("sans-serif-medium", android.graphics.Typeface.NORMAL)
    }
    private val tick = Runnable { refresh() }
    private var until = 0L
    private var total = 1L

    init {
        importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_YES
    }

    /** Counts down to [until], a moment of `SystemClock.elapsedRealtime`; the full ring is [total]. */
    fun countDown(until: Long, total: Long) {
        this.until = until
        this.total = total.coerceAtLeast(1)
        refresh()
    }

    override fun onAttachedToWindow() {
        super.onAttachedToWindow()
        refresh()
    }

    override fun onDetachedFromWindow() {
        removeCallbacks(tick)
        super.onDetachedFromWindow()
    }

    override fun onDraw(canvas: Canvas) {
        val radius = (min(width, height) - stroke) / 2f
        val x = width / 2f
        val y = height / 2f
        canvas.drawCircle(x, y, radius, track)
        val sweep = 360f * left() / total
        canvas.drawArc(x - radius, y - radius, x + radius, y + radius, -90f, sweep.coerceIn(0f, 360f), false, rest)
        number.textSize = min(resources.getDimension(R.dimen.text_seconds), radius * NUMBER_SHARE)
        canvas.drawText(String.format(Locale.getDefault(), "%d", seconds()), x, y - (number.ascent() + number.descent()) / 2f, number)
    }

    private fun refresh() {
        removeCallbacks(tick)
        contentDescription = resources.getString(R.string.prompt_seconds, seconds())
        invalidate()
        if (!isAttachedToWindow || left() <= 0) return
        val smooth = ValueAnimator.areAnimatorsEnabled()
        val untilNextSecond = (left() - 1) % SECOND + 1
        postDelayed(tick, if (smooth) min(FRAME_MS, untilNextSecond) else untilNextSecond)
    }

    private fun left(): Long = (until - SystemClock.elapsedRealtime()).coerceAtLeast(0)

    private fun seconds(): Int = ceil(left() / SECOND.toDouble()).toInt()

    private fun ring(colour: Int) = Paint(Paint.ANTI_ALIAS_FLAG).apply {
        color = colour
        style = Paint.Style.STROKE
        strokeWidth = stroke
        strokeCap = Paint.Cap.ROUND
    }

    private companion object {
        const val SECOND = 1000L
        const val FRAME_MS = 50L
        const val NUMBER_SHARE = 0.95f
    }
}
