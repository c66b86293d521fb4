package org.bandrescue.phone

import android.Manifest
import android.app.Activity
import android.content.Context
import android.content.pm.PackageManager
import android.os.Build
import android.os.SystemClock
import org.bandrescue.ffi.Permission
import org.bandrescue.ffi.PermissionKind

/**
 * The permission that finding a band needs on this phone, and whether the system would still ask for it. Android does
 * not tell the latter; it follows from how it answered.
 */
internal class Permissions(private val context: Context) {
    private val memory = context.getSharedPreferences("permission", Context.MODE_PRIVATE)
    private val nearby = Build.VERSION.SDK_INT >= Build.VERSION_CODES.S
    private var askedAt = 0L

    val kind: PermissionKind = if (nearby) PermissionKind.NEARBY_DEVICES else PermissionKind.LOCATION

    /** Where things stand now. */
    fun state(): Permission = when {
        needed().all { context.checkSelfPermission(it) == PackageManager.PERMISSION_GRANTED } -> Permission.GRANTED
        memory.getBoolean(TURNED_AWAY, false) -> Permission.REFUSED_FOR_GOOD
        else -> Permission.MISSING
    }

    /** Shows the system's dialog. */
    fun ask(activity: Activity, code: Int) {
        askedAt = SystemClock.elapsedRealtime()
        activity.requestPermissions(needed() + alongside(), code)
    }

    /** The dialog was answered, or was not even shown. */
    fun answered(activity: Activity, results: IntArray) {
        if (results.isEmpty()) return
        val wouldExplain = needed().any(activity::shouldShowRequestPermissionRationale)
        val atOnce = SystemClock.elapsedRealtime() - askedAt < NOT_SHOWN_MS
        val refused = state() != Permission.GRANTED
        // Before the first refusal and after the last one Android answers the same; in between it would explain.
        val turnedAway = refused && !wouldExplain && (atOnce || memory.getBoolean(REFUSED_ONCE, false))
        memory.edit().putBoolean(TURNED_AWAY, turnedAway).putBoolean(REFUSED_ONCE, refused && wouldExplain || turnedAway).apply()
    }

    private fun needed(): Array<String> =
        if (nearby) arrayOf(Manifest.permission.BLUETOOTH_SCAN, Manifest.permission.BLUETOOTH_CONNECT)
        else arrayOf(Manifest.permission.ACCESS_FINE_LOCATION)

    private fun alongside(): Array<String> = if (nearby) emptyArray() else arrayOf(Manifest.permission.ACCESS_COARSE_LOCATION)

    private companion object {
        const val TURNED_AWAY = "turned_away"
        const val REFUSED_ONCE = "refused_once"

        /** Nobody reads and answers a dialog in so little time. */
        const val NOT_SHOWN_MS = 300L
    }
}
