package org.bandrescue

import android.bluetooth.BluetoothAdapter
import android.bluetooth.BluetoothDevice
import android.bluetooth.BluetoothGatt
import android.bluetooth.BluetoothGattCallback
import android.bluetooth.BluetoothGattCharacteristic
import android.bluetooth.BluetoothGattDescriptor
import android.bluetooth.BluetoothGattService
import android.bluetooth.BluetoothManager
import android.bluetooth.le.ScanRecord
import android.bluetooth.le.ScanResult
import android.bluetooth.le.ScanSettings
import android.content.Context
import android.content.Intent
import android.os.Build
import android.os.Handler
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Implementation
import org.robolectric.annotation.Implements
import org.robolectric.annotation.RealObject
import org.robolectric.shadow.api.Shadow
import org.robolectric.shadows.ShadowBluetoothDevice
import org.robolectric.shadows.ShadowBluetoothGatt
import org.robolectric.shadows.ShadowBluetoothLeScanner
import java.util.UUID

/**
 * The framework's Bluetooth with a band in the air. Like a phone and unlike the stock shadows it answers later, on the
 * thread that was asked for, and only when the test says so.
 */
internal object Air {
    val attempts = mutableListOf<Attempt>()

    /** How `removeBond` answers; throws what it is given. */
    var removeBond: () -> Boolean = { true }
    var refresh: () -> Boolean = { true }
    var requestMtu: () -> Boolean = { true }

    fun clear() {
        attempts.clear()
        removeBond = { true }
        refresh = { true }
        requestMtu = { true }
    }

    val adapter: BluetoothAdapter
        get() = RuntimeEnvironment.getApplication().getSystemService(BluetoothManager::class.java).adapter

    /** An advertisement is heard by every scan that runs. */
    fun advertise(address: String, rssi: Int, bytes: ByteArray) {
        val parse = ScanRecord::class.java.getMethod("parseFromBytes", ByteArray::class.java)
        val record = parse.invoke(null, bytes) as ScanRecord
        val result = ScanResult(adapter.getRemoteDevice(address), 0x11, 1, 0, 255, 127, rssi, 0, record, 1L)
        scans().forEach { it.onScanResult(ScanSettings.CALLBACK_TYPE_ALL_MATCHES, result) }
    }

    fun scanner(): ShadowBluetoothLeScanner = Shadow.extract(adapter.bluetoothLeScanner)

    fun scans() = scanner().scanCallbacks.toList()

    fun switch(on: Boolean) {
        shadowOf(adapter).setEnabled(on)
        shadowOf(adapter).setState(if (on) BluetoothAdapter.STATE_ON else BluetoothAdapter.STATE_OFF)
        val state = if (on) BluetoothAdapter.STATE_ON else BluetoothAdapter.STATE_OFF
        RuntimeEnvironment.getApplication().sendBroadcast(Intent(BluetoothAdapter.ACTION_STATE_CHANGED).putExtra(BluetoothAdapter.EXTRA_STATE, state))
        Passing.settle()
    }

    /** The phone's bond with a band changes, and the phone says so. */
    fun bond(address: String, state: Int) {
        val device = adapter.getRemoteDevice(address)
        shadowOf(device).setBondState(state)
        RuntimeEnvironment.getApplication().sendBroadcast(
            Intent(BluetoothDevice.ACTION_BOND_STATE_CHANGED)
                .putExtra(BluetoothDevice.EXTRA_DEVICE, device)
                .putExtra(BluetoothDevice.EXTRA_BOND_STATE, state),
        )
        Passing.settle()
    }
}

/** One attempt to connect, and the link that may come of it. */
internal class Attempt(val device: BluetoothDevice, val gatt: BluetoothGatt, val direct: Boolean, val transport: Int, val callback: BluetoothGattCallback, private val thread: Handler) {
    val calls = mutableListOf<String>()
    var services: List<BluetoothGattService> = emptyList()

    /** The phone says something, on the thread that was asked for. */
    fun say(what: BluetoothGattCallback.() -> Unit) {
        thread.post { callback.what() }
        Passing.settle()
    }

    fun connected() = say { onConnectionStateChange(gatt, BluetoothGatt.GATT_SUCCESS, BluetoothGatt.STATE_CONNECTED) }

    fun disconnected(status: Int) = say { onConnectionStateChange(gatt, status, BluetoothGatt.STATE_DISCONNECTED) }

    fun characteristic(uuid: String): BluetoothGattCharacteristic =
        services.firstNotNullOf { it.getCharacteristic(UUID.fromString(uuid)) }

    /** A notification in the form of this version of Android. */
    fun notify(uuid: String, bytes: ByteArray) {
        val from = characteristic(uuid)
        if (Build.VERSION.SDK_INT >= 33) return say { onCharacteristicChanged(gatt, from, bytes) }
        @Suppress("DEPRECATION")
        from.value = bytes
        @Suppress("DEPRECATION")
        say { onCharacteristicChanged(gatt, from) }
        // Android reuses the object for the next one at once.
        @Suppress("DEPRECATION")
        from.value = ByteArray(bytes.size)
    }

    fun haveRead(uuid: String, bytes: ByteArray, status: Int) {
        val from = characteristic(uuid)
        if (Build.VERSION.SDK_INT >= 33) return say { onCharacteristicRead(gatt, from, bytes, status) }
        @Suppress("DEPRECATION")
        from.value = bytes
        @Suppress("DEPRECATION")
        say { onCharacteristicRead(gatt, from, status) }
    }
}

private fun attempt(gatt: BluetoothGatt) = Air.attempts.last { it.gatt === gatt }

@Implements(BluetoothDevice::class)
internal class PhonesDevice : ShadowBluetoothDevice() {
    @RealObject
    lateinit var device: BluetoothDevice

    @Implementation
    override fun connectGatt(context: Context?, auto: Boolean, callback: BluetoothGattCallback, transport: Int, phy: Int, handler: Handler): BluetoothGatt {
        val gatt = ShadowBluetoothGatt.newInstance(device)
        Air.attempts += Attempt(device, gatt, !auto, transport, callback, handler)
        return gatt
    }

    @Implementation
    override fun removeBond(): Boolean = Air.removeBond()
}

@Implements(BluetoothGatt::class)
internal class PhonesGatt : ShadowBluetoothGatt() {
    @RealObject
    lateinit var gatt: BluetoothGatt

    private fun called(what: String): Boolean {
        attempt(gatt).calls += what
        return true
    }

    @Implementation
    override fun discoverServices(): Boolean = called("discover")

    @Implementation
    fun refresh(): Boolean = called("refresh") && Air.refresh()

    @Implementation
    override fun requestMtu(mtu: Int): Boolean = called("mtu $mtu") && Air.requestMtu()

    @Implementation
    override fun getServices(): List<BluetoothGattService> = attempt(gatt).services

    @Implementation
    override fun getService(uuid: UUID): BluetoothGattService? = attempt(gatt).services.firstOrNull { it.uuid == uuid }

    @Implementation
    override fun readCharacteristic(what: BluetoothGattCharacteristic): Boolean = called("read ${what.short()}")

    @Implementation
    @Suppress("DEPRECATION")
    override fun writeCharacteristic(where: BluetoothGattCharacteristic): Boolean =
        called("old write ${where.short()} ${where.value.hex()} type ${where.writeType}")

    @Implementation(minSdk = 33)
    override fun writeCharacteristic(where: BluetoothGattCharacteristic, value: ByteArray, type: Int): Int {
        called("new write ${where.short()} ${value.hex()} type $type")
        return 0
    }

    @Implementation
    override fun setCharacteristicNotification(where: BluetoothGattCharacteristic, on: Boolean): Boolean = called("listen ${where.short()} $on")

    @Implementation
    @Suppress("DEPRECATION")
    override fun writeDescriptor(where: BluetoothGattDescriptor): Boolean = called("old switch ${where.value.hex()}")

    @Implementation(minSdk = 33)
    override fun writeDescriptor(where: BluetoothGattDescriptor, value: ByteArray): Int {
        called("new switch ${value.hex()}")
        return 0
    }

    @Implementation
    override fun disconnect() {
        called("disconnect")
    }

    @Implementation
    override fun close() {
        called("close")
    }
}

private fun BluetoothGattCharacteristic.short() = uuid.toString().substring(4, 8)

internal fun ByteArray.hex() = joinToString("") { "%02x".format(it) }
