package org.bandrescue.phone

import android.content.ActivityNotFoundException
import android.content.Context
import android.content.Intent
import android.net.Uri
import android.provider.Settings
import android.widget.Toast
import org.bandrescue.R
import org.bandrescue.ffi.BandApp
import org.bandrescue.ffi.SettingsPage

/** Ways out of the app: settings pages, other apps, their pages in a store. Coming back is not its business. */
internal class Doors(private val context: Context) {
    /** A page of the settings; the settings' front page where a phone lacks it. */
    fun settings(page: SettingsPage) = open(
        when (page) {
            SettingsPage.APP -> details(context.packageName)
            SettingsPage.BLUETOOTH -> Intent(Settings.ACTION_BLUETOOTH_SETTINGS)
            SettingsPage.LOCATION -> Intent(Settings.ACTION_LOCATION_SOURCE_SETTINGS)
        },
        Intent(Settings.ACTION_SETTINGS),
    )

    /** The settings page of another app, where it can be stopped. */
    fun settingsOf(app: BandApp) {
        val name = app.installedPackage(context) ?: app.packages.first()
        open(details(name), Intent(Settings.ACTION_SETTINGS))
    }

    /** All apps of the phone. */
    fun listOfApps() = open(Intent(Settings.ACTION_MANAGE_APPLICATIONS_SETTINGS), Intent(Settings.ACTION_SETTINGS))

    /** The app itself, or its page in a store when it is not installed. */
    fun app(app: BandApp) {
        val installed = app.installedPackage(context)?.let { context.packageManager.getLaunchIntentForPackage(it) }
        if (installed != null) return open(installed)
        val name = app.packages.first()
        open(
            Intent(Intent.ACTION_VIEW, Uri.parse("market://details?id=$name")),
            Intent(Intent.ACTION_VIEW, Uri.parse("https://play.google.com/store/apps/details?id=$name")),
        )
    }

    /** The phone's own choice of where a text can be shared to. */
    fun share(text: String) {
        val send = Intent(Intent.ACTION_SEND)
            .setType("text/plain")
            .putExtra(Intent.EXTRA_SUBJECT, context.getString(R.string.share_report_title))
            .putExtra(Intent.EXTRA_TEXT, text)
        open(Intent.createChooser(send, context.getString(R.string.share_report)))
    }

    private fun details(name: String) =
        Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, Uri.fromParts("package", name, null))

    /** Opens the first of these that this phone can open. */
    private fun open(vararg ways: Intent) {
        for (way in ways) {
            try {
                return context.startActivity(way.addFlags(Intent.FLAG_ACTIVITY_NEW_TASK))
            } catch (_: ActivityNotFoundException) {
                continue
            } catch (_: SecurityException) {
                continue
            }
        }
        Toast.makeText(context, R.string.no_app_for_this, Toast.LENGTH_LONG).show()
    }
}
