package org.bandrescue.look

import android.animation.ValueAnimator
import android.content.Context
import android.graphics.drawable.LayerDrawable
import android.util.AttributeSet
import android.widget.ImageView
import org.bandrescue.R
import org.bandrescue.ffi.Face
import org.bandrescue.ffi.Gesture
import org.bandrescue.ffi.Model
import org.bandrescue.text.called
import org.bandrescue.text.facts
import org.bandrescue.text.picture
import org.bandrescue.text.pictured
import org.bandrescue.text.place

/** The picture of a band: what its display shows, and where to touch it. In practice a touch of it is one of the band. */
internal class BandPicture(context: Context, attributes: AttributeSet?) : ImageView(context, attributes) {
    private var shown: Triple<Model, Face?, Gesture?>? = null
    private var whenTouched: Int? = null

    /** Shows a band of this [model]; [face] is what a practice band displays, [gesture] marks where to touch it. */
    fun show(model: Model, face: Face?, gesture: Gesture?) {
        val wanted = Triple(model, face, gesture)
        if (wanted == shown) return
        shown = wanted
        val layers = listOfNotNull(
            model.picture,
            face?.picture(model),
            gesture?.place,
        ).map { requireNotNull(context.getDrawable(it)) }
        setImageDrawable(LayerDrawable(layers.toTypedArray()))
        contentDescription = whenTouched?.let(context::getString) ?: context.getString(gesture?.pictured ?: R.string.picture_band, model.called)
        if (face == Face.BUZZING || face == Face.PROMPT) shake()
    }

    /** Makes a touch of the picture one of the practice band; [spoken] says what it does. */
    fun onTouch(spoken: Int, touch: () -> Unit) {
        setOnClickListener { touch() }
        whenTouched = spoken
        contentDescription = context.getString(spoken)
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

private fun Face.picture(model: Model): Int? {
    val lights = model.facts.gesture == Gesture.TAP_SEVERAL_TIMES
    return when (this) {
        Face.DARK -> null
        Face.PROMPT -> if (lights) R.drawable.face_lights else R.drawable.face_prompt
        Face.BUZZING -> if (lights) R.drawable.face_lights_buzzing else R.drawable.face_buzzing
        Face.PAIRING_SCREEN -> R.drawable.face_pairing
        Face.RESTARTING -> if (lights) R.drawable.face_lights else R.drawable.face_restarting
    }
}
