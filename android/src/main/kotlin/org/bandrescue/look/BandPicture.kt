package org.bandrescue.look

import android.animation.ValueAnimator
import android.content.Context
import android.graphics.drawable.LayerDrawable
import android.util.AttributeSet
import android.widget.ImageView
import org.bandrescue.R
import org.bandrescue.ffi.Face
import org.bandrescue.ffi.Model
import org.bandrescue.text.picture
import org.bandrescue.text.title

/** The picture of a band: what its display shows, and where to tap. In practice a touch of it is the tap. */
internal class BandPicture(context: Context, attributes: AttributeSet?) : ImageView(context, attributes) {
    private var shown: Triple<Model, Face?, Boolean>? = null

    /** Shows a band of this [model]; [face] is what a practice band displays, [tapPlace] marks where to tap. */
    fun show(model: Model, face: Face?, tapPlace: Boolean) {
        val wanted = Triple(model, face, tapPlace)
        if (wanted == shown) return
        shown = wanted
        val layers = listOfNotNull(
            model.picture,
            face?.picture,
            R.drawable.tap_place.takeIf { tapPlace },
        ).map { requireNotNull(context.getDrawable(it)) }
        setImageDrawable(LayerDrawable(layers.toTypedArray()))
        val name = context.getString(model.title)
        contentDescription = when {
            isClickable -> context.getString(R.string.practice_tap_band)
            tapPlace -> context.getString(R.string.picture_tap_place, name)
            else -> context.getString(R.string.picture_band, name)
        }
        if (face == Face.BUZZING || face == Face.PROMPT) shake()
    }

    /** Makes a touch of the picture a tap on the practice band. */
    fun onTap(tap: () -> Unit) {
        setOnClickListener { tap() }
        contentDescription = context.getString(R.string.practice_tap_band)
    }

    private fun shake() {
        if (!ValueAnimator.areAnimatorsEnabled()) return
        val way = resources.getDimension(R.dimen.half)
        ValueAnimator.ofFloat(0f, way, -way, way, -way, way, -way, 0f).apply {
            duration = SHAKE_MS
            addUpdateListener { translationX = it.animatedValue as Float }
            start()
        }
    }

    private companion object {
        const val SHAKE_MS = 500L
    }
}

private val Face.picture: Int?
    get() = when (this) {
        Face.DARK -> null
        Face.PROMPT -> R.drawable.face_prompt
        Face.BUZZING -> R.drawable.face_buzzing
        Face.PAIRING_SCREEN -> R.drawable.face_pairing
        Face.RESTARTING -> R.drawable.face_restarting
    }
