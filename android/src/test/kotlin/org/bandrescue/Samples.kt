package org.bandrescue

import org.bandrescue.ffi.*
import org.bandrescue.session.Practice

/** One of every screen as the core might ask for it; no engine behind them. */
internal object Samples {
    private val label = BandLabel(Model.MI_BAND2, "E4:BE")
    private val label3 = BandLabel(Model.MI_BAND3, "0C:77")
    private val label1 = BandLabel(Model.MI_BAND1, "51:C4")
    private val label4 = BandLabel(Model.MI_BAND4, "7A:10")
    private val label8 = BandLabel(Model.SMART_BAND8, "5B:38")

    private fun view(screen: Screen, leaving: Leaving? = null) = CoreView(screen, leaving)

    private fun question(question: Question, vararg choices: Choice, band: BandLabel? = label, task: Task = Task.UNPAIR) =
        view(Screen.Question(QuestionScreen(task, band, Ask(1u, question, choices.toList()))))

    private val losses = listOf(Loss.OLD_PAIRING, Loss.UNSYNCED_RECORDS, Loss.SETTINGS, Loss.OLD_KEYS)

    private fun row(step: Step, state: StepState, seen: StepSeen? = null) = StepRow(step, state, seen)

    private val halfway = listOf(
        row(Step.FREE_PHONE, StepState.DONE, StepSeen.PhoneKnewNothing),
        row(Step.CONNECT, StepState.DONE, StepSeen.Connected(2)),
        row(Step.IDENTIFY, StepState.DONE, StepSeen.Identified(Model.MI_BAND2, "V1.0.1.69")),
        row(Step.TAKE_OVER, StepState.NEEDS_YOU),
        row(Step.ERASE, StepState.WAITING),
        row(Step.PROVE, StepState.WAITING),
    )

    private val byHand = listOf(
        row(Step.FREE_PHONE, StepState.DONE, StepSeen.PhoneKnewNothing),
        row(Step.CONNECT, StepState.DONE, StepSeen.Connected(1)),
        row(Step.IDENTIFY, StepState.DONE, StepSeen.WantsVendor),
        row(Step.RESET_ON_BAND, StepState.NEEDS_YOU),
        row(Step.PROVE, StepState.WAITING),
    )

    private val beginning = listOf(
        row(Step.FREE_PHONE, StepState.DONE, StepSeen.PhoneHasForgotten),
        row(Step.CONNECT, StepState.DOING),
        row(Step.IDENTIFY, StepState.WAITING),
        row(Step.TAKE_OVER, StepState.WAITING),
        row(Step.ERASE, StepState.WAITING),
        row(Step.PROVE, StepState.WAITING),
    )

    private val finished = listOf(
        row(Step.FREE_PHONE, StepState.DONE, StepSeen.PhoneKnewNothing),
        row(Step.CONNECT, StepState.DONE, StepSeen.Connected(1)),
        row(Step.IDENTIFY, StepState.DONE, StepSeen.Identified(Model.MI_BAND2, "V1.0.1.69")),
        row(Step.TAKE_OVER, StepState.DONE, StepSeen.KeyTaken),
        row(Step.ERASE, StepState.DONE, StepSeen.Acknowledged),
        row(Step.PROVE, StepState.DONE, StepSeen.CameBack("9A:41")),
    )

    private fun rescue(steps: List<StepRow>, prompt: Prompt? = null, ask: Ask? = null, band: BandLabel = label) =
        view(Screen.Rescue(Rescue(Task.UNPAIR, band, steps, prompt, ask)))

    private fun ended(
        end: End,
        left: LeftState,
        advice: List<Advice>,
        evidence: List<Evidence>,
        steps: List<StepRow> = finished,
        new: String? = null,
        key: String? = null,
        accepted: Boolean? = null,
        keySaved: Boolean = false,
        resumable: UInt? = null,
        band: BandLabel = label,
        task: Task = Task.UNPAIR,
        facts: Facts? = null,
    ) = view(
        Screen.Ended(
            Ended(
                task, band, Outcome(end, "FA:8E:E3:12:E4:BE", new, evidence, key), left, steps, advice,
                listOf(BandApp.ZEPP_LIFE), accepted, keySaved, resumable, facts,
            ),
        ),
    )

    private const val KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"

    private fun band(peer: String, kind: RowKind, rssi: Int, signal: Signal, held: Boolean? = false, bonded: Boolean = false, buzz: Buzz? = null, name: String = "") =
        BandRow(peer, kind, name, peer.takeLast(5), rssi, signal, held, bonded, buzz)

    private val home = Home(emptyList(), 0, false)
    private val proof = listOf(
        Evidence.TAP_SEEN, Evidence.KEY_ACCEPTED, Evidence.ERASE_ACKNOWLEDGED, Evidence.LINK_DROPPED, Evidence.NEW_ADDRESS, Evidence.SAME_SERIAL,
    )

    private val freed = ended(End.FREED, LeftState.ERASE_SENT, listOf(Advice.OPEN_OFFICIAL_APP), proof, new = "C1:0D:22:5F:9A:41")

    private val looked = listOf(
        row(Step.CONNECT, StepState.DONE, StepSeen.Connected(1)),
        row(Step.IDENTIFY, StepState.DONE, StepSeen.Identified(Model.MI_BAND2, "V1.0.1.69")),
    )

    private val told = Facts(
        Model.MI_BAND2, listOf(Sign.NAME, Sign.HARDWARE, Sign.PRODUCT), "FA:8E:E3:12:E4:BE", "V0.1.3.2", "V1.0.1.69", "0123456789ab",
        Battery.Told(Charge(82, ChargeState.IN_USE, LastCharge.ByItsClock(LocalTime(2018, 3, 18, 20, 36, 8)), null)), null,
        Locks(PhoneLock.BOND_HERE, KeyLock.NOT_TOLD, TakeOver.BY_TAP_WITH_KEY, AccountWay.ERASE),
    )

    /** A protobuf band whose key nobody here has. */
    private val toldLittle = Facts(
        Model.SMART_BAND8, listOf(Sign.NAME), "FA:8E:E3:12:5B:38", null, null, null,
        Battery.Told(Charge(82, null, null, null)), Bound.SOMEBODY,
        Locks(PhoneLock.OPEN, KeyLock.SOMEBODY, TakeOver.LOCAL_BIND_IF_OFFERED, AccountWay.ERASE),
    )

    val all: Map<String, CoreView> = mapOf(
        "home" to view(Screen.Home(home)),
        "home-unfinished" to view(Screen.Home(Home(listOf(Unfinished(3u, Task.UNPAIR, label, LeftState.KEY_SENT)), 2, true))),
        "permission-nearby" to question(Question.NeedsPermission(PermissionKind.NEARBY_DEVICES, false), Choice.ALLOW, Choice.STOP, band = null),
        "permission-location" to question(Question.NeedsPermission(PermissionKind.LOCATION, false), Choice.ALLOW, Choice.STOP, band = null),
        "permission-refused" to
            question(Question.NeedsPermission(PermissionKind.NEARBY_DEVICES, true), Choice.OPEN_SETTINGS, Choice.STOP, band = null),
        "bluetooth-off" to question(Question.NeedsBluetooth, Choice.ALLOW, Choice.STOP, band = null),
        "location-off" to question(Question.NeedsLocationSwitch, Choice.OPEN_SETTINGS, Choice.STOP, band = null),
        "choose-searching" to view(Screen.Choose(Choose(Task.UNPAIR, emptyList(), emptyList(), false))),
        "choose-list" to view(
            Screen.Choose(
                Choose(
                    Task.UNPAIR,
                    listOf(
                        band("FA:8E:E3:12:E4:BE", RowKind.Band(Model.MI_BAND2), -48, Signal.STRONG, buzz = Buzz.SENT),
                        band("D4:22:CD:00:0C:77", RowKind.Band(Model.MI_BAND3), -71, Signal.MEDIUM, held = true, bonded = true),
                        band("C8:0F:10:AA:31:02", RowKind.LookAlike, -83, Signal.WEAK),
                    ),
                    emptyList(), true,
                ),
            ),
        ),
        "choose-others" to view(
            Screen.Choose(
                Choose(
                    Task.UNPAIR,
                    listOf(
                        band("FA:8E:E3:12:5B:38", RowKind.Band(Model.SMART_BAND8_ACTIVE), -44, Signal.STRONG, name = "Xiaomi Smart Band 8 Active 5B38"),
                        band("C8:0F:10:11:51:C4", RowKind.Band(Model.MI_BAND1), -52, Signal.STRONG, name = "MI"),
                        band("D4:22:CD:00:0C:77", RowKind.Related, -66, Signal.MEDIUM, name = "Redmi Smart Band 2 0C77"),
                        band("C2:22:CD:00:44:12", RowKind.UnknownBand, -70, Signal.MEDIUM, name = "Xiaomi Smart Band 12"),
                        band("C8:0F:10:AA:31:02", RowKind.LookAlike, -83, Signal.WEAK, name = "Mi Smart Band 6"),
                    ),
                    emptyList(), true,
                ),
            ),
        ),
        "choose-hints" to view(
            Screen.Choose(
                Choose(
                    Task.UNPAIR, emptyList(),
                    listOf(HidingPlace.AnotherPhone, HidingPlace.AppOnThisPhone(BandApp.ZEPP_LIFE), HidingPlace.EmptyBattery, HidingPlace.TooFar), false,
                ),
            ),
        ),
        "where-used" to question(Question.WhereUsed, Choice.OFFICIAL_APP, Choice.ANOTHER_APP),
        "have-key" to question(Question.HaveKey(null), Choice.NO_KEY, band = label4),
        "have-key-wrong" to question(Question.HaveKey(KeyProblem.Length(31)), Choice.NO_KEY, band = label8),
        "what-happens-erased" to question(Question.WhatHappens(Road.TAP, true, losses, 4), Choice.START),
        "what-happens-ask-the-band" to question(Question.WhatHappens(Road.ASK_THE_BAND, true, losses, 4), Choice.START, band = label4),
        "what-happens-keeps-address" to
            question(Question.WhatHappens(Road.TAP, false, listOf(Loss.OLD_PAIRING, Loss.OLD_KEYS), 2), Choice.START, band = label1),
        "what-happens-restart" to question(Question.WhatHappens(Road.KEY, false, emptyList(), 2), Choice.START, task = Task.RESTART),
        "rescue-steps" to rescue(beginning),
        "rescue-tap" to rescue(halfway, Prompt.Tap(19_000, 25_000, Gesture.TAP_BUTTON)),
        "rescue-tap-lights" to rescue(halfway, Prompt.Tap(19_000, 25_000, Gesture.TAP_SEVERAL_TIMES), band = label1),
        "rescue-tap-screen" to rescue(halfway, Prompt.Tap(19_000, 25_000, Gesture.TOUCH_SCREEN), band = label8),
        "rescue-reset-on-band" to
            rescue(byHand, ask = Ask(7u, Question.ResetOnBand(ResetMenu.SETTINGS_SYSTEM), listOf(Choice.DID_IT, Choice.CANNOT_FIND, Choice.STOP)), band = label8),
        "rescue-experiment" to rescue(byHand, ask = Ask(8u, Question.TryExperiment, listOf(Choice.STOP, Choice.GO_ON)), band = label4),
        "rescue-hold-near" to rescue(finished.dropLast(1) + row(Step.PROVE, StepState.DOING), Prompt.HoldNear(80_000, 90_000), band = label3),
        "rescue-ask" to rescue(halfway, ask = Ask(4u, Question.DidItBuzz, listOf(Choice.YES, Choice.NO, Choice.AGAIN))),
        "rescue-held" to
            rescue(beginning, ask = Ask(5u, Question.HeldByPhone(true, listOf(BandApp.ZEPP_LIFE, BandApp.NOTIFY)), listOf(Choice.CHECK_AGAIN, Choice.STOP))),
        "rescue-forget" to
            rescue(beginning, ask = Ask(6u, Question.ForgetByHand, listOf(Choice.OPEN_SETTINGS, Choice.CHECK_AGAIN, Choice.STOP))),
        "leaving" to rescue(halfway, Prompt.Tap(12_000, 25_000, Gesture.TAP_BUTTON)).copy(leaving = Leaving(9u, LeftState.KEY_SENT)),
        "ended-freed" to freed,
        "ended-same-address" to ended(
            End.FREED_SAME_ADDRESS, LeftState.ERASE_SENT, listOf(Advice.OPEN_OFFICIAL_APP, Advice.ACCOUNT_LOCK, Advice.ASK_OWNER),
            listOf(Evidence.TAP_SEEN, Evidence.ERASE_ACKNOWLEDGED, Evidence.SAME_ADDRESS, Evidence.OLD_KEY_REFUSED), accepted = false,
        ),
        "ended-taken-over" to ended(
            End.TAKEN_OVER, LeftState.TAKEN_OVER, listOf(Advice.COPY_KEY), listOf(Evidence.TAP_SEEN, Evidence.KEY_ACCEPTED),
            steps = finished.take(4), key = KEY, keySaved = true,
        ),
        "ended-band-1" to ended(
            End.TAKEN_OVER, LeftState.TAKEN_OVER, listOf(Advice.OPEN_OFFICIAL_APP, Advice.ACCOUNT_LOCK, Advice.ASK_OWNER),
            listOf(Evidence.TAP_SEEN, Evidence.USER_KNOWN), steps = finished.take(4), band = label1,
        ),
        "ended-needs-owner" to ended(
            End.NEEDS_OWNER_OR_KEY, LeftState.PHONE_CHANGED,
            listOf(Advice.ASK_OWNER, Advice.CHECK_KEY, Advice.OWN_KEY, Advice.RESET_ON_BAND, Advice.SHARE_REPORT),
            listOf(Evidence.OLD_KEY_REFUSED, Evidence.NEEDS_VENDOR, Evidence.MENU_OUT_OF_REACH, Evidence.EXPERIMENT_TRIED),
            steps = byHand.map { if (it.step == Step.RESET_ON_BAND) it.copy(state = StepState.FAILED) else it }, band = label4,
        ),
        "ended-not-bound" to ended(
            End.FREED, LeftState.ERASED, listOf(Advice.OPEN_OFFICIAL_APP), listOf(Evidence.RESET_BY_HAND, Evidence.NOT_BOUND),
            steps = byHand.map { it.copy(state = StepState.DONE) }, band = label8,
        ),
        "ended-not-tapped" to ended(
            End.NOT_TAPPED, LeftState.KEY_SENT, listOf(Advice.CONTINUE, Advice.TRY_AGAIN, Advice.SHARE_REPORT), listOf(Evidence.DROPPED_AS_STRANGER),
            steps = halfway.map { if (it.step == Step.TAKE_OVER) it.copy(state = StepState.FAILED) else it }, keySaved = true, resumable = 3u,
        ),
        "ended-held" to ended(
            End.HELD_BY_A_PHONE, LeftState.UNTOUCHED, listOf(Advice.STOP_OTHER_APP, Advice.TRY_AGAIN, Advice.TOGGLE_BLUETOOTH, Advice.SHARE_REPORT),
            listOf(Evidence.CONNECTED_ON_THIS_PHONE), steps = beginning.map { if (it.state == StepState.DOING) it.copy(state = StepState.FAILED) else it },
        ),
        "ended-info" to ended(End.DONE, LeftState.UNTOUCHED, emptyList(), emptyList(), steps = looked, task = Task.INFO, facts = told),
        "ended-info-little" to ended(
            End.DONE, LeftState.UNTOUCHED, emptyList(), listOf(Evidence.BOUND_TO_SOMEBODY), steps = looked.take(1), task = Task.INFO, facts = toldLittle,
            band = label8,
        ),
        "ended-battery" to ended(
            End.NEEDS_OWNER_OR_KEY, LeftState.UNTOUCHED, listOf(Advice.ASK_OWNER, Advice.OWN_KEY, Advice.SHARE_REPORT), emptyList(),
            steps = looked + row(Step.CHARGE, StepState.FAILED), task = Task.BATTERY, facts = told.copy(battery = Battery.WantsKey), band = label4,
        ),
        "ended-forgotten" to ended(
            End.DONE, LeftState.PHONE_CHANGED, emptyList(), listOf(Evidence.PHONE_HAS_FORGOTTEN),
            steps = listOf(row(Step.FREE_PHONE, StepState.DONE, StepSeen.PhoneHasForgotten)), task = Task.FORGET,
        ),
        "keys" to view(
            Screen.Keys(
                listOf(
                    KeyRow(1u, label, KEY, true, 1_790_000_000_000),
                    KeyRow(2u, label3, KEY.reversed(), false, 1_789_000_000_000),
                ),
            ),
        ),
        "keys-empty" to view(Screen.Keys(emptyList())),
    )

    /** Screens as they look in practice. */
    val practised: Map<String, Pair<CoreView, Practice>> = mapOf(
        "practice-home" to Pair(view(Screen.Home(home)), Practice(Model.MI_BAND2, Face.DARK)),
        "practice-steps" to Pair(rescue(beginning), Practice(Model.MI_BAND2, Face.DARK)),
        "practice-tap" to Pair(rescue(halfway, Prompt.Tap(22_000, 25_000, Gesture.TAP_BUTTON)), Practice(Model.MI_BAND2, Face.PROMPT)),
        "practice-buzz-3" to Pair(
            rescue(halfway, ask = Ask(4u, Question.DidItBuzz, listOf(Choice.YES, Choice.NO, Choice.AGAIN)), band = label3),
            Practice(Model.MI_BAND3, Face.BUZZING),
        ),
        "practice-tap-lights" to Pair(
            rescue(halfway, Prompt.Tap(22_000, 25_000, Gesture.TAP_SEVERAL_TIMES), band = label1), Practice(Model.MI_BAND1, Face.PROMPT),
        ),
        "practice-have-key" to Pair(question(Question.HaveKey(null), Choice.NO_KEY, band = label4), Practice(Model.MI_BAND4, Face.DARK, KEY)),
        "practice-menu" to Pair(
            rescue(byHand, ask = Ask(7u, Question.ResetOnBand(ResetMenu.MORE_SETTINGS), listOf(Choice.DID_IT, Choice.CANNOT_FIND, Choice.STOP)), band = label4),
            Practice(Model.MI_BAND4, Face.DARK, KEY),
        ),
        "practice-buzz-7-pro" to Pair(
            rescue(halfway, ask = Ask(4u, Question.DidItBuzz, listOf(Choice.YES, Choice.NO, Choice.AGAIN)), band = BandLabel(Model.SMART_BAND7_PRO, "0C:77")),
            Practice(Model.SMART_BAND7_PRO, Face.BUZZING),
        ),
        "practice-pairing" to Pair(rescue(finished), Practice(Model.MI_BAND3, Face.PAIRING_SCREEN)),
        "practice-freed" to Pair(freed, Practice(Model.MI_BAND2, Face.PAIRING_SCREEN)),
    )
}
