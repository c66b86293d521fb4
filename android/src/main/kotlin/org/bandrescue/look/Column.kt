package org.bandrescue.look

import android.content.Context
import android.util.AttributeSet
import android.widget.LinearLayout
import org.bandrescue.R

/** A column that never grows wider than a comfortable line of text, however wide the window. */
internal class Column(context: Context, attributes: AttributeSet?) : LinearLayout(context, attributes) {
    private val widest = resources.getDimensionPixelSize(R.dimen.content_max)

    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        val width = MeasureSpec.getSize(widthMeasureSpec)
        val capped = if (width > widest) MeasureSpec.makeMeasureSpec(widest, MeasureSpec.EXACTLY) else widthMeasureSpec
        super.onMeasure(capped, heightMeasureSpec)
    }
}
