package org.bandrescue

import android.content.res.Configuration
import org.bandrescue.ffi.*
import org.bandrescue.text.*
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.w3c.dom.Element
import java.io.File
import javax.xml.parsers.DocumentBuilderFactory

/** Every word a person may see is there, in every language, and says nothing that a program said to itself. */
@RunWith(RobolectricTestRunner::class)
class StringsTest {
    private val resources = RuntimeEnvironment.getApplication().resources
    private val english = texts("values")

    /** The texts of a folder of resources, by key. */
    private fun texts(folder: String): Map<String, String> {
        val file = File("res/$folder/strings.xml")
        val nodes = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file).getElementsByTagName("string")
        return (0 until nodes.length).map { nodes.item(it) as Element }.associate { it.getAttribute("name") to it.textContent }
    }

    /** The convention of the keys: type and variant in snake case, digits apart. */
    private fun key(type: String, variant: String): String {
        val name = variant.lowercase().replace(Regex("(?<=[a-z])(?=[0-9])"), "_")
        return "${type}_$name"
    }

    private fun simple(type: String, variants: List<Enum<*>>, note: Boolean = false, text: (Enum<*>) -> Int) {
        for (variant in variants) {
            val key = key(type, variant.name)
            assertTrue("no text for $key", english.containsKey(key))
            if (note) assertTrue("no note for $key", english.containsKey("${key}_note"))
            assertEquals(key, english.getValue(key), resources.getString(text(variant)))
        }
    }

    @Test
    fun every_variant_that_a_person_sees_has_its_own_text() {
        simple("task", Task.entries, note = true) { (it as Task).title }
        simple("gesture", Gesture.entries) { (it as Gesture).text }
        simple("reset_menu", ResetMenu.entries) { (it as ResetMenu).text }
        simple("road", Road.entries) { (it as Road).text }
        simple("band_app", BandApp.entries) { (it as BandApp).title }
        simple("sign", Sign.entries) { (it as Sign).text }
        simple("charge_state", ChargeState.entries) { (it as ChargeState).text }
        simple("bound", Bound.entries) { (it as Bound).text }
        simple("phone_lock", PhoneLock.entries) { (it as PhoneLock).text }
        simple("key_lock", KeyLock.entries) { (it as KeyLock).text }
        simple("take_over", TakeOver.entries) { (it as TakeOver).text }
        simple("account_way", AccountWay.entries) { (it as AccountWay).text }
        simple("signal", Signal.entries) { (it as Signal).text }
        simple("buzz", Buzz.entries) { (it as Buzz).text }
        simple("loss", Loss.entries) { (it as Loss).text }
        simple("step", Step.entries) { (it as Step).title }
        simple("step_state", StepState.entries) { (it as StepState).text }
        simple("left_state", LeftState.entries) { (it as LeftState).text }
        simple("end", End.entries, note = true) { (it as End).title }
        simple("evidence", Evidence.entries) { (it as Evidence).text }
        simple("advice", Advice.entries, note = true) { (it as Advice).title }
        simple("choice", Choice.entries) { (it as Choice).text(Question.WhereUsed) }
    }

    @Test
    fun the_notes_are_those_of_their_own_variant() {
        for (end in End.entries) assertEquals(english.getValue(key("end", end.name) + "_note"), resources.getString(end.note))
        for (advice in Advice.entries) assertEquals(english.getValue(key("advice", advice.name) + "_note"), resources.getString(advice.note))
    }

    @Test
    fun every_question_has_its_title_and_its_explanation() {
        val questions = mapOf(
            "have_key" to Question.HaveKey(null), "what_happens" to Question.WhatHappens(Road.KEY, true, emptyList(), 4),
            "reset_on_band" to Question.ResetOnBand(ResetMenu.MORE), "try_experiment" to Question.TryExperiment,
            "take_over_to_go_on" to Question.TakeOverToGoOn, "shows_pairing_screen" to Question.ShowsPairingScreen,
        )
        for ((key, question) in questions) {
            assertEquals(english.getValue("question_$key"), question.title(resources))
            assertEquals(english.getValue("question_${key}_note"), resources.getString(question.note))
        }
    }

    @Test
    fun the_experiment_says_that_nobody_has_confirmed_it_and_is_never_called_go_on() {
        assertTrue("nobody has confirmed" in resources.getString(Question.TryExperiment.note))
        val answers = listOf(Choice.STOP, Choice.GO_ON).map { resources.getString(it.text(Question.TryExperiment)) }
        assertEquals(listOf(english.getValue("choice_stop_experiment"), english.getValue("choice_go_on_experiment")), answers)
    }

    @Test
    fun what_is_wrong_with_a_key_is_said_with_its_numbers() {
        assertTrue("31" in KeyProblem.Length(31).text(resources))
        assertEquals(english.getValue("key_error_length_nothing"), KeyProblem.Length(0).text(resources))
        assertTrue("“g”" in KeyProblem.NotHex("g").text(resources))
    }

    @Test
    fun nothing_is_promised_of_a_menu_that_nobody_of_us_has_seen() {
        for (menu in ResetMenu.entries - ResetMenu.NONE) assertTrue("$menu", resources.getString(menu.text).startsWith("Usually"))
        assertEquals(listOf(R.string.reset_menu_none), ResetMenu.NONE.steps)
    }

    @Test
    fun an_end_says_only_what_is_true_of_this_band() {
        fun note(end: End, vararg seen: Evidence, new: String? = null, key: String? = null) =
            resources.getString(Outcome(end, null, new, seen.toList(), key).note)
        assertEquals(english.getValue("end_taken_over_note"), note(End.TAKEN_OVER, Evidence.KEY_ACCEPTED, key = "00"))
        assertEquals(english.getValue("end_taken_over_known_key_note"), note(End.TAKEN_OVER, Evidence.OPENED_WITH_KEY, key = "00"))
        assertEquals(english.getValue("end_taken_over_no_key_note"), note(End.TAKEN_OVER, Evidence.USER_KNOWN))
        assertEquals(english.getValue("end_freed_note"), note(End.FREED, Evidence.NEW_ADDRESS, new = "C1:0D:22:5F:9A:41"))
        assertEquals(english.getValue("end_freed_not_bound_note"), note(End.FREED, Evidence.NOT_BOUND))
        assertEquals(english.getValue("end_needs_owner_or_key_vendor_note"), note(End.NEEDS_OWNER_OR_KEY, Evidence.NEEDS_VENDOR))
        assertEquals(english.getValue("end_freed_same_address_pairing_note"), note(End.FREED_SAME_ADDRESS, Evidence.MENU_OUT_OF_REACH))
        assertEquals(english.getValue("end_not_erased_by_hand_note"), note(End.NOT_ERASED, Evidence.RESET_BY_HAND))
        assertEquals(english.getValue("end_erased_unproven_by_hand_note"), note(End.ERASED_UNPROVEN, Evidence.RESET_BY_HAND))
        assertEquals(R.string.evidence_old_key_refused_no_key, Evidence.OLD_KEY_REFUSED.text(Model.MI_BAND1_S))
        assertEquals(R.string.evidence_old_key_refused, Evidence.OLD_KEY_REFUSED.text(Model.MI_BAND4))
    }

    private fun facts(battery: Battery) = Facts(
        Model.SMART_BAND8, listOf(Sign.NAME), "FA:8E:E3:12:5B:38", null, "1.2.113", null, battery, Bound.NOBODY,
        Locks(PhoneLock.OPEN, KeyLock.NOBODY, TakeOver.NEVER, AccountWay.RESET_BY_HAND),
    )

    @Test
    fun what_a_band_did_not_tell_is_said_to_be_so() {
        val rows = facts(Battery.WantsKey).rows(resources).associate { it.what to it.told }
        assertEquals(english.getValue("fact_not_told"), rows[R.string.fact_hardware])
        assertEquals("1.2.113", rows[R.string.fact_firmware])
        assertEquals(english.getValue("battery_wants_key"), rows[R.string.fact_battery])
        assertEquals(english.getValue("bound_nobody"), rows[R.string.fact_bound])
        assertTrue(R.string.fact_last_charge !in rows)
    }

    @Test
    fun a_charge_is_told_with_what_is_known_of_it_and_a_date_that_no_calendar_has_does_no_harm() {
        val impossible = LastCharge.ByItsClock(LocalTime(2018, 2, 31, 4, 5, 6))
        val rows = facts(Battery.Told(Charge(82, ChargeState.FULL, impossible, 5))).charge(resources).map { it.told }
        assertEquals(listOf("82 percent, full, on the charger", "2018-02-31 04:05 by its own clock", "5 times"), rows)
        val bare = facts(Battery.Told(Charge(7, null, LastCharge.Never, null))).charge(resources).map { it.told }
        assertEquals(listOf("7 percent", english.getValue("last_charge_never")), bare)
        val dated = LastCharge.At(1_767_225_600_000).text(resources)
        assertTrue(dated, Regex("202[56]").containsMatchIn(dated))
    }

    @Test
    fun only_this_phone_is_said_to_have_forgotten_a_band() {
        val ended = (Samples.all.getValue("ended-forgotten").screen as Screen.Ended).ended
        assertEquals(R.string.end_done_forget, ended.title)
        val note = resources.getString(ended.note)
        assertTrue(note, "The band itself is unchanged" in note && "npaired" !in note)
        val battery = (Samples.all.getValue("ended-battery").screen as Screen.Ended).ended
        assertEquals(R.string.end_needs_owner_or_key_battery_note, battery.note)
    }

    @Test
    fun a_band_whose_address_stays_is_told_so_before_anything_is_done() {
        val tap = Question.WhatHappens(Road.TAP, false, emptyList(), 2)
        assertTrue(R.string.plan_keeps_address in plan(Task.UNPAIR, Model.MI_BAND1, tap))
        assertTrue(R.string.plan_keeps_address !in plan(Task.UNPAIR, Model.MI_BAND2, tap))
    }

    @Test
    fun a_plan_that_may_end_in_the_menu_says_that_it_erases() {
        for (road in listOf(Road.KEY, Road.ASK_THE_BAND)) {
            assertTrue("$road", R.string.plan_bind_untested in plan(Task.UNPAIR, Model.SMART_BAND9, Question.WhatHappens(road, false, emptyList(), 2)))
            assertTrue("$road", R.string.plan_erase_if_needed in plan(Task.UNPAIR, Model.MI_BAND4, Question.WhatHappens(road, false, emptyList(), 2)))
        }
    }

    @Test
    fun every_practice_band_has_a_name_of_its_own_and_something_to_practise() {
        val kinds = practiceKinds()
        val names = kinds.map { it.called(resources) }
        assertEquals(names.size, names.toSet().size)
        for (kind in kinds) assertTrue(kind.slug, PracticeCase.OWNED in PracticeCase.of(kind))
        for (case in PracticeCase.entries) assertTrue(case.slug, kinds.any { case.slug in it.scenarios })
        val (four, two) = listOf("mi-band-4", "mi-band-2").map { slug -> PracticeCase.of(kinds.single { it.slug == slug }) }
        assertTrue(PracticeCase.MENU_LOCKED in four && PracticeCase.NEVER_TAPPED !in four)
        assertTrue(PracticeCase.MENU_LOCKED !in two && PracticeCase.NEVER_TAPPED in two)
    }

    @Test
    fun no_two_ends_and_no_two_steps_read_the_same() {
        val ends = End.entries.map { resources.getString(it.title) + resources.getString(it.note) }
        assertEquals(ends.size, ends.toSet().size)
        val steps = Step.entries.map { resources.getString(it.title) }
        assertEquals(steps.size, steps.toSet().size)
        val evidence = Evidence.entries.map { resources.getString(it.text) }
        assertEquals(evidence.size, evidence.toSet().size)
    }

    @Test
    fun other_languages_have_all_of_it_with_the_same_arguments() {
        val folders = File("res").list().orEmpty().filter { it.startsWith("values-") && File("res/$it/strings.xml").exists() }
        for (folder in folders) {
            val there = texts(folder)
            assertEquals("$folder lacks or has too many", english.keys, there.keys)
            for ((key, text) in there) assertEquals("$folder: $key", arguments(english.getValue(key)), arguments(text))
        }
    }

    @Test
    fun the_command_line_can_read_every_text_as_it_stands() {
        for ((key, text) in english) {
            assertTrue("$key holds markup or an escape", text.none { it in "<>\\\"'" } || key == "app_name")
            assertTrue("$key has an argument without a place", Regex("%(?![0-9]\\$[sd])").findAll(text).none())
            assertEquals("$key begins or ends with space", text.trim(), text)
        }
    }

    @Test
    fun people_read_plain_words() {
        val forbidden = Regex("\\b(devices?|tracker|peripheral|GATT|bond(ed|ing)?|MAC|error code|failed|invalid)\\b", RegexOption.IGNORE_CASE)
        // What Android itself calls it when it asks.
        val quoted = setOf("question_needs_permission_nearby_devices_note")
        for ((key, text) in english - quoted) {
            // The band itself says so on its display.
            val ours = text.replace("“pair device first”", "")
            assertEquals("$key speaks like a machine", null, forbidden.find(ours)?.value)
        }
    }

    @Test
    fun the_language_of_the_phone_does_not_change_what_is_copied() {
        val arabic = Configuration(resources.configuration).apply { setLocale(java.util.Locale.forLanguageTag("ar")) }
        val there = RuntimeEnvironment.getApplication().createConfigurationContext(arabic).resources
        assertEquals("E4:BE", BandLabel(Model.MI_BAND2, "E4:BE").text(there).takeLast(5))
    }

    private fun arguments(text: String): List<String> = Regex("%[0-9]\\$[sd]").findAll(text).map { it.value }.sorted().toList()
}
