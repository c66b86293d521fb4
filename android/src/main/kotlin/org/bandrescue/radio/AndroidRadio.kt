package org.bandrescue.radio

import android.bluetooth.BluetoothManager
import android.content.Context
import android.os.HandlerThread
import org.bandrescue.ffi.Event
import org.bandrescue.ffi.Failure
import org.bandrescue.ffi.Radio
import org.bandrescue.session.GuardedQueue
import org.bandrescue.session.Happened

/**
 * The phone's Bluetooth: does what core asks for, on its own thread, and tells what happened. Decides nothing: no
 * retry, no delay, no meaning of a status.
 */
internal class AndroidRadio(private val context: Context, private val happened: Happened, fault: (Throwable) -> Unit) {
    private val looper = HandlerThread("radio").apply { start() }.looper
    private val thread = GuardedQueue(looper, fault)
    private val adapter = { context.getSystemService(BluetoothManager::class.java)?.adapter }
    private val scan = Scan(adapter, thread, happened)
    private val links = HashMap<ULong, Link>()

    /** Starts some work; the answer comes as an event. */
    fun perform(work: Radio) {
        thread.post { start(work) }
    }

    /** Nobody looks at the list of bands, or somebody does again. */
    fun looking(yes: Boolean) {
        thread.post { if (yes) scan.lookAgain() else scan.lookAway() }
    }

    /** Bluetooth was switched off. */
    fun adapterOff() {
        thread.post {
            scan.adapterOff()
            links.values.toList().forEach(Link::adapterOff)
        }
    }

    /** Stops everything; the radio cannot be used any more. */
    fun quit() {
        thread.post {
            scan.stop()
            links.values.toList().forEach(Link::close)
            looper.quitSafely()
        }
    }

    private fun start(work: Radio) {
        when (work) {
            is Radio.StartScan -> scan.start(work.op)
            Radio.StopScan -> scan.stop()
            is Radio.Connect -> connect(work.op, work.peer)
            is Radio.Discover -> on(work.link, work.op) { it.discover(work.op) }
            is Radio.ClearCache -> on(work.link, work.op) { it.clearCache(work.op) }
            is Radio.RequestMtu -> on(work.link, work.op) { it.requestMtu(work.op, work.mtu) }
            is Radio.Read -> on(work.link, work.op) { it.read(work.op, work.characteristic) }
            is Radio.Write -> on(work.link, work.op) { it.write(work.op, work.characteristic, work.value, work.withResponse) }
            is Radio.Subscribe -> on(work.link, work.op) { it.subscribe(work.op, work.characteristic) }
            is Radio.Close -> links[work.link]?.close()
        }
    }

    private fun connect(op: ULong, peer: String) {
        val adapter = adapter()
        if (adapter == null || !adapter.isEnabled) return happened.tell(Event.Failed(op, Failure.BluetoothOff))
        val device = scan.device(peer) ?: try {
            adapter.getRemoteDevice(peer)
        } catch (_: IllegalArgumentException) {
            return happened.tell(Event.Failed(op, Failure.Missing))
        }
        val link = Link(op, thread, happened) { links.remove(op) }
        links[op] = link
        link.connect(context, device)
    }

    private fun on(link: ULong, op: ULong, work: (Link) -> Unit) {
        when (val found = links[link]) {
            // The link is gone, which was told, or it was closed by core itself: this is only for the record.
            null -> happened.tell(Event.Failed(op, Failure.Missing))
            else -> work(found)
        }
    }
}
