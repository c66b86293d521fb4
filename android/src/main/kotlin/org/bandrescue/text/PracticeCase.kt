package org.bandrescue.text

import android.content.res.Resources
import org.bandrescue.R
import org.bandrescue.ffi.PracticeKind

/** The practice scenarios that the app offers, of the many that core knows. [slug] is core's name for it. */
internal enum class PracticeCase(val slug: String, val title: Int) {
    OWNED("owned", R.string.scenario_owned),
    MENU_LOCKED("menu-locked", R.string.scenario_menu_locked),
    WRONG_KEY("wrong-key", R.string.scenario_wrong_key),
    TAP_AFTER_THE_DROP("tap-after-the-drop", R.string.scenario_tap_after_the_drop),
    NEVER_TAPPED("never-tapped", R.string.scenario_never_tapped),
    KEEPS_ADDRESS("keeps-address", R.string.scenario_keeps_address),
    NEIGHBOUR("neighbour", R.string.scenario_neighbour),
    HELD_THEN_FREED("held-then-freed", R.string.scenario_held_then_freed),
    LOW_BATTERY("low-battery", R.string.scenario_low_battery),
    BOND_STUCK("bond-stuck", R.string.scenario_bond_stuck),
    ;

    companion object {
        /** Those that a band of this kind can do. */
        fun of(kind: PracticeKind): List<PracticeCase> = entries.filter { it.slug in kind.scenarios }
    }
}

/** What a practice band is called: its model, and what sets it apart from others of that model. */
internal fun PracticeKind.called(resources: Resources): String = when {
    slug == "look-alike" -> resources.getString(R.string.kind_look_alike)
    slug.endsWith("-2021") -> resources.getString(R.string.kind_with_firmware, model.called)
    slug.endsWith("-local-bind") -> resources.getString(R.string.kind_local_bind, model.called)
    else -> model.called
}
