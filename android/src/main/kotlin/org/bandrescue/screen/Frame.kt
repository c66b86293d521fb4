package org.bandrescue.screen

import android.app.Activity
import android.content.res.Resources
import android.graphics.Rect
import android.os.Build
import android.view.LayoutInflater
import android.view.View
import android.view.ViewGroup
import android.view.WindowInsets
import android.widget.Button
import android.widget.ImageButton
import android.widget.ScrollView
import android.widget.TextView
import org.bandrescue.R
import org.bandrescue.look.part
import org.bandrescue.look.say
import org.bandrescue.look.show

/** A button: what it says, what it does. */
internal class Tap(val text: CharSequence, val run: () -> Unit)

/** A question laid over the screen. */
internal class Overlay(val title: CharSequence, val note: CharSequence?, val body: CharSequence?, val primary: Tap, val secondary: Tap)

/** What every screen stands in. Knows the window's edges and the buttons within reach, nothing of what they mean. */
internal class Frame(private val activity: Activity) {
    val resources: Resources = activity.resources
    private val root: View
    private val page: ViewGroup
    private val column: View
    private val content: ViewGroup
    private val bar: View
    private val overlay: ViewGroup
    private var layout = 0
    private var edges = Edges(0, 0, 0, 0)

    init {
        activity.setContentView(R.layout.frame)
        root = activity.findViewById(R.id.frame)
        page = root.part(R.id.page)
        column = root.part(R.id.column)
        content = root.part(R.id.content)
        bar = root.part(R.id.bar)
        overlay = root.part(R.id.overlay)
        toTheEdges()
    }

    /** The content of a screen; the views of the same screen are kept, another one starts at its top. */
    fun content(wanted: Int, title: CharSequence): View {
        if (wanted != layout) {
            content.removeAllViews()
            LayoutInflater.from(activity).inflate(wanted, content, true)
            layout = wanted
            root.part<ScrollView>(R.id.scroll).scrollTo(0, 0)
        }
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) content.accessibilityPaneTitle = title
        return content.getChildAt(0)
    }

    /** Brings a part into sight that needs the person now, once it has its place. */
    fun bring(part: View) {
        part.post {
            val place = Rect(0, 0, part.width, part.height)
            content.offsetDescendantRectToMyCoords(part, place)
            place.offset(0, content.top)
            val scroll = root.part<ScrollView>(R.id.scroll)
            val room = scroll.height - scroll.paddingTop - scroll.paddingBottom
            val margin = resources.getDimensionPixelSize(R.dimen.one)
            // From the top where it fits there: then the heading is in sight too.
            scroll.scrollTo(0, if (place.bottom <= room) 0 else (place.top - margin).coerceAtLeast(0))
        }
    }

    /** The way back, where the screen has one. */
    fun back(run: (() -> Unit)?) {
        val button = root.part<ImageButton>(R.id.back)
        button.show(run != null)
        button.setOnClickListener { run?.invoke() }
    }

    /** The buttons within reach. */
    fun buttons(primary: Tap?, secondary: Tap?) {
        set(root.part(R.id.primary), primary)
        set(root.part(R.id.secondary), secondary)
        val any = primary != null || secondary != null
        bar.show(any)
        root.part<View>(R.id.bar_line).show(any)
        pad()
    }

    /** The strip that marks practice; [leave] ends it. */
    fun practice(leave: (() -> Unit)?) {
        root.part<View>(R.id.practice_strip).show(leave != null)
        root.part<Button>(R.id.practice_leave).setOnClickListener { leave?.invoke() }
        pad()
    }

    /** A question over everything; what is under it can be neither touched nor read aloud meanwhile. */
    fun overlay(question: Overlay?) {
        overlay.show(question != null)
        page.importantForAccessibility =
            if (question == null) View.IMPORTANT_FOR_ACCESSIBILITY_AUTO else View.IMPORTANT_FOR_ACCESSIBILITY_NO_HIDE_DESCENDANTS
        if (question == null) return
        overlay.part<TextView>(R.id.overlay_title).say(question.title)
        overlay.part<TextView>(R.id.overlay_note).say(question.note)
        overlay.part<TextView>(R.id.overlay_body).say(question.body)
        set(overlay.part(R.id.overlay_primary), question.primary)
        set(overlay.part(R.id.overlay_secondary), question.secondary)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) {
            overlay.part<View>(R.id.overlay_card).accessibilityPaneTitle = question.title
        }
    }

    private fun set(button: Button, tap: Tap?) {
        button.show(tap != null)
        if (tap == null) return
        button.say(tap.text)
        button.setOnClickListener { tap.run() }
    }

    private fun toTheEdges() {
        val window = activity.window
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
            window.setDecorFitsSystemWindows(false)
        } else {
            @Suppress("DEPRECATION")
            window.decorView.systemUiVisibility = window.decorView.systemUiVisibility or
                View.SYSTEM_UI_FLAG_LAYOUT_STABLE or View.SYSTEM_UI_FLAG_LAYOUT_FULLSCREEN or View.SYSTEM_UI_FLAG_LAYOUT_HIDE_NAVIGATION
        }
        root.setOnApplyWindowInsetsListener { _, insets ->
            edges = insets.edges()
            pad()
            insets
        }
    }

    /** Keeps texts and buttons clear of the system's bars, the keyboard and the camera. */
    private fun pad() {
        val strip = root.part<View>(R.id.practice_strip)
        val marked = strip.visibility == View.VISIBLE
        page.setPadding(edges.left, 0, edges.right, 0)
        strip.setPaddingRelative(strip.paddingStart, edges.top, strip.paddingEnd, 0)
        val scroll = root.part<View>(R.id.scroll)
        scroll.setPadding(0, if (marked) 0 else edges.top, 0, 0)
        val barred = bar.visibility == View.VISIBLE
        val foot = resources.getDimensionPixelSize(R.dimen.one_half)
        bar.setPaddingRelative(bar.paddingStart, bar.paddingTop, bar.paddingEnd, foot + edges.bottom)
        val end = resources.getDimensionPixelSize(R.dimen.three)
        column.setPaddingRelative(column.paddingStart, column.paddingTop, column.paddingEnd, end + if (barred) 0 else edges.bottom)
        overlay.setPadding(edges.left, edges.top, edges.right, edges.bottom)
    }
}

internal fun Frame.text(id: Int): String = resources.getString(id)

private class Edges(val left: Int, val top: Int, val right: Int, val bottom: Int)

private fun WindowInsets.edges(): Edges {
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
        val all = getInsets(WindowInsets.Type.systemBars() or WindowInsets.Type.displayCutout() or WindowInsets.Type.ime())
        return Edges(all.left, all.top, all.right, all.bottom)
    }
    @Suppress("DEPRECATION")
    return Edges(systemWindowInsetLeft, systemWindowInsetTop, systemWindowInsetRight, systemWindowInsetBottom)
}
