package org.bandrescue.screen

import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.ImageView
import android.widget.TextView
import org.bandrescue.R
import org.bandrescue.ffi.BandRow
import org.bandrescue.ffi.Buzz
import org.bandrescue.ffi.Choose
import org.bandrescue.ffi.HidingPlace
import org.bandrescue.ffi.PersonEvent
import org.bandrescue.ffi.RowKind
import org.bandrescue.look.fill
import org.bandrescue.look.part
import org.bandrescue.look.say
import org.bandrescue.look.show
import org.bandrescue.text.called
import org.bandrescue.text.choosing
import org.bandrescue.text.icon
import org.bandrescue.text.note
import org.bandrescue.text.picture
import org.bandrescue.text.text
import org.bandrescue.text.title

/** Which band is it? A live list, the strongest on top, in the core's order. */
internal class ChooseScreen(private val frame: Frame, private val deeds: Deeds) {
    fun show(choose: Choose) {
        val title = frame.text(choose.task.choosing)
        val root = frame.content(R.layout.choose, title)
        frame.back { deeds.send(PersonEvent.Back) }
        frame.buttons(null, null)
        root.part<TextView>(R.id.title).say(title)
        val nearest = choose.bands.firstOrNull { it.kind is RowKind.Band }
        root.part<ViewGroup>(R.id.bands).fill(R.layout.band_row, choose.bands) { view, band ->
            band(view, band, band === nearest, choose.canBuzz)
        }
        root.part<View>(R.id.hints).show(choose.hints.isNotEmpty())
        root.part<ViewGroup>(R.id.hint_rows).fill(R.layout.hint, choose.hints, ::hint)
    }

    private fun band(view: View, band: BandRow, nearest: Boolean, canBuzz: Boolean) {
        val resources = view.resources
        view.part<ImageView>(R.id.icon).setImageResource(band.kind.picture)
        view.part<TextView>(R.id.title).say(name(view, band))
        val facts = listOfNotNull(
            resources.getString(R.string.row_nearest).takeIf { nearest },
            band.addressTail.ifEmpty { null }?.let { resources.getString(R.string.row_address, it) },
            resources.getString(band.signal.text),
        )
        view.part<TextView>(R.id.note).say(facts.joinToString(" · "))
        val states = listOfNotNull(
            // Its own name is its title.
            band.kind.title.takeIf { band.advertisedName.isNotEmpty() },
            band.kind.note,
            R.string.row_held.takeIf { band.held == true },
            R.string.row_bonded.takeIf { band.bonded },
        )
        view.part<TextView>(R.id.state).say(states.joinToString("\n", transform = resources::getString))
        view.part<ImageView>(R.id.signal).setImageResource(band.signal.icon)
        view.setOnClickListener { deeds.send(PersonEvent.Pick(band.peer)) }
        buzz(view, band, canBuzz)
    }

    private fun name(view: View, band: BandRow): String = when (val kind = band.kind) {
        is RowKind.Band -> kind.model.called
        RowKind.Related, RowKind.UnknownBand, RowKind.LookAlike ->
            band.advertisedName.ifEmpty { kind.title?.let(view.resources::getString).orEmpty() }
    }

    private fun buzz(view: View, band: BandRow, canBuzz: Boolean) {
        val possible = canBuzz && band.kind is RowKind.Band
        view.part<View>(R.id.buzz_row).show(possible || band.buzz != null)
        view.part<TextView>(R.id.buzz_note).say(band.buzz?.text)
        val button = view.part<Button>(R.id.buzz)
        button.show(possible && band.buzz != Buzz.TRYING)
        button.setOnClickListener { deeds.send(PersonEvent.Buzz(band.peer)) }
    }

    private fun hint(view: View, place: HidingPlace) {
        val resources = view.resources
        view.part<TextView>(R.id.title).say(place.title(resources))
        view.part<TextView>(R.id.note).say(place.note)
        val button = view.part<Button>(R.id.action)
        when (place) {
            is HidingPlace.AppOnThisPhone -> {
                button.say(R.string.hint_stop_app)
                button.setOnClickListener { deeds.openSettingsOf(place.app) }
            }
            HidingPlace.AnotherPhone, HidingPlace.EmptyBattery, HidingPlace.TooFar -> button.show(false)
        }
    }
}
