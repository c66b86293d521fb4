package org.bandrescue.screen

import org.bandrescue.ffi.BandApp
import org.bandrescue.ffi.CoreView
import org.bandrescue.ffi.PersonEvent
import org.bandrescue.ffi.Question
import org.bandrescue.ffi.Screen
import org.bandrescue.ffi.SettingsPage
import org.bandrescue.session.Practice

/** What a screen can set off. */
internal interface Deeds {
    /** Tells the core what the person did. */
    fun send(deed: PersonEvent)

    /** Touches the practice band. */
    fun tapPracticeBand()

    /** Resets the practice band in its menu. */
    fun resetPracticeBand()

    /** Asks before a saved key is deleted. */
    fun confirmDelete(key: UInt)

    /** Asks before an interrupted rescue is forgotten. */
    fun confirmDiscard(rescue: UInt)

    /** Goes to one of the pages that the core knows nothing of. */
    fun open(page: Page)

    /** Opens a page of the phone's settings. */
    fun openSettings(page: SettingsPage)

    /** Opens another app's settings page, where it can be stopped. */
    fun openSettingsOf(app: BandApp)

    /** Opens the phone's list of all apps. */
    fun openListOfApps()
}

/** The pages that the core knows nothing of. */
internal enum class Page { ABOUT, PRACTICE }

/** Shows whatever screen the core asks for. */
internal class Screens(private val frame: Frame, deeds: Deeds) {
    private val home = HomeScreen(frame, deeds)
    private val keys = KeysScreen(frame, deeds)
    private val choose = ChooseScreen(frame, deeds)
    private val question = QuestionScreen(frame, deeds)
    private val keyEntry = KeyEntryScreen(frame, deeds)
    private val rescue = RescueScreen(frame, deeds)
    private val ended = EndedScreen(frame, deeds)

    fun show(view: CoreView, practice: Practice?) {
        when (val screen = view.screen) {
            is Screen.Home -> home.show(screen.home, practice != null)
            is Screen.Keys -> keys.show(screen.rows)
            is Screen.Choose -> choose.show(screen.choose)
            is Screen.Question -> question(screen.question, practice)
            is Screen.Rescue -> rescue.show(screen.rescue, practice)
            is Screen.Ended -> ended.show(screen.ended)
        }
    }

    private fun question(screen: org.bandrescue.ffi.QuestionScreen, practice: Practice?) {
        val asked = screen.ask.question
        if (asked is Question.HaveKey) keyEntry.show(screen, asked.problem, practice?.key) else question.show(screen)
    }
}
