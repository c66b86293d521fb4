package org.bandrescue.session

import android.content.ClipData
import android.content.ClipboardManager
import android.content.Context
import android.os.Build
import android.os.PersistableBundle
import android.os.VibrationEffect
import android.os.Vibrator
import android.os.VibratorManager
import android.widget.Toast
import org.bandrescue.R

/** What reaches the person outside the screen: the phone's vibration and the clipboard. */
internal class PersonEffects(private val context: Context) {
    /** Vibrates the phone once. */
    fun vibrate() {
        vibrator()?.vibrate(VibrationEffect.createOneShot(VIBRATION_MS, VibrationEffect.DEFAULT_AMPLITUDE))
    }

    /** Puts a key on the clipboard, marked so that the system shows dots in its place. */
    fun copy(key: String) {
        val clip = ClipData.newPlainText(context.getString(R.string.key_clip_label), key)
        clip.description.extras = PersistableBundle().apply { putBoolean(SENSITIVE, true) }
        context.getSystemService(ClipboardManager::class.java).setPrimaryClip(clip)
        // Newer versions of Android say so by themselves.
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU) {
            Toast.makeText(context, R.string.key_copied, Toast.LENGTH_SHORT).show()
        }
    }

    private fun vibrator(): Vibrator? =
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) {
            context.getSystemService(VibratorManager::class.java)?.defaultVibrator
        } else {
            @Suppress("DEPRECATION")
            context.getSystemService(Vibrator::class.java)
        }

    private companion object {
        const val VIBRATION_MS = 450L

        /** `ClipDescription.EXTRA_IS_SENSITIVE`; keyboards of older versions know the name too. */
        const val SENSITIVE = "android.content.extra.IS_SENSITIVE"
    }
}
