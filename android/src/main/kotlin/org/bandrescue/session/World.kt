package org.bandrescue.session

import org.bandrescue.ffi.Effect
import org.bandrescue.ffi.Event
import org.bandrescue.ffi.Model
import org.bandrescue.ffi.Phone
import org.bandrescue.ffi.PracticeBand
import org.bandrescue.ffi.Radio
import org.bandrescue.phone.AndroidPhone
import org.bandrescue.radio.AndroidRadio

/** What a session works on: the phone with its Bluetooth, or the practice band. Used on the session's thread alone. */
internal interface World {
    fun perform(now: Long, work: Radio)
    fun perform(now: Long, work: Phone)

    /** What happened until now and was not told yet, in order. A world that tells by itself has nothing here. */
    fun due(now: Long): List<Event>

    /** When to ask again for what is due. */
    fun wakeAt(): Long?

    /** The practice band as it looks now; nothing in the real world. */
    fun practice(now: Long): Practice?

    fun quit()
}

/** The phone and the bands around it. */
internal class RealWorld(private val radio: AndroidRadio, private val phone: AndroidPhone) : World {
    override fun perform(now: Long, work: Radio) = radio.perform(work)
    override fun perform(now: Long, work: Phone) = phone.perform(work)
    override fun due(now: Long): List<Event> = emptyList()
    override fun wakeAt(): Long? = null
    override fun practice(now: Long): Practice? = null

    override fun quit() {
        radio.quit()
        phone.quit()
    }
}

/** A band to practise with, in real time. Touches no Bluetooth, no setting and no permission of the phone. */
internal class PracticeWorld(private val band: PracticeBand, private val model: Model) : World {
    private val key = band.key()
    private var menuLocked = false

    override fun perform(now: Long, work: Radio) = band.perform(now, Effect.Radio(work))
    override fun perform(now: Long, work: Phone) = band.perform(now, Effect.Phone(work))
    override fun due(now: Long): List<Event> = band.events(now)
    override fun wakeAt(): Long? = band.wakeAtMs()
    override fun practice(now: Long) = Practice(model, band.face(now), key, menuLocked)
    override fun quit() = band.close()

    /** The person touches the band's picture. */
    fun tap(now: Long) = band.tap(now)

    /** The person resets the band in its menu, if it can be reached. */
    fun resetInMenu(now: Long) {
        menuLocked = !band.menuReset(now)
    }

    /** The person says that the other phone or app has let go of it. */
    fun letGo(now: Long) = band.letGo(now)
}
