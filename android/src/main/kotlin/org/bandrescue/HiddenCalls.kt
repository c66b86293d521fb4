package org.bandrescue

import org.bandrescue.ffi.HiddenCall

/**
 * The Bluetooth calls that Android has but does not publish; Rust makes them by name and says what became of them.
 * Never throws.
 */
internal object HiddenCalls {
    init {
        // Before JNA binds the library: so that the JVM sees its JNI functions, and both share one copy.
        System.loadLibrary("rescue")
    }

    /** Removes the phone's bond with a `BluetoothDevice`; done means started. */
    fun forget(band: Any): HiddenCall = HiddenCall.entries[removeBond(band)]

    /** Cancels a pairing with a `BluetoothDevice` that is under way. */
    fun cancelPairing(band: Any): HiddenCall = HiddenCall.entries[cancelBondProcess(band)]

    /** Makes the phone forget its cached service table of a `BluetoothGatt`. */
    fun clearCache(link: Any): HiddenCall = HiddenCall.entries[refresh(link)]

    external fun removeBond(band: Any): Int

    external fun cancelBondProcess(band: Any): Int

    external fun refresh(link: Any): Int
}
