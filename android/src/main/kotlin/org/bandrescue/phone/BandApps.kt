package org.bandrescue.phone

import android.content.Context
import android.content.pm.PackageManager
import org.bandrescue.ffi.BandApp

/** The packages of an app that talks to bands, its main one first. The manifest's queries name the same ones. */
internal val BandApp.packages: List<String>
    get() = when (this) {
        BandApp.ZEPP_LIFE -> listOf("com.xiaomi.hm.health")
        BandApp.ZEPP -> listOf("com.huami.watch.hmwatchmanager")
        BandApp.MI_FITNESS -> listOf("com.xiaomi.wearable")
        BandApp.NOTIFY -> listOf("com.mc.miband1", "com.mc.xiaomi1", "com.mc.miband1.huawei")
        BandApp.GADGETBRIDGE -> listOf(
            "nodomain.freeyourgadget.gadgetbridge",
            "nodomain.freeyourgadget.gadgetbridge.nightly",
            "nodomain.freeyourgadget.gadgetbridge.nightly_nopebble",
            "nodomain.freeyourgadget.gadgetbridge.banglejs",
        )
    }

/** The package of this app that is installed here, if one is. */
internal fun BandApp.installedPackage(context: Context): String? = packages.firstOrNull { name ->
    try {
        context.packageManager.getPackageInfo(name, 0)
        true
    } catch (_: PackageManager.NameNotFoundException) {
        false
    }
}
