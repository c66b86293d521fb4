package org.bandrescue.text

import org.bandrescue.R

/** The practice scenarios that the app offers, of the many that core knows. [slug] is core's name for it. */
internal enum class PracticeCase(val slug: String, val title: Int) {
    OWNED("owned", R.string.scenario_owned),
    TAP_AFTER_THE_DROP("tap-after-the-drop", R.string.scenario_tap_after_the_drop),
    NEVER_TAPPED("never-tapped", R.string.scenario_never_tapped),
    KEEPS_ADDRESS("keeps-address", R.string.scenario_keeps_address),
    NEIGHBOUR("neighbour", R.string.scenario_neighbour),
    HELD_THEN_FREED("held-then-freed", R.string.scenario_held_then_freed),
    LOW_BATTERY("low-battery", R.string.scenario_low_battery),
    BOND_STUCK("bond-stuck", R.string.scenario_bond_stuck),
}
