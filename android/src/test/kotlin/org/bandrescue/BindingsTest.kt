package org.bandrescue

import org.bandrescue.ffi.Adapter
import org.bandrescue.ffi.AddressKind
import org.bandrescue.ffi.BandApp
import org.bandrescue.ffi.Bond
import org.bandrescue.ffi.CharacteristicId
import org.bandrescue.ffi.Choice
import org.bandrescue.ffi.Effect
import org.bandrescue.ffi.End
import org.bandrescue.ffi.Event
import org.bandrescue.ffi.Evidence
import org.bandrescue.ffi.Failure
import org.bandrescue.ffi.GattCharacteristic
import org.bandrescue.ffi.GattService
import org.bandrescue.ffi.Holders
import org.bandrescue.ffi.Input
import org.bandrescue.ffi.InternalException
import org.bandrescue.ffi.KeyProblem
import org.bandrescue.ffi.KeyText
import org.bandrescue.ffi.MisuseException
import org.bandrescue.ffi.Model
import org.bandrescue.ffi.Opened
import org.bandrescue.ffi.Permission
import org.bandrescue.ffi.PermissionKind
import org.bandrescue.ffi.Person
import org.bandrescue.ffi.PersonEvent
import org.bandrescue.ffi.Phone
import org.bandrescue.ffi.PhoneFacts
import org.bandrescue.ffi.PracticeBand
import org.bandrescue.ffi.Question
import org.bandrescue.ffi.Radio
import org.bandrescue.ffi.ResetMenu
import org.bandrescue.ffi.Screen
import org.bandrescue.ffi.Seen
import org.bandrescue.ffi.Session
import org.bandrescue.ffi.Task
import org.bandrescue.ffi.Value
import org.bandrescue.ffi.isSuccess
import org.bandrescue.ffi.modelFacts
import org.bandrescue.ffi.practiceKinds
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import kotlin.reflect.KClass

/** What goes over the border between Kotlin and Rust: every kind of input and reply, misuse, and a panic. */
@RunWith(RobolectricTestRunner::class)
class BindingsTest {
    private val uuid = "00000009-0000-3512-2118-0009af100700"
    private val place = CharacteristicId("0000fee1-0000-1000-8000-00805f9b34fb", uuid)
    private val peer = "C0:FF:EE:00:00:02"

    /** One of every kind of event, person's deed, value and failure. */
    private fun everyInput(): List<Event> {
        val opened = Opened(byteArrayOf(1), byteArrayOf(2), ByteArray(32), "boot", "phone", "0")
        val facts = PhoneFacts(Adapter.ON, Permission.GRANTED, PermissionKind.NEARBY_DEVICES, null)
        val values = listOf(
            Value.Nothing,
            Value.Bytes(byteArrayOf(1, 2, 3)),
            Value.Services(listOf(GattService(place.service, listOf(GattCharacteristic(uuid, 22))))),
            Value.Facts(facts),
            Value.Bond(Bond.BONDED),
            Value.Holders(Holders(listOf(peer), listOf(BandApp.ZEPP_LIFE))),
            Value.Mtu(185),
        )
        val failures = listOf(
            Failure.Unsupported, Failure.Denied, Failure.Refused, Failure.Missing, Failure.BluetoothOff, Failure.Status(133),
        )
        val deeds = listOf(
            PersonEvent.Begin(Task.UNPAIR), PersonEvent.Resume(0u), PersonEvent.Discard(0u), PersonEvent.ShowKeys,
            PersonEvent.DeleteKey(0u), PersonEvent.CopyKey(0u), PersonEvent.Pick(peer), PersonEvent.Buzz(peer),
            PersonEvent.Answer(1u, Choice.YES), PersonEvent.Back, PersonEvent.Cancel, PersonEvent.OpenOfficialApp,
            PersonEvent.EnterKey(KeyText("00112233")), PersonEvent.AppAccepted(true), PersonEvent.CopyEndKey, PersonEvent.ShareReport, PersonEvent.Finish,
        )
        val seen = Seen(peer, peer, AddressKind.RANDOM_STATIC, -60, true, byteArrayOf(2, 1, 6))
        return listOf(Event.Opened(opened), Event.Timer, Event.Resumed) +
            values.map { Event.Done(900u, it) } +
            failures.map { Event.Failed(900u, it) } +
            listOf(
                Event.Seen(seen),
                Event.Notified(900u, place, byteArrayOf(0x10)),
                Event.LinkDown(900u, 19),
                Event.Adapter(Adapter.OFF),
                Event.BondChanged(peer, Bond.NONE),
            ) + deeds.map { Event.Person(it) }
    }

    private fun kinds(sealed: KClass<*>): Set<Class<*>> = sealed.java.declaredClasses.filter { sealed.java.isAssignableFrom(it) }.toSet()

    @Test
    fun every_kind_of_input_is_taken() {
        val inputs = everyInput()
        assertEquals("a kind of event is missing here", kinds(Event::class), inputs.map { it.javaClass }.toSet())
        val deeds = inputs.filterIsInstance<Event.Person>().map { it.did.javaClass }.toSet()
        assertEquals("a kind of deed is missing here", kinds(PersonEvent::class), deeds)
        assertEquals("a kind of value is missing here", kinds(Value::class), inputs.filterIsInstance<Event.Done>().map { it.value.javaClass }.toSet())
        assertEquals("a kind of failure is missing here", kinds(Failure::class), inputs.filterIsInstance<Event.Failed>().map { it.failure.javaClass }.toSet())
        Session().use { session ->
            inputs.forEachIndexed { at, event -> session.handle(Input(at * 10L, 0, event)) }
            assertTrue(session.report().startsWith("Band Rescue report"))
        }
    }

    @Test
    fun every_kind_of_reply_arrives() {
        val runs = listOf(
            "owned" to Task.UNPAIR, "owned" to Task.ERASE, "old-default-key" to Task.ERASE, "owned" to Task.RESTART, "owned" to Task.FIND,
            "owned" to Task.INFO, "bonded" to Task.FORGET,
            "bonded" to Task.UNPAIR, "bond-stuck" to Task.UNPAIR, "permission-given" to Task.UNPAIR, "bluetooth-off" to Task.UNPAIR,
            "stale-cache" to Task.UNPAIR, "held-then-freed" to Task.UNPAIR,
        )
        val replies = runs.flatMap { (scenario, task) ->
            Dialogue("mi-band-2", scenario).use {
                it.begin(task)
                it.end()
                listOf(PersonEvent.ShareReport, PersonEvent.OpenOfficialApp, PersonEvent.Finish, PersonEvent.ShowKeys)
                    .forEach { deed -> it.tell(Event.Person(deed)) }
                it.replies
            }
        } + takenOverAndCopied() + resetByHand() + resetAndNoLongerBound()
        val effects = replies.flatMap { it.effects }
        assertEquals(kinds(Effect::class), effects.map { it.javaClass }.toSet())
        // A pairing that hangs is not practised; the app leaves only from its home screen.
        val radio = effects.filterIsInstance<Effect.Radio>().map { it.work.javaClass }.toSet()
        assertEquals(kinds(Radio::class), radio)
        val phone = effects.filterIsInstance<Effect.Phone>().map { it.work.javaClass }.toSet()
        assertEquals(kinds(Phone::class) - Phone.CancelBond::class.java, phone)
        val person = effects.filterIsInstance<Effect.Person>().map { it.work.javaClass }.toSet()
        assertEquals(kinds(Person::class) - Person.Leave::class.java, person)
        assertEquals(kinds(Screen::class), replies.mapNotNull { it.view?.screen?.javaClass }.toSet())
    }

    private fun takenOverAndCopied() = Dialogue("mi-band-3", "owned", Choice.ANOTHER_APP).use {
        it.begin(Task.UNPAIR)
        assertEquals(32, it.end().ended.outcome.key!!.length)
        it.tell(Event.Person(PersonEvent.CopyEndKey))
        it.replies
    }

    private fun resetByHand() = Dialogue("mi-band-4", "owned").use {
        it.begin(Task.UNPAIR)
        val outcome = it.end().ended.outcome
        assertEquals(End.FREED, outcome.end)
        assertTrue(outcome.evidence.containsAll(listOf(Evidence.NEEDS_VENDOR, Evidence.RESET_BY_HAND, Evidence.NEW_ADDRESS)))
        val asked = it.replies.mapNotNull { reply -> reply.view?.screen }.mapNotNull { screen ->
            (screen as? Screen.Question)?.question?.ask?.question ?: (screen as? Screen.Rescue)?.rescue?.ask?.question
        }
        assertTrue(asked.contains(Question.HaveKey(null)))
        assertTrue(asked.contains(Question.ResetOnBand(ResetMenu.MORE_SETTINGS)))
        it.replies
    }

    /** A band of the later protocols, which are asked for longer packets. */
    private fun resetAndNoLongerBound() = Dialogue("smart-band-8", "owned").use {
        it.begin(Task.UNPAIR)
        val outcome = it.end().ended.outcome
        assertEquals(End.FREED, outcome.end)
        assertTrue("${outcome.evidence}", outcome.evidence.containsAll(listOf(Evidence.BOUND_TO_SOMEBODY, Evidence.NOT_BOUND)))
        it.replies
    }

    @Test
    fun a_key_that_is_entered_opens_its_band_and_is_in_no_text_of_the_event() {
        Dialogue("mi-band-4", "owned", withKey = true).use {
            it.begin(Task.UNPAIR)
            assertTrue(Evidence.OPENED_WITH_KEY in it.end().ended.outcome.evidence)
            val entered = it.events.filterIsInstance<Event.Person>().map(Event.Person::did).filterIsInstance<PersonEvent.EnterKey>().single()
            assertTrue("the key would be in a log: $entered", entered.text.entered !in entered.toString())
        }
    }

    @Test
    fun what_is_wrong_with_a_key_comes_back_with_its_numbers() {
        fun problem(text: String) = Dialogue("mi-band-5", "owned").use {
            it.begin(Task.UNPAIR)
            it.until { view -> (view.screen as? Screen.Question)?.question?.ask?.question is Question.HaveKey }
            it.tell(Event.Person(PersonEvent.EnterKey(KeyText(text))))
            ((it.replies.last().view!!.screen as Screen.Question).question.ask.question as Question.HaveKey).problem
        }
        assertEquals(KeyProblem.Length(8), problem("0011 2233"))
        assertEquals(KeyProblem.NotHex("g"), problem("00112233445566778899aabbccddeefg"))
    }

    @Test
    fun a_menu_that_is_locked_ends_with_the_owner_or_the_key() {
        Dialogue("mi-band-6", "menu-locked").use {
            it.begin(Task.UNPAIR)
            val outcome = it.end().ended.outcome
            assertEquals(End.NEEDS_OWNER_OR_KEY, outcome.end)
            assertTrue(Evidence.MENU_OUT_OF_REACH in outcome.evidence)
            assertTrue(!isSuccess(outcome.end))
        }
    }

    @Test
    fun every_practice_band_says_what_it_can_do_and_takes_every_effect() {
        val kinds = practiceKinds()
        assertTrue(kinds.map { it.slug }.containsAll(listOf("mi-band-1", "mi-band-2", "mi-band-4", "look-alike")))
        for (kind in kinds) {
            assertEquals(kind.slug, "owned", kind.scenarios.first())
            PracticeBand(kind.slug, "owned", 1).use { it.perform(0, Effect.Radio(Radio.RequestMtu(1u, 1u, 247))) }
        }
        assertEquals("Xiaomi Smart Band 8 Active", modelFacts(Model.SMART_BAND8_ACTIVE).name)
    }

    @Test
    fun misuse_is_named() {
        Session().use { session ->
            fun misuse(event: Event) = assertThrows(MisuseException::class.java) { session.handle(Input(0, 0, event)) }.message!!
            assertTrue(misuse(Event.Opened(Opened(null, null, ByteArray(5), "", "", ""))).contains("32"))
            assertTrue(misuse(Event.Seen(Seen(peer, "no address", null, 0, null, ByteArray(0)))).contains("address"))
            assertTrue(misuse(Event.Notified(1u, CharacteristicId("x", uuid), ByteArray(0))).contains("x"))
        }
        val unknown = assertThrows(MisuseException::class.java) { PracticeBand("mi-band-2", "no-such-scenario", 1) }
        assertTrue(unknown.message!!.contains("no-such-scenario"))
        val nobody = assertThrows(MisuseException::class.java) { PracticeBand("mi-band-0", "owned", 1) }
        assertTrue(nobody.message!!.contains("mi-band-0"))
    }

    @Test
    fun a_panic_is_an_exception_and_the_session_goes_on() {
        Session().use { session ->
            assertThrows(InternalException::class.java) { session.provokePanic() }
            session.handle(Input(0, 0, Event.Timer))
            assertTrue(session.report().isNotEmpty())
        }
    }
}
