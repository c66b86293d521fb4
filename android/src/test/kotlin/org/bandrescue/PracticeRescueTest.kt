package org.bandrescue

import android.os.Build
import android.os.Looper
import android.os.Vibrator
import android.os.VibratorManager
import android.view.WindowManager
import android.widget.EditText
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

    private fun practise(scenario: Int = R.string.scenario_owned, model: String = "Mi Band 2") {
        untilSeen(R.string.home_title)
        tap(R.string.home_practise)
        // The band first: it decides what can be practised with it.
        for (wanted in listOf(model, text(scenario))) eyes.views().filterIsInstance<RadioButton>().single { it.text == wanted }.isChecked = true
        tap(R.string.practice_start)
        untilSeen(R.string.practice_badge)
    }

    private fun begin(use: Int, model: String = "Mi Band 2") {
        chooseUse(use, model)
        start()
    }

    private fun chooseUse(use: Int, model: String) {
        untilSeen(R.string.task_unpair)
        tap(R.string.task_unpair)
        untilSeen(R.string.choose_title)
        Passing.until("“$model” in the list") { eyes.sees(model) }
        eyes.tap(model)
        untilSeen(R.string.question_where_used)
        tap(use)
    }

    private fun start() {
        untilSeen(R.string.question_what_happens)
        tap(R.string.choice_start)
    }

    private fun vibrator(): Vibrator =
        if (Build.VERSION.SDK_INT >= 31) activity.getSystemService(VibratorManager::class.java).defaultVibrator
        else activity.getSystemService(Vibrator::class.java)

    private fun tapTheBand() = eyes.touch(eyes.the<BandPicture>())

    private fun toItsEnd(task: Int) {
        untilSeen(task)
        tap(task)
        untilSeen(R.string.choose_title)
        Passing.until("the band in the list") { eyes.sees("Mi Band 2") }
        eyes.tap("Mi Band 2")
    }

    @Test
    fun whoever_wants_to_know_about_their_band_reads_it_and_is_asked_nothing() {
        practise()
        toItsEnd(R.string.task_info)
        untilSeen(R.string.end_done_info)
        for (told in listOf("V1.0.1.69", text(R.string.battery_told_state, 82, text(R.string.charge_state_in_use)), text(R.string.account_way_erase))) {
            assertTrue("$told; seen: ${eyes.texts()}", eyes.sees(told))
        }
    }

    @Test
    fun a_band_that_this_phone_forgets_is_said_to_be_unchanged() {
        practise(R.string.scenario_bond_stuck)
        toItsEnd(R.string.task_forget)
        untilSeen(R.string.choice_open_settings_bluetooth)
        tap(R.string.choice_open_settings_bluetooth)
        untilSeen(R.string.end_done_forget)
        assertTrue(sees(R.string.end_done_forget_note))
    }

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
        practise(model = "Mi Band 3")
        begin(R.string.choice_another_app, "Mi Band 3")
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
    fun a_band_4_is_freed_by_hand_from_home_to_the_proof() {
        practise(model = "Mi Smart Band 4")
        chooseUse(R.string.choice_official_app, "Mi Smart Band 4")
        untilSeen(R.string.question_have_key)
        tap(R.string.choice_no_key)
        start()
        untilSeen(R.string.question_reset_on_band)
        assertTrue(sees(R.string.reset_menu_more_settings))
        assertTrue("it is not said why", sees(R.string.step_seen_wants_vendor))
        eyes.touch(eyes.the<BandPicture>())
        Passing.pass(3_000)
        tap(R.string.choice_did_it)
        untilSeen(R.string.end_freed, 180_000)
        assertTrue(sees(R.string.evidence_reset_by_hand) && sees(R.string.evidence_new_address))
    }

    @Test
    fun a_locked_menu_is_said_to_be_locked_and_the_end_names_who_can_help() {
        practise(R.string.scenario_menu_locked, "Mi Smart Band 5")
        chooseUse(R.string.choice_official_app, "Mi Smart Band 5")
        untilSeen(R.string.question_have_key)
        tap(R.string.choice_no_key)
        start()
        untilSeen(R.string.question_reset_on_band)
        eyes.touch(eyes.the<BandPicture>())
        untilSeen(R.string.practice_menu_locked)
        tap(R.string.choice_cannot_find)
        untilSeen(R.string.question_shows_pairing_screen)
        tap(R.string.choice_no)
        untilSeen(R.string.question_try_experiment)
        tap(R.string.choice_stop_experiment)
        untilSeen(R.string.end_needs_owner_or_key)
        assertTrue(sees(R.string.advice_ask_owner) && sees(R.string.advice_own_key))
    }

    @Test
    fun a_key_is_entered_wrong_then_right_and_opens_the_band() {
        practise(model = "Mi Smart Band 4")
        chooseUse(R.string.choice_official_app, "Mi Smart Band 4")
        untilSeen(R.string.question_have_key)
        val entry = eyes.the<EditText>()
        entry.setText("0011 2233")
        tap(R.string.key_entry_use)
        Passing.until("what is wrong with it") { eyes.sees(text(R.string.key_error_length, 8)) }
        assertEquals("what was typed is lost", "0011 2233", eyes.the<EditText>().text.toString())
        RuntimeEnvironment.setQualifiers("+land")
        controller.configurationChange()
        tap(R.string.practice_key_fill)
        tap(R.string.key_entry_use)
        start()
        untilSeen(R.string.question_did_it_buzz)
        tap(R.string.choice_yes)
        untilSeen(R.string.end_freed, 180_000)
        assertTrue(sees(R.string.evidence_opened_with_key))
    }

    @Test
    fun turning_the_phone_keeps_a_key_that_is_half_entered() {
        practise(model = "Mi Smart Band 4")
        chooseUse(R.string.choice_official_app, "Mi Smart Band 4")
        untilSeen(R.string.question_have_key)
        eyes.the<EditText>().setText("0011 2233")
        RuntimeEnvironment.setQualifiers("+land")
        controller.configurationChange()
        assertEquals("0011 2233", eyes.the<EditText>().text.toString())
        tap(R.string.choice_no_key)
        start()
        untilSeen(R.string.question_reset_on_band)
    }

    @Test
    fun what_is_pasted_replaces_what_was_there() {
        practise(model = "Mi Smart Band 4")
        chooseUse(R.string.choice_official_app, "Mi Smart Band 4")
        untilSeen(R.string.question_have_key)
        val entry = eyes.the<EditText>()
        entry.setText("half a ")
        val clipboard = activity.getSystemService(android.content.ClipboardManager::class.java)
        clipboard.setPrimaryClip(android.content.ClipData.newPlainText("", "0x00112233445566778899aabbccddeeff"))
        tap(R.string.key_entry_paste)
        assertEquals("0x00112233445566778899aabbccddeeff", entry.text.toString())
    }

    @Test
    fun a_band_1_is_taken_over_and_the_end_says_what_its_address_means() {
        practise(model = "Mi Band 1")
        chooseUse(R.string.choice_official_app, "Mi Band 1")
        untilSeen(R.string.question_what_happens)
        assertTrue(sees(R.string.plan_keeps_address))
        start()
        untilSeen(R.string.prompt_tap)
        assertTrue(eyes.texts().any { it.endsWith(text(R.string.gesture_tap_several_times)) })
        tapTheBand()
        untilSeen(R.string.end_taken_over, 120_000)
        assertTrue(sees(R.string.end_taken_over_no_key_note) && sees(R.string.advice_account_lock))
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
