package org.bandrescue.radio

import android.bluetooth.BluetoothDevice
import android.bluetooth.BluetoothGatt
import android.bluetooth.BluetoothGattCallback
import android.bluetooth.BluetoothGattCharacteristic
import android.bluetooth.BluetoothGattDescriptor
import android.bluetooth.BluetoothProfile
import android.bluetooth.BluetoothStatusCodes
import android.content.Context
import android.os.Build
import android.os.Handler
import org.bandrescue.HiddenCalls
import org.bandrescue.ffi.CharacteristicId
import org.bandrescue.ffi.Event
import org.bandrescue.ffi.Failure
import org.bandrescue.ffi.GattCharacteristic
import org.bandrescue.ffi.GattService
import org.bandrescue.ffi.HiddenCall
import org.bandrescue.ffi.Value
import org.bandrescue.session.Happened
import java.util.UUID

/**
 * One connection to a band, from the attempt to its end, on the radio's thread. One operation is in flight at most,
 * each is answered once, and what the phone says after the end is not heard. Passes statuses on as they are.
 */
@Suppress("MissingPermission") // a missing permission arrives as SecurityException and is told as Denied
internal class Link(
    private val id: ULong,
    private val thread: Handler,
    private val happened: Happened,
    private val ended: (Link) -> Unit,
) {
    private enum class State { CONNECTING, UP, OVER }

    private var state = State.CONNECTING
    private var gatt: BluetoothGatt? = null
    private var inFlight: ULong? = null
    private var mtuAsked: ULong? = null

    /** Connects directly, low energy only. */
    fun connect(context: Context, device: BluetoothDevice) {
        val attempt = try {
            device.connectGatt(context, false, callback, BluetoothDevice.TRANSPORT_LE, BluetoothDevice.PHY_LE_1M_MASK, thread)
        } catch (_: SecurityException) {
            return end(Event.Failed(id, Failure.Denied))
        }
        if (attempt == null) return end(Event.Failed(id, Failure.Refused))
        if (state == State.OVER) free(attempt) else gatt = attempt
    }

    fun discover(op: ULong) = operate(op) { it.discoverServices() }

    fun clearCache(op: ULong) {
        val up = gatt.takeIf { state == State.UP && inFlight == null } ?: return happened.tell(Event.Failed(op, Failure.Refused))
        happened.tell(HiddenCalls.clearCache(up).answer(op))
    }

    /** Asks for longer packets. Answered when the phone has settled it, whatever came of it. */
    fun requestMtu(op: ULong, mtu: Int) {
        mtuAsked = op
        operate(op, Failure.Unsupported) { it.requestMtu(mtu) }
    }

    fun read(op: ULong, what: CharacteristicId) = operate(op, what) { gatt, characteristic ->
        gatt.readCharacteristic(characteristic)
    }

    fun write(op: ULong, where: CharacteristicId, value: ByteArray, withResponse: Boolean) =
        operate(op, where) { gatt, characteristic ->
            val type = if (withResponse) BluetoothGattCharacteristic.WRITE_TYPE_DEFAULT
            else BluetoothGattCharacteristic.WRITE_TYPE_NO_RESPONSE
            gatt.write(characteristic, value, type)
        }

    /** Switches notifications on, in the phone and in the band, as one operation. */
    fun subscribe(op: ULong, where: CharacteristicId) {
        val switch = find(where)?.getDescriptor(SWITCH)
        operate(op, where) { gatt, characteristic ->
            switch != null && gatt.setCharacteristicNotification(characteristic, true) && gatt.write(switch, characteristic.on())
        }
    }

    /** Gives the link back; nothing is told of it any more. */
    fun close() {
        state = State.OVER
        inFlight = null
        gatt?.let(::free)
        gatt = null
        ended(this)
    }

    /** Bluetooth is off: Android does not always say so to each link. */
    fun adapterOff() = when (state) {
        State.CONNECTING -> end(Event.Failed(id, Failure.BluetoothOff))
        State.UP -> end(Event.LinkDown(id, 0))
        State.OVER -> Unit
    }

    private fun operate(op: ULong, what: CharacteristicId, start: (BluetoothGatt, BluetoothGattCharacteristic) -> Boolean) {
        if (state == State.UP && find(what) == null) return happened.tell(Event.Failed(op, Failure.Missing))
        operate(op) { gatt -> find(what)?.let { start(gatt, it) } ?: false }
    }

    private fun operate(op: ULong, unless: Failure = Failure.Refused, start: (BluetoothGatt) -> Boolean) {
        val up = gatt.takeIf { state == State.UP && inFlight == null } ?: return happened.tell(Event.Failed(op, Failure.Refused))
        inFlight = op
        val started = try {
            start(up)
        } catch (_: SecurityException) {
            return answer(Event.Failed(op, Failure.Denied))
        }
        if (!started) answer(Event.Failed(op, unless))
    }

    private fun find(id: CharacteristicId): BluetoothGattCharacteristic? =
        gatt?.getService(UUID.fromString(id.service))?.getCharacteristic(UUID.fromString(id.characteristic))

    private fun answer(event: Event) {
        inFlight = null
        happened.tell(event)
    }

    private fun completed(status: Int, value: () -> Value = { Value.Nothing }) {
        val op = inFlight ?: return
        answer(if (status == BluetoothGatt.GATT_SUCCESS) Event.Done(op, value()) else Event.Failed(op, Failure.Status(status)))
    }

    /** A phone settles this by itself as well: that must not end another operation. */
    private fun mtuSettled(mtu: Int, status: Int) {
        val op = inFlight ?: return
        if (op == mtuAsked) answer(Event.Done(op, if (status == BluetoothGatt.GATT_SUCCESS) Value.Mtu(mtu) else Value.Nothing))
    }

    private fun end(last: Event) {
        if (state == State.OVER) return
        close()
        happened.tell(last)
    }

    private fun free(gatt: BluetoothGatt) {
        try {
            gatt.disconnect()
            gatt.close()
        } catch (_: SecurityException) {
            // The permission was taken away, and the link with it.
        }
    }

    private fun connection(gatt: BluetoothGatt, status: Int, newState: Int) {
        when {
            state == State.OVER -> return
            newState == BluetoothProfile.STATE_CONNECTED && status == BluetoothGatt.GATT_SUCCESS -> {
                if (state == State.UP) return
                this.gatt = gatt
                state = State.UP
                happened.tell(Event.Done(id, Value.Nothing))
            }
            state == State.UP -> end(Event.LinkDown(id, status))
            newState == BluetoothProfile.STATE_DISCONNECTED || status != BluetoothGatt.GATT_SUCCESS -> {
                this.gatt = gatt
                end(Event.Failed(id, Failure.Status(status)))
            }
        }
    }

    private fun notified(characteristic: BluetoothGattCharacteristic, value: ByteArray) {
        happened.tell(Event.Notified(id, characteristic.id(), value))
    }

    /** Runs on the radio's thread, and only while the link is not over. */
    private fun hear(what: () -> Unit) {
        if (Thread.currentThread() === thread.looper.thread) {
            if (state != State.OVER) what()
        } else {
            thread.post { if (state != State.OVER) what() }
        }
    }

    private val callback = object : BluetoothGattCallback() {
        override fun onConnectionStateChange(gatt: BluetoothGatt, status: Int, newState: Int) =
            hear { connection(gatt, status, newState) }

        override fun onMtuChanged(gatt: BluetoothGatt, mtu: Int, status: Int) = hear { mtuSettled(mtu, status) }

        override fun onServicesDiscovered(gatt: BluetoothGatt, status: Int) =
            hear { completed(status) { Value.Services(gatt.services.map { it.table() }) } }

        override fun onCharacteristicRead(
            gatt: BluetoothGatt,
            characteristic: BluetoothGattCharacteristic,
            value: ByteArray,
            status: Int,
        ) = hear { completed(status) { Value.Bytes(value) } }

        @Deprecated("Android 8 to 12")
        override fun onCharacteristicRead(gatt: BluetoothGatt, characteristic: BluetoothGattCharacteristic, status: Int) {
            val value = characteristic.copyOfValue()
            hear { completed(status) { Value.Bytes(value) } }
        }

        override fun onCharacteristicWrite(gatt: BluetoothGatt, characteristic: BluetoothGattCharacteristic, status: Int) =
            hear { completed(status) }

        override fun onDescriptorWrite(gatt: BluetoothGatt, descriptor: BluetoothGattDescriptor, status: Int) =
            hear { completed(status) }

        override fun onCharacteristicChanged(
            gatt: BluetoothGatt,
            characteristic: BluetoothGattCharacteristic,
            value: ByteArray,
        ) = hear { notified(characteristic, value) }

        @Deprecated("Android 8 to 12")
        override fun onCharacteristicChanged(gatt: BluetoothGatt, characteristic: BluetoothGattCharacteristic) {
            val value = characteristic.copyOfValue()
            hear { notified(characteristic, value) }
        }
    }

    private companion object {
        /** The client characteristic configuration descriptor. */
        val SWITCH: UUID = UUID.fromString("00002902-0000-1000-8000-00805f9b34fb")
    }
}

/** The answer of a hidden call as the answer of an operation. */
internal fun HiddenCall.answer(op: ULong): Event = when (this) {
    HiddenCall.DONE -> Event.Done(op, Value.Nothing)
    HiddenCall.REFUSED -> Event.Failed(op, Failure.Refused)
    HiddenCall.MISSING -> Event.Failed(op, Failure.Missing)
    HiddenCall.DENIED -> Event.Failed(op, Failure.Denied)
}

private fun BluetoothGatt.write(characteristic: BluetoothGattCharacteristic, bytes: ByteArray, type: Int): Boolean {
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) {
        return writeCharacteristic(characteristic, bytes, type) == BluetoothStatusCodes.SUCCESS
    }
    @Suppress("DEPRECATION")
    return with(characteristic) {
        writeType = type
        value = bytes
        writeCharacteristic(this)
    }
}

private fun BluetoothGatt.write(descriptor: BluetoothGattDescriptor, bytes: ByteArray): Boolean {
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) {
        return writeDescriptor(descriptor, bytes) == BluetoothStatusCodes.SUCCESS
    }
    @Suppress("DEPRECATION")
    return with(descriptor) {
        value = bytes
        writeDescriptor(this)
    }
}

/** The value that switches this characteristic's messages on: notifications, or indications where it has only those. */
private fun BluetoothGattCharacteristic.on(): ByteArray =
    if (properties and BluetoothGattCharacteristic.PROPERTY_NOTIFY != 0) BluetoothGattDescriptor.ENABLE_NOTIFICATION_VALUE
    else BluetoothGattDescriptor.ENABLE_INDICATION_VALUE

@Suppress("DEPRECATION")
private fun BluetoothGattCharacteristic.copyOfValue(): ByteArray = value?.clone() ?: ByteArray(0)

private fun BluetoothGattCharacteristic.id() = CharacteristicId(service.uuid.toString(), uuid.toString())

private fun android.bluetooth.BluetoothGattService.table() = GattService(
    uuid.toString(),
    characteristics.map { GattCharacteristic(it.uuid.toString(), it.properties) },
)
