package org.bandrescue

import android.app.Activity
import android.content.Intent
import android.os.Build
import android.os.Bundle
import android.view.WindowManager
import android.window.OnBackInvokedCallback
import android.window.OnBackInvokedDispatcher
import org.bandrescue.ffi.BandApp
import org.bandrescue.ffi.Choice
import org.bandrescue.ffi.Leaving
import org.bandrescue.ffi.PersonEvent
import org.bandrescue.ffi.Screen
import org.bandrescue.ffi.SettingsPage
import org.bandrescue.phone.AndroidPhone
import org.bandrescue.phone.Doors
import org.bandrescue.screen.AboutPage
import org.bandrescue.screen.Deeds
import org.bandrescue.screen.FaultPage
import org.bandrescue.screen.Frame
import org.bandrescue.screen.Overlay
import org.bandrescue.screen.Page
import org.bandrescue.screen.PracticePage
import org.bandrescue.screen.Screens
import org.bandrescue.screen.Tap
import org.bandrescue.session.SessionLoop
import org.bandrescue.session.Shown
import org.bandrescue.text.text

/**
 * The one activity: shows what the session says, passes on what the person does. Keeps nothing of its own but which
 * page of the app itself is open.
 */
internal class MainActivity : Activity(), Deeds {
    private val session: SessionLoop get() = (application as BandRescue).session
    private val doors by lazy { Doors(this) }
    private lateinit var frame: Frame
    private lateinit var screens: Screens
    private val back = BackKey(this) { goBack() }
    private var page: Page? = null
    private var deletingKey: UInt? = null
    private var discarding: UInt? = null
    private var shown: Shown? = null

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        frame = Frame(this)
        screens = Screens(frame, this)
        page = state?.getString(PAGE)?.let(Page::valueOf)
        deletingKey = state?.getInt(DELETING, NONE)?.takeIf { it != NONE }?.toUInt()
        discarding = state?.getInt(DISCARDING, NONE)?.takeIf { it != NONE }?.toUInt()
        session.watch(this, ::show)
    }

    override fun onSaveInstanceState(state: Bundle) {
        super.onSaveInstanceState(state)
        state.putString(PAGE, page?.name)
        state.putInt(DELETING, deletingKey?.toInt() ?: NONE)
        state.putInt(DISCARDING, discarding?.toInt() ?: NONE)
    }

    override fun onStart() {
        super.onStart()
        session.looking(true)
    }

    override fun onResume() {
        super.onResume()
        session.resumed()
    }

    override fun onStop() {
        // Turning the phone stops the activity too, but somebody still looks.
        if (!isChangingConfigurations) session.looking(false)
        super.onStop()
    }

    override fun onDestroy() {
        session.unwatch(this)
        super.onDestroy()
    }

    override fun onRequestPermissionsResult(code: Int, permissions: Array<String>, results: IntArray) {
        if (code == AndroidPhone.ASK_PERMISSION) session.permissionAnswered(this, results)
    }

    @Deprecated("The way of the plain framework")
    override fun onActivityResult(code: Int, result: Int, answer: Intent?) {
        if (code == AndroidPhone.ASK_BLUETOOTH) session.bluetoothAnswered()
    }

    @Deprecated("Android 8 to 12")
    override fun onBackPressed() {
        if (atHome()) {
            @Suppress("DEPRECATION")
            super.onBackPressed()
        } else {
            goBack()
        }
    }

    override fun send(deed: PersonEvent) = session.did(deed)
    override fun tapPracticeBand() = session.tapPracticeBand()
    override fun resetPracticeBand() = session.resetPracticeBand()
    override fun openSettings(page: SettingsPage) = doors.settings(page)
    override fun openSettingsOf(app: BandApp) = doors.settingsOf(app)
    override fun openListOfApps() = doors.listOfApps()

    override fun confirmDelete(key: UInt) {
        deletingKey = key
        render()
    }

    override fun confirmDiscard(rescue: UInt) {
        discarding = rescue
        render()
    }

    override fun open(page: Page) {
        this.page = page
        render()
    }

    private fun show(next: Shown) {
        shown = next
        try {
            render()
        } catch (broken: Exception) {
            // The page that shows a fault is the last resort.
            if (next is Shown.Fault) throw broken
            session.failed(broken)
        }
    }

    private fun render() {
        when (val now = shown ?: return) {
            is Shown.Core -> core(now)
            is Shown.Fault -> fault(now)
        }
        back.listen(!atHome())
    }

    private fun core(now: Shown.Core) {
        keepScreenOn(now.keepScreenOn)
        frame.practice(now.practice?.let { { leavePractice() } })
        when (page.takeIf { now.view.screen is Screen.Home }) {
            Page.ABOUT -> AboutPage(frame).show(version(), ::closePage)
            Page.PRACTICE -> PracticePage(frame).show({ kind, case -> practise { session.practise(kind, case.slug) } }, ::closePage)
            null -> screens.show(now.view, now.practice)
        }
        frame.overlay(now.view.leaving?.let(::leaving) ?: deletingKey?.let(::deleting) ?: discarding?.let(::discarding))
    }

    private fun fault(now: Shown.Fault) {
        keepScreenOn(false)
        frame.practice(null)
        frame.overlay(null)
        FaultPage(frame).show(now.report, session::beginAgain) { session.share(now.report) }
    }

    private fun leaving(leaving: Leaving) = Overlay(
        title = getString(R.string.leaving_title),
        note = getString(R.string.leaving_note),
        body = getString(leaving.left.text),
        primary = Tap(getString(R.string.leaving_go_on)) { send(PersonEvent.Answer(leaving.ask, Choice.GO_ON)) },
        secondary = Tap(getString(R.string.leaving_stop)) { send(PersonEvent.Answer(leaving.ask, Choice.STOP)) },
    )

    private fun deleting(key: UInt) = Overlay(
        title = getString(R.string.keys_delete_title),
        note = null,
        body = getString(R.string.keys_delete_note),
        primary = Tap(getString(R.string.keys_keep)) { closeQuestion() },
        secondary = Tap(getString(R.string.keys_delete)) {
            send(PersonEvent.DeleteKey(key))
            closeQuestion()
        },
    )

    private fun discarding(rescue: UInt) = Overlay(
        title = getString(R.string.home_unfinished_discard_title),
        note = null,
        body = getString(R.string.home_unfinished_discard_note),
        primary = Tap(getString(R.string.keys_keep)) { closeQuestion() },
        secondary = Tap(getString(R.string.home_unfinished_discard)) {
            send(PersonEvent.Discard(rescue))
            closeQuestion()
        },
    )

    private fun goBack() {
        when {
            shown is Shown.Fault -> session.beginAgain()
            deletingKey != null || discarding != null -> closeQuestion()
            page != null -> closePage()
            else -> send(PersonEvent.Back)
        }
    }

    /** Whether one step back leaves the app: then the system does it, with its own animation. */
    private fun atHome(): Boolean {
        val core = shown as? Shown.Core ?: return shown == null
        val plain = page == null && deletingKey == null && discarding == null
        return plain && core.practice == null && core.view.screen is Screen.Home && core.view.leaving == null
    }

    private fun practise(begin: () -> Unit) {
        page = null
        begin()
    }

    private fun leavePractice() {
        page = null
        session.leavePractice()
    }

    private fun closePage() {
        page = null
        render()
    }

    private fun closeQuestion() {
        deletingKey = null
        discarding = null
        render()
    }

    private fun keepScreenOn(yes: Boolean) {
        if (yes) window.addFlags(WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON)
        else window.clearFlags(WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON)
    }

    private fun version(): String = packageManager.getPackageInfo(packageName, 0).versionName.orEmpty()

    private companion object {
        const val PAGE = "page"
        const val DELETING = "deleting"
        const val DISCARDING = "discarding"
        const val NONE = -1
    }
}

/** The back gesture of Android 13 and later; older versions call `onBackPressed`. */
private class BackKey(private val activity: Activity, private val pressed: () -> Unit) {
    private var callback: Any? = null

    /** Listens, or leaves the gesture to the system. */
    fun listen(yes: Boolean) {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU) return
        val listening = callback as? OnBackInvokedCallback
        val dispatcher = activity.onBackInvokedDispatcher
        if (yes && listening == null) {
            val ours = OnBackInvokedCallback { pressed() }
            dispatcher.registerOnBackInvokedCallback(OnBackInvokedDispatcher.PRIORITY_DEFAULT, ours)
            callback = ours
        } else if (!yes && listening != null) {
            dispatcher.unregisterOnBackInvokedCallback(listening)
            callback = null
        }
    }
}
