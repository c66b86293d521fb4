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
        simple("model", Model.entries) { (it as Model).title }
        simple("band_app", BandApp.entries) { (it as BandApp).title }
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
