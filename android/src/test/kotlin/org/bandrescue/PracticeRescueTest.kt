package org.bandrescue

import android.os.Build
import android.os.Looper
import android.os.Vibrator
import android.os.VibratorManager
import android.view.WindowManager
import android.widget.RadioButton
import org.bandrescue.look.BandPicture
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import java.io.File

/** The app as a person uses it, on the practice band, with the real core behind every screen. */
@RunWith(RobolectricTestRunner::class)
class PracticeRescueTest {
    private val controller: ActivityController<MainActivity> = Robolectric.buildActivity(MainActivity::class.java).setup()
    private val activity get() = controller.get()
    private val eyes get() = Eyes(activity)

    private fun text(id: Int, vararg arguments: Any) = activity.getString(id, *arguments)

    private fun sees(id: Int) = eyes.sees(text(id))

    private fun untilSeen(id: Int, limitMs: Long = 60_000) = Passing.until("“${text(id)}”; seen: ${eyes.texts()}", limitMs) { sees(id) }

    private fun tap(id: Int) = eyes.tap(text(id))

    private fun practise(scenario: Int = R.string.scenario_owned, model: Int = R.string.model_mi_band_2) {
        untilSeen(R.string.home_title)
        tap(R.string.home_practise)
        eyes.views().filterIsInstance<RadioButton>().filter { it.text in setOf(text(model), text(scenario)) }.forEach { it.isChecked = true }
        tap(R.string.practice_start)
        untilSeen(R.string.practice_badge)
    }

    private fun begin(use: Int, model: Int = R.string.model_mi_band_2) {
        untilSeen(R.string.task_unpair)
        tap(R.string.task_unpair)
        untilSeen(R.string.choose_title)
        untilSeen(model)
        tap(model)
        untilSeen(R.string.question_where_used)
        tap(use)
        untilSeen(R.string.question_what_happens)
        tap(R.string.choice_start)
    }

    private fun vibrator(): Vibrator =
        if (Build.VERSION.SDK_INT >= 31) activity.getSystemService(VibratorManager::class.java).defaultVibrator
        else activity.getSystemService(Vibrator::class.java)

    private fun tapTheBand() = eyes.touch(eyes.the<BandPicture>())

    @Test
    fun a_band_is_freed_from_home_to_the_proof() {
        practise()
        begin(R.string.choice_official_app)
        untilSeen(R.string.prompt_tap)
        assertTrue("the screen may go dark", activity.window.attributes.flags and WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON != 0)
        assertTrue("the phone did not vibrate", shadowOf(vibrator()).milliseconds > 0)
        tapTheBand()
        untilSeen(R.string.end_freed, 180_000)
        val before = eyes.views().first { it.id == R.id.address_before } as android.widget.TextView
        val after = eyes.views().first { it.id == R.id.address_after } as android.widget.TextView
        assertNotEquals("no new address is shown", before.text.toString(), after.text.toString())
        assertTrue(sees(R.string.evidence_same_serial))
        assertTrue(sees(R.string.advice_open_official_app))
        assertTrue("practice is not marked", sees(R.string.practice_badge))
        tap(R.string.choice_no)
        untilSeen(R.string.ended_accepted_no)
        tap(R.string.ended_done)
        untilSeen(R.string.home_title)
        assertFalse("the screen stays on for nothing", activity.window.attributes.flags and WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON != 0)
    }

    @Test
    fun a_band_3_taken_over_for_another_app_shows_its_key_and_keeps_it() {
        practise(model = R.string.model_mi_band_3)
        begin(R.string.choice_another_app, R.string.model_mi_band_3)
        untilSeen(R.string.prompt_tap)
        tapTheBand()
        untilSeen(R.string.end_taken_over, 120_000)
        tap(R.string.advice_copy_key)
        val clip = activity.getSystemService(android.content.ClipboardManager::class.java).primaryClip
        val copied = clip?.getItemAt(0)?.text.toString()
        assertTrue("not a key: $copied", copied.matches(Regex("[0-9a-f]{32}")))
        assertTrue("the key is shown by the keyboard", clip!!.description.extras.getBoolean("android.content.extra.IS_SENSITIVE"))
        tap(R.string.ended_done)
        untilSeen(R.string.home_title)
        tap(R.string.home_keys)
        untilSeen(R.string.keys_title)
        assertTrue(eyes.texts().any { it.replace(" ", "") == copied })
        tap(R.string.keys_delete)
        assertTrue("a key is deleted without being asked", sees(R.string.keys_delete_title))
        eyes.touch(eyes.views().first { it.id == R.id.overlay_secondary })
        untilSeen(R.string.keys_empty)
    }

    @Test
    fun practising_touches_no_file_of_a_real_rescue() {
        practise()
        begin(R.string.choice_official_app)
        untilSeen(R.string.prompt_tap)
        val folder = RuntimeEnvironment.getApplication().noBackupFilesDir
        assertTrue("the key was not saved before it was sent", File(folder, "practice/keys").length() > 0)
        assertEquals(emptyList<String>(), File(folder, "rescues").list().orEmpty().toList())
    }

    @Test
    fun turning_the_phone_in_the_middle_loses_nothing() {
        practise()
        begin(R.string.choice_official_app)
        untilSeen(R.string.prompt_tap)
        RuntimeEnvironment.setQualifiers("+land")
        controller.configurationChange()
        untilSeen(R.string.prompt_tap, 1_000)
        tapTheBand()
        untilSeen(R.string.end_freed, 180_000)
    }

    @Test
    fun back_in_a_rescue_asks_and_says_how_the_band_is_left() {
        practise()
        begin(R.string.choice_official_app)
        untilSeen(R.string.prompt_tap)
        @Suppress("DEPRECATION")
        activity.onBackPressed()
        untilSeen(R.string.leaving_title)
        assertTrue(sees(R.string.left_state_key_sent))
        tap(R.string.leaving_go_on)
        Passing.until("the question is gone") { !sees(R.string.leaving_title) }
        tap(R.string.rescue_cancel)
        untilSeen(R.string.leaving_title)
        tap(R.string.leaving_stop)
        untilSeen(R.string.end_cancelled)
        assertTrue(sees(R.string.left_state_key_sent))
    }

    @Test
    fun nobody_taps_and_the_end_says_so_with_a_way_on() {
        practise(R.string.scenario_never_tapped)
        begin(R.string.choice_official_app)
        untilSeen(R.string.end_not_tapped, 240_000)
        assertTrue(eyes.texts().toString(), sees(R.string.advice_continue) || sees(R.string.advice_try_again))
    }

    @Test
    fun leaving_practice_goes_back_to_the_real_home() {
        practise()
        eyes.touch(eyes.views().first { it.id == R.id.practice_leave })
        Passing.until("practice is over") { !sees(R.string.practice_badge) && sees(R.string.home_title) }
        assertTrue(sees(R.string.home_practise))
        shadowOf(Looper.getMainLooper()).idle()
        assertFalse(activity.isFinishing)
    }

    @Test
    fun a_panic_of_the_core_becomes_a_readable_screen_with_the_report_and_a_way_back() {
        practise()
        (activity.application as BandRescue).session.provokePanic()
        untilSeen(R.string.fault_title)
        val report = eyes.views().first { it.id == R.id.report } as android.widget.TextView
        assertTrue(report.text.toString(), "Band Rescue" in report.text && "InternalException" in report.text)
        tap(R.string.share_report)
        assertEquals(android.content.Intent.ACTION_CHOOSER, shadowOf(RuntimeEnvironment.getApplication()).nextStartedActivity.action)
        tap(R.string.fault_begin_again)
        untilSeen(R.string.home_title)
        practise()
        begin(R.string.choice_official_app)
        untilSeen(R.string.prompt_tap)
    }
}
