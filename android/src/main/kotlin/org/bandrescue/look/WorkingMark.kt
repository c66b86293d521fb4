package org.bandrescue.look

import android.animation.ObjectAnimator
import android.animation.ValueAnimator
import android.content.Context
import android.util.AttributeSet
import android.view.animation.LinearInterpolator
import android.widget.ImageView
import org.bandrescue.R

/** A small sign that turns while something is being done. With the phone's animations off it stands still. */
internal class WorkingMark(context: Context, attributes: AttributeSet?) : ImageView(context, attributes) {
    private val turning = ObjectAnimator.ofFloat(this, ROTATION, 0f, 360f).apply {
        duration = TURN_MS
        repeatCount = ValueAnimator.INFINITE
        interpolator = LinearInterpolator()
    }
    private var working = true

    init {
        importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_NO
        setImageResource(R.drawable.ic_step_doing)
    }

    /** Turns, with the sign of something being done. */
    fun work() {
        setImageResource(R.drawable.ic_step_doing)
        working = true
        follow()
    }

    /** Stands still, with this picture. */
    fun rest(picture: Int) {
        setImageResource(picture)
        working = false
        follow()
    }

    override fun onAttachedToWindow() {
        super.onAttachedToWindow()
        follow()
    }

    override fun onDetachedFromWindow() {
        turning.cancel()
        super.onDetachedFromWindow()
    }

    private fun follow() {
        if (working && isAttachedToWindow && ValueAnimator.areAnimatorsEnabled()) {
            if (!turning.isStarted) turning.start()
        } else {
            turning.cancel()
            rotation = 0f
        }
    }

    private companion object {
        const val TURN_MS = 1100L
    }
}
