package org.bandrescue

import android.app.Activity
import android.app.Instrumentation
import android.graphics.Bitmap
import android.graphics.Canvas
import android.os.SystemClock
import org.bandrescue.ffi.BandApp
import org.bandrescue.ffi.PersonEvent
import org.bandrescue.ffi.SettingsPage
import org.bandrescue.screen.AboutPage
import org.bandrescue.screen.Deeds
import org.bandrescue.screen.FaultPage
import org.bandrescue.screen.Frame
import org.bandrescue.screen.Overlay
import org.bandrescue.screen.Page
import org.bandrescue.screen.PracticePage
import org.bandrescue.screen.Screens
import org.bandrescue.screen.Tap
import org.bandrescue.session.Practice
import org.bandrescue.text.text
import org.robolectric.Robolectric
import java.io.File

/** An empty activity in the app's own theme that shows single screens, and remembers what was tapped on them. */
internal class Stage : Deeds {
    val sent = mutableListOf<PersonEvent>()
    val others = mutableListOf<Any>()
    private val activity: Activity
    private val frame: Frame
    private val screens: Screens

    init {
        fingers()
        val controller = Robolectric.buildActivity(Bare::class.java)
        activity = controller.setup().get()
        frame = Frame(activity)
        screens = Screens(frame, this)
    }

    val eyes = Eyes(activity)
    val window get() = activity.window.decorView

    /** Shows a sample; its moments are counted from now. */
    fun show(view: org.bandrescue.ffi.CoreView, practice: Practice? = null): Stage {
        frame.practice(practice?.let { { others += "leave practice" } })
        screens.show(view.fromNow(), practice)
        frame.overlay(view.leaving?.let { Overlay("Stop here?", activity.getString(R.string.leaving_note), activity.getString(it.left.text), tap(R.string.leaving_go_on), tap(R.string.leaving_stop)) })
        return settled()
    }

    fun about() = settled { AboutPage(frame).show("0.1.0") {} }

    fun practicePage() = settled { PracticePage(frame).show({ kind, case -> others += kind.slug to case }, {}) }

    fun fault(report: String) = settled { FaultPage(frame).show(report, { others += "begin again" }, { others += "share" }) }

    /** The window as a picture. */
    fun picture(): Bitmap = Bitmap.createBitmap(window.width, window.height, Bitmap.Config.ARGB_8888).also { window.draw(Canvas(it)) }

    private fun settled(show: () -> Unit = {}): Stage {
        show()
        Passing.settle()
        Passing.pass(400)
        return this
    }

    private fun tap(text: Int) = Tap(activity.getString(text)) { others += text }

    override fun send(deed: PersonEvent) {
        sent += deed
    }

    override fun tapPracticeBand() {
        others += "tap"
    }

    override fun resetPracticeBand() {
        others += "reset"
    }

    override fun confirmDelete(key: UInt) {
        others += key
    }

    override fun confirmDiscard(rescue: UInt) {
        others += rescue
    }

    override fun open(page: Page) {
        others += page
    }

    override fun openSettings(page: SettingsPage) {
        others += page
    }

    override fun openSettingsOf(app: BandApp) {
        others += app
    }

    override fun openListOfApps() {
        others += "list of apps"
    }

    /** The app's theme without its session. */
    class Bare : Activity() {
        override fun onCreate(state: android.os.Bundle?) {
            setTheme(R.style.Theme_BandRescue)
            super.onCreate(state)
        }
    }
}

/** As with a finger, not with keys: no view is drawn focused, and pictures are the same in every run. */
private fun fingers() {
    val registry = Class.forName("androidx.test.platform.app.InstrumentationRegistry")
    (registry.getMethod("getInstrumentation").invoke(null) as Instrumentation).setInTouchMode(true)
}

/** A sample's prompt ends a fixed time after it is shown. */
private fun org.bandrescue.ffi.CoreView.fromNow(): org.bandrescue.ffi.CoreView {
    val screen = screen as? org.bandrescue.ffi.Screen.Rescue ?: return this
    val now = SystemClock.elapsedRealtime() + 400
    val prompt = when (val prompt = screen.rescue.prompt) {
        null -> return this
        is org.bandrescue.ffi.Prompt.Tap -> prompt.copy(untilMs = now + prompt.untilMs)
        is org.bandrescue.ffi.Prompt.PressButton -> prompt.copy(untilMs = now + prompt.untilMs)
        is org.bandrescue.ffi.Prompt.HoldNear -> prompt.copy(untilMs = now + prompt.untilMs)
    }
    return copy(screen = org.bandrescue.ffi.Screen.Rescue(screen.rescue.copy(prompt = prompt)))
}

/** Pictures of screens, in a folder a level, for people to look at. */
internal object Album {
    private val folder = File("target/screenshots/api${android.os.Build.VERSION.SDK_INT}")

    fun keep(name: String, picture: Bitmap) {
        val file = File(folder, "$name.png")
        file.parentFile?.mkdirs()
        file.outputStream().use { picture.compress(Bitmap.CompressFormat.PNG, 100, it) }
    }
}
