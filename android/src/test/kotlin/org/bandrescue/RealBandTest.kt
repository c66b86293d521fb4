package org.bandrescue

import android.Manifest
import android.bluetooth.BluetoothAdapter
import android.content.pm.PackageManager
import android.os.Build
import org.bandrescue.look.BandPicture
import org.bandrescue.session.SessionLoop
import org.bandrescue.session.Shown
import org.bandrescue.ffi.Screen
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import org.robolectric.annotation.Config
import java.io.File

/** The way to a real band: what the phone has to allow, what is in the air, what a killed app comes back to. */
@RunWith(RobolectricTestRunner::class)
@Config(shadows = [PhonesDevice::class, PhonesGatt::class])
class RealBandTest {
    private val application = RuntimeEnvironment.getApplication()
    private val wanted =
        if (Build.VERSION.SDK_INT >= 31) listOf(Manifest.permission.BLUETOOTH_SCAN, Manifest.permission.BLUETOOTH_CONNECT)
        else listOf(Manifest.permission.ACCESS_FINE_LOCATION)
    private lateinit var controller: ActivityController<MainActivity>
    private val activity get() = controller.get()
    private val eyes get() = Eyes(activity)
    private val address = "FA:8E:E3:12:B4:A9"

    /** A free Mi Band 2 as one was heard; source: the trace of the maker's app in docs/protocol.md. */
    private val advertisement = hex("0201060302e0fe1bff5701002c04e3a09ee1beab4773fa4501ec4fd703fa8ee312b4a9") + hex("0a09") + "MI Band 2".toByteArray()

    private fun hex(text: String) = text.chunked(2).map { it.toInt(16).toByte() }.toByteArray()

    @Before
    fun aPhoneWithBluetooth() {
        Air.clear()
        shadowOf(application.packageManager).setSystemFeature(PackageManager.FEATURE_BLUETOOTH_LE, true)
        shadowOf(Air.adapter).setEnabled(true)
        shadowOf(Air.adapter).setState(BluetoothAdapter.STATE_ON)
        if (Build.VERSION.SDK_INT < 31) locationSwitch(true)
    }

    private fun locationSwitch(on: Boolean) {
        if (Build.VERSION.SDK_INT >= 28) {
            shadowOf(application.getSystemService(android.location.LocationManager::class.java)).setLocationEnabled(on)
        } else {
            @Suppress("DEPRECATION")
            android.provider.Settings.Secure.putInt(
                application.contentResolver, android.provider.Settings.Secure.LOCATION_MODE,
                if (on) android.provider.Settings.Secure.LOCATION_MODE_HIGH_ACCURACY else android.provider.Settings.Secure.LOCATION_MODE_OFF,
            )
        }
    }

    private fun open() {
        controller = Robolectric.buildActivity(MainActivity::class.java).setup()
        untilSeen(R.string.home_title)
    }

    private fun sees(id: Int) = eyes.sees(activity.getString(id))

    private fun untilSeen(id: Int, limitMs: Long = 60_000) = Passing.until("“${activity.getString(id)}”; seen: ${eyes.texts()}", limitMs) { sees(id) }

    private fun tap(id: Int) = eyes.tap(activity.getString(id))

    private fun allow() = shadowOf(application).grantPermissions(*wanted.toTypedArray())

    private fun answer(granted: Boolean) {
        val asked = shadowOf(activity).lastRequestedPermission
        controller.pause()
        if (granted) allow()
        val result = if (granted) PackageManager.PERMISSION_GRANTED else PackageManager.PERMISSION_DENIED
        val results = IntArray(asked.requestedPermissions.size) { result }
        activity.onRequestPermissionsResult(asked.requestCode, asked.requestedPermissions as Array<String>, results)
        controller.resume()
        Passing.settle()
    }

    @Test
    fun the_permission_is_explained_before_the_phone_asks_and_then_the_search_begins() {
        open()
        tap(R.string.task_unpair)
        untilSeen(R.string.question_needs_permission)
        assertEquals("asked without a word", null, shadowOf(activity).lastRequestedPermission)
        tap(R.string.choice_allow)
        Passing.settle()
        assertTrue(shadowOf(activity).lastRequestedPermission.requestedPermissions.toList().containsAll(wanted))
        answer(granted = true)
        untilSeen(R.string.choose_title)
        Passing.pass(300)
        assertEquals(1, Air.scans().size)
    }

    @Test
    fun a_refusal_for_good_leads_to_the_settings_and_back() {
        open()
        tap(R.string.task_unpair)
        untilSeen(R.string.question_needs_permission)
        tap(R.string.choice_allow)
        Passing.settle()
        // Refused at once and without a dialog: the phone no longer asks.
        answer(granted = false)
        untilSeen(R.string.choice_open_settings_app)
        tap(R.string.choice_open_settings_app)
        Passing.settle()
        assertEquals(android.provider.Settings.ACTION_APPLICATION_DETAILS_SETTINGS, shadowOf(application).nextStartedActivity.action)
        controller.pause()
        allow()
        controller.resume()
        untilSeen(R.string.choose_title)
    }

    @Test
    fun bluetooth_is_switched_on_from_the_app() {
        allow()
        shadowOf(Air.adapter).setEnabled(false)
        shadowOf(Air.adapter).setState(BluetoothAdapter.STATE_OFF)
        open()
        tap(R.string.task_unpair)
        untilSeen(R.string.question_needs_bluetooth)
        tap(R.string.choice_allow_bluetooth)
        Passing.settle()
        val asked = shadowOf(activity).nextStartedActivityForResult
        assertEquals(BluetoothAdapter.ACTION_REQUEST_ENABLE, asked.intent.action)
        controller.pause()
        Air.switch(true)
        shadowOf(activity).receiveResult(asked.intent, android.app.Activity.RESULT_OK, null)
        controller.resume()
        untilSeen(R.string.choose_title)
    }

    @Test
    @Config(sdk = [26])
    fun the_location_switch_of_an_older_phone_is_asked_for() {
        allow()
        locationSwitch(false)
        open()
        tap(R.string.task_unpair)
        untilSeen(R.string.question_needs_location_switch)
        tap(R.string.choice_open_settings_location)
        Passing.settle()
        assertEquals(android.provider.Settings.ACTION_LOCATION_SOURCE_SETTINGS, shadowOf(application).nextStartedActivity.action)
        controller.pause()
        locationSwitch(true)
        controller.resume()
        untilSeen(R.string.choose_title)
    }

    @Test
    fun a_band_in_the_air_appears_and_is_connected_once_everything_is_agreed() {
        allow()
        open()
        tap(R.string.task_unpair)
        untilSeen(R.string.choose_title)
        Air.advertise(address, -50, advertisement)
        Passing.until("the band in the list") { eyes.sees("Mi Band 2") }
        assertTrue(eyes.texts().toString(), eyes.texts().any { "B4:A9" in it })
        assertEquals("connected without being asked", 0, Air.attempts.size)
        eyes.tap("Mi Band 2")
        untilSeen(R.string.question_where_used)
        tap(R.string.choice_official_app)
        untilSeen(R.string.question_what_happens)
        assertTrue(sees(R.string.loss_unsynced_records))
        tap(R.string.choice_start)
        Passing.until("the phone connects", 10_000) { Air.attempts.size == 1 }
        Air.attempts.single().disconnected(133)
        Passing.until("the phone tries once more after status 133", 20_000) { Air.attempts.size == 2 }
        tap(R.string.rescue_cancel)
        untilSeen(R.string.leaving_title)
        tap(R.string.leaving_stop)
        untilSeen(R.string.end_cancelled)
        assertEquals("a link is left open", "close", Air.attempts.last().calls.last())
    }

    @Test
    fun leaving_the_app_while_it_searches_stops_the_search_until_one_is_back() {
        allow()
        open()
        tap(R.string.task_unpair)
        untilSeen(R.string.choose_title)
        Passing.pass(300)
        assertEquals(1, Air.scans().size)
        controller.pause().stop()
        Passing.settle()
        assertEquals("it searches though nobody looks", 0, Air.scans().size)
        controller.restart().start().resume()
        Passing.settle()
        assertEquals(1, Air.scans().size)
    }

    @Test
    fun a_rescue_that_was_killed_stands_on_top_of_the_home_screen_and_its_key_is_kept() {
        open()
        tap(R.string.home_practise)
        tap(R.string.practice_start)
        untilSeen(R.string.practice_badge)
        tap(R.string.task_unpair)
        Passing.until("the band in the list") { eyes.sees("Mi Band 2") }
        eyes.tap("Mi Band 2")
        untilSeen(R.string.question_where_used)
        tap(R.string.choice_official_app)
        untilSeen(R.string.question_what_happens)
        tap(R.string.choice_start)
        untilSeen(R.string.prompt_tap)
        assertTrue(eyes.the<BandPicture>().isClickable)
        // What a killed process leaves behind: its files, and nothing else.
        val folder = application.noBackupFilesDir
        File(folder, "practice").copyRecursively(File(folder, "rescues"), overwrite = true)
        var shown: Shown? = null
        SessionLoop(application).watch(activity) { shown = it }
        Passing.settle()
        val home = ((shown as Shown.Core).view.screen as Screen.Home).home
        assertEquals("the rescue is forgotten", 1, home.unfinished.size)
        assertEquals("the key is lost", 1, home.savedKeys)
    }
}
