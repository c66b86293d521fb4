package org.bandrescue.session

import android.app.Activity
import android.content.Context
import android.os.Build
import android.os.Handler
import android.os.HandlerThread
import android.os.Looper
import android.provider.Settings
import org.bandrescue.ffi.Choice
import org.bandrescue.ffi.Event
import org.bandrescue.ffi.Opened
import org.bandrescue.ffi.Person
import org.bandrescue.ffi.PersonEvent
import org.bandrescue.ffi.PracticeBand
import org.bandrescue.ffi.PracticeKind
import org.bandrescue.ffi.Screen
import org.bandrescue.ffi.Session
import org.bandrescue.ffi.StoreFile
import org.bandrescue.phone.AndroidPhone
import org.bandrescue.phone.Doors
import org.bandrescue.radio.AndroidRadio
import java.security.SecureRandom

/**
 * The one thread that talks to the core. Outlives every activity, so that turning the phone loses nothing; when the
 * process dies, the journal takes over. Nothing that fails here ends the app: it becomes a fault that is shown.
 */
internal class SessionLoop(private val context: Context) {
    private val main = Handler(Looper.getMainLooper())
    private val looper = HandlerThread("session").apply { start() }.looper
    private val thread = GuardedQueue(looper, ::broken)
    private val effects = PersonEffects(context)
    private val doors = Doors(context)
    private val tick = Runnable { inFront?.let { run -> runNow { run.wake() } } }

    // On the session's thread.
    private var real: Run? = null
    private var practice: Run? = null
    private var practiceWorld: PracticeWorld? = null
    private var faulty = false
    private val inFront: Run? get() = practice ?: real

    // On the main thread, but for the radio, which may be called from any.
    @Volatile private var radio: AndroidRadio? = null
    private var phone: AndroidPhone? = null
    private var activity: Activity? = null
    private var shown: Shown? = null
    private var watcher: ((Shown) -> Unit)? = null

    init {
        thread.post { openReal() }
    }

    /** Shows everything from now on to [watcher], what there is at once. On the main thread. */
    fun watch(activity: Activity, watcher: (Shown) -> Unit) {
        this.activity = activity
        this.watcher = watcher
        phone?.attach(activity)
        shown?.let(watcher)
    }

    /** The activity is gone. */
    fun unwatch(activity: Activity) {
        if (this.activity !== activity) return
        this.activity = null
        watcher = null
        phone?.detach(activity)
    }

    /** The app came to the front, or came back to it. */
    fun resumed() {
        phone?.answerDialog()
        tell(Event.Resumed)
    }

    /** Somebody looks at the screen, or nobody does: a list of bands is then not kept alive. */
    fun looking(yes: Boolean) {
        val choosing = (shown as? Shown.Core)?.view?.screen is Screen.Choose
        if (yes || choosing) radio?.looking(yes)
    }

    /** The permission dialog was answered. */
    fun permissionAnswered(activity: Activity, results: IntArray) {
        phone?.permissionAnswered(activity, results)
    }

    /** The dialog that switches Bluetooth on was answered. */
    fun bluetoothAnswered() {
        phone?.answerDialog()
    }

    /** The person did something. */
    fun did(deed: PersonEvent) {
        thread.post {
            if (deed is PersonEvent.Answer && deed.choice == Choice.CHECK_AGAIN) practiceWorld?.letGo(now())
            inFront?.let { run -> runNow { run.take(Event.Person(deed)) } }
        }
    }

    /** Begins to practise with a band of this kind in this scenario. */
    fun practise(kind: PracticeKind, scenario: String) {
        thread.post {
            endPractice()
            // Another pretend band each time: what was saved for the last one would only be in the way.
            Storage(context, Stored.PRACTICE).clear()
            val band = PracticeBand(kind.slug, scenario, SecureRandom().nextLong())
            val world = PracticeWorld(band, kind.model)
            practiceWorld = world
            val run = Run(Session(), world, Storage(context, Stored.PRACTICE), ::person)
            practice = run
            runNow { open(run, Stored.PRACTICE) }
        }
    }

    /** The person touches the picture of the practice band. */
    fun tapPracticeBand() = touch { it.tap(now()) }

    /** The person resets the practice band in its menu. */
    fun resetPracticeBand() = touch { it.resetInMenu(now()) }

    private fun touch(touched: (PracticeWorld) -> Unit) {
        thread.post {
            touched(practiceWorld ?: return@post)
            practice?.let { run -> runNow { run.wake() } }
        }
    }

    /** Back to the real band. */
    fun leavePractice() {
        thread.post {
            endPractice()
            show()
        }
    }

    /** After a fault: a new session from what is stored. */
    fun beginAgain() {
        thread.post {
            faulty = false
            endPractice()
            quietly { real?.quit() }
            openReal()
        }
    }

    /** Shares a text: the report on the fault screen. */
    fun share(text: String) = doors.share(text)

    /** Showing it failed. */
    fun failed(error: Throwable) {
        thread.post { broken(error) }
    }

    /** Makes the core panic, so that the fault screen can be seen. */
    internal fun provokePanic() {
        thread.post { inFront?.provokePanic() }
    }

    private fun openReal() {
        lateinit var run: Run
        // What an earlier session asked for must not be taken for an answer to this one.
        val happened = Happened { event -> thread.post { if (real === run) runNow { run.take(event) } } }
        val fault = { error: Throwable -> thread.post { broken(error) }; Unit }
        val radio = AndroidRadio(context, happened, fault)
        val phone = AndroidPhone(context, happened, radio::adapterOff, fault)
        this.radio = radio
        main.post {
            this.phone = phone
            activity?.let(phone::attach)
        }
        run = Run(Session(), RealWorld(radio, phone), Storage(context, Stored.REAL), ::person)
        real = run
        runNow { open(run, Stored.REAL) }
    }

    private fun open(run: Run, world: Stored) {
        val storage = Storage(context, world)
        val opened = Opened(
            journal = storage.read(StoreFile.JOURNAL),
            keys = storage.read(StoreFile.KEYS),
            entropy = ByteArray(ENTROPY).also(SecureRandom()::nextBytes),
            bootId = Settings.Global.getInt(context.contentResolver, Settings.Global.BOOT_COUNT, 0).toString(),
            phone = "${Build.MANUFACTURER} ${Build.MODEL}, Android ${Build.VERSION.RELEASE} (patch ${Build.VERSION.SECURITY_PATCH})",
            appVersion = context.packageManager.getPackageInfo(context.packageName, 0).versionName.orEmpty(),
        )
        run.take(Event.Opened(opened))
    }

    private fun tell(event: Event) {
        thread.post { inFront?.let { run -> runNow { run.take(event) } } }
    }

    /** Does something with a run, then sets the one timer and shows what came of it. */
    private fun runNow(work: () -> Unit) {
        if (faulty) return
        work()
        thread.removeCallbacks(tick)
        inFront?.wakeAt()?.let { at -> thread.postDelayed(tick, (at - now()).coerceAtLeast(0)) }
        show()
    }

    private fun person(work: Person) {
        when (work) {
            Person.VibratePhone -> effects.vibrate()
            is Person.KeepScreenOn -> Unit // kept by the run, shown with its view
            is Person.Share -> main.post { doors.share(work.text) }
            is Person.Copy -> main.post { effects.copy(work.text) }
            is Person.OpenApp -> main.post { doors.app(work.app) }
            Person.Leave -> if (practice != null) leavePractice() else main.post { activity?.finish() }
        }
    }

    private fun endPractice() {
        quietly { practice?.quit() }
        practice = null
        practiceWorld = null
    }

    private fun show() {
        val run = inFront ?: return
        val view = run.view ?: return
        publish(Shown.Core(view, run.keepScreenOn, run.practice()))
    }

    private fun publish(next: Shown) {
        main.post {
            if (next == shown) return@post
            shown = next
            watcher?.invoke(next)
        }
    }

    /** Something failed that must not: everything stops, and the person gets the account and a way back. */
    private fun broken(error: Throwable) {
        faulty = true
        thread.removeCallbacks(tick)
        val report = try {
            inFront?.report().orEmpty()
        } catch (_: Exception) {
            ""
        }
        quietly { radio?.quit() }
        publish(Shown.Fault("$report\n${account(error)}".trim()))
    }

    /** Where it failed. Never the message: it may hold what was being worked on. */
    private fun account(error: Throwable): String =
        (listOf(error.javaClass.name) + error.stackTrace.take(STACK_LINES).map { "  at $it" }).joinToString("\n")

    private fun quietly(work: () -> Unit) {
        try {
            work()
        } catch (_: Exception) {
            // It is being thrown away; a second fault would hide the first.
        }
    }

    private companion object {
        const val ENTROPY = 32
        const val STACK_LINES = 8
    }
}
