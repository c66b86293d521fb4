package org.bandrescue.radio

import android.bluetooth.BluetoothAdapter
import android.bluetooth.BluetoothDevice
import android.bluetooth.le.BluetoothLeScanner
import android.bluetooth.le.ScanCallback
import android.bluetooth.le.ScanResult
import android.os.Build
import android.os.Handler
import android.os.SystemClock
import org.bandrescue.ffi.AddressKind
import org.bandrescue.ffi.Event
import org.bandrescue.ffi.Failure
import org.bandrescue.ffi.Seen
import org.bandrescue.ffi.Value
import org.bandrescue.session.Happened

/**
 * One scan at a time, on the radio's thread. Keeps the device object of everything heard: an address alone does not
 * tell its kind, and connecting to the wrong kind hangs. Decides nothing about what was heard.
 */
@Suppress("MissingPermission") // a missing permission arrives as SecurityException and is told as Denied
internal class Scan(private val adapter: () -> BluetoothAdapter?, private val thread: Handler, private val happened: Happened) {
    private val starts = StartCount()
    private val heard = HashMap<String, BluetoothDevice>()
    private var wanted = false
    private var looking = true
    private var unanswered: ULong? = null
    private var scanner: BluetoothLeScanner? = null

    private val begin = Runnable { begin() }
    private val renew = Runnable { renew() }
    private val settled = Runnable { answer { op -> Event.Done(op, Value.Nothing) } }

    /** Starts listening; answered when the phone has taken it, or refused it. */
    fun start(op: ULong) {
        stop()
        wanted = true
        unanswered = op
        begin()
    }

    /** Stops listening. A start that was not answered yet is answered as refused. */
    fun stop() {
        wanted = false
        silence()
        answer { op -> Event.Failed(op, Failure.Refused) }
    }

    /** Nobody looks at the list: pauses a scan until [lookAgain]. */
    fun lookAway() {
        looking = false
        silence()
        answer { op -> Event.Done(op, Value.Nothing) }
    }

    /** Somebody looks again. */
    fun lookAgain() {
        if (looking) return
        looking = true
        if (wanted) begin()
    }

    /** Bluetooth is off: whatever was under way is over. */
    fun adapterOff() {
        wanted = false
        silence()
        answer { op -> Event.Failed(op, Failure.BluetoothOff) }
    }

    /** The device as it was heard, if it was. */
    fun device(peer: String): BluetoothDevice? = heard[peer]

    private fun begin() {
        thread.removeCallbacks(begin)
        if (!wanted || !looking || scanner != null) return
        val wait = starts.waitAt(SystemClock.elapsedRealtime())
        if (wait > 0) {
            thread.postDelayed(begin, wait)
            return
        }
        val found = adapter()?.bluetoothLeScanner
        if (found == null) {
            wanted = false
            answer { op -> Event.Failed(op, Failure.BluetoothOff) }
            return
        }
        try {
            starts.started(SystemClock.elapsedRealtime())
            found.startScan(ScanWish.filters, ScanWish.settings, callback)
            scanner = found
            thread.postDelayed(settled, SETTLED_MS)
            thread.postDelayed(renew, RENEW_MS)
        } catch (_: SecurityException) {
            wanted = false
            answer { op -> Event.Failed(op, Failure.Denied) }
        } catch (_: IllegalStateException) {
            // The adapter was switched off between the look and the call.
            wanted = false
            answer { op -> Event.Failed(op, Failure.BluetoothOff) }
        }
    }

    /** Android turns a long scan into one that hears next to nothing; a new one is a full one. */
    private fun renew() {
        silence()
        begin()
    }

    private fun silence() {
        thread.removeCallbacks(begin)
        thread.removeCallbacks(renew)
        thread.removeCallbacks(settled)
        val running = scanner ?: return
        scanner = null
        try {
            running.stopScan(callback)
        } catch (_: SecurityException) {
            // Taken away meanwhile: then there is no scan either.
        } catch (_: IllegalStateException) {
            // Bluetooth is off: then there is no scan either.
        }
    }

    private fun answer(event: (ULong) -> Event) {
        val op = unanswered ?: return
        unanswered = null
        thread.removeCallbacks(settled)
        happened.tell(event(op))
    }

    private val callback = object : ScanCallback() {
        override fun onScanResult(callbackType: Int, result: ScanResult) {
            thread.post { heard(result) }
        }

        override fun onBatchScanResults(results: List<ScanResult>) {
            thread.post { results.forEach(::heard) }
        }

        override fun onScanFailed(errorCode: Int) {
            thread.post { failed(errorCode) }
        }
    }

    private fun heard(result: ScanResult) {
        if (scanner == null) return
        settled.run()
        heard[result.device.address] = result.device
        happened.tell(Event.Seen(result.seen()))
    }

    private fun failed(errorCode: Int) {
        if (scanner == null) return
        silence()
        wanted = false
        answer { op -> Event.Failed(op, Failure.Status(errorCode)) }
    }

    private companion object {
        /** Android tells a failed start within a few milliseconds, and says nothing of one that went well. */
        const val SETTLED_MS = 200L
        const val RENEW_MS = 5 * 60_000L
    }
}

private fun ScanResult.seen() = Seen(
    peer = device.address,
    address = device.address,
    addressKind = device.kind(),
    rssi = rssi,
    connectable = isConnectable,
    advertisement = scanRecord?.bytes ?: ByteArray(0),
)

private fun BluetoothDevice.kind(): AddressKind? {
    if (Build.VERSION.SDK_INT < Build.VERSION_CODES.VANILLA_ICE_CREAM) return null
    return when (addressType) {
        BluetoothDevice.ADDRESS_TYPE_PUBLIC -> AddressKind.PUBLIC
        BluetoothDevice.ADDRESS_TYPE_RANDOM -> AddressKind.RANDOM_STATIC
        else -> null
    }
}
