package org.bandrescue

import android.Manifest
import android.bluetooth.BluetoothDevice
import android.bluetooth.BluetoothGatt
import android.bluetooth.BluetoothGattCharacteristic
import android.bluetooth.BluetoothGattDescriptor
import android.bluetooth.BluetoothGattService
import android.bluetooth.le.ScanCallback
import android.os.Build
import org.bandrescue.ffi.*
import org.bandrescue.phone.AndroidPhone
import org.bandrescue.radio.AndroidRadio
import org.junit.After
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertSame
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import java.util.UUID

/** The radio and the phone against the framework's own Bluetooth, which answers late and on its own terms. */
@RunWith(RobolectricTestRunner::class)
@Config(shadows = [PhonesDevice::class, PhonesGatt::class])
class AndroidRadioTest {
    private val context = RuntimeEnvironment.getApplication()
    private val events = java.util.Collections.synchronizedList(mutableListOf<Event>())
    private val faults = java.util.Collections.synchronizedList(mutableListOf<Throwable>())
    private lateinit var radio: AndroidRadio
    private lateinit var phone: AndroidPhone

    private val address = "FA:8E:E3:12:B4:A9"
    private val fee1 = "0000fee1-0000-1000-8000-00805f9b34fb"
    private val auth = "00000009-0000-3512-2118-0009af100700"
    private val where = CharacteristicId(fee1, auth)

    @Before
    fun bluetoothIsOn() {
        HiddenCalls
        Air.clear()
        shadowOf(context).grantPermissions(
            Manifest.permission.BLUETOOTH_CONNECT, Manifest.permission.BLUETOOTH_SCAN, Manifest.permission.ACCESS_FINE_LOCATION,
        )
        shadowOf(context.packageManager).setSystemFeature(android.content.pm.PackageManager.FEATURE_BLUETOOTH_LE, true)
        shadowOf(Air.adapter).setEnabled(true)
        shadowOf(Air.adapter).setState(android.bluetooth.BluetoothAdapter.STATE_ON)
        radio = AndroidRadio(context, events::add, faults::add)
        phone = AndroidPhone(context, events::add, radio::adapterOff, faults::add)
        Passing.settle()
    }

    @After
    fun nothingBroke() {
        radio.quit()
        phone.quit()
        Passing.settle()
        assertEquals(emptyList<Throwable>(), faults.toList())
    }

    private fun perform(work: Radio): List<Event> {
        events.clear()
        radio.perform(work)
        Passing.settle()
        return events.toList()
    }

    private fun heard(): List<Event> = events.toList().also { events.clear() }

    private fun band(vararg properties: Int): BluetoothGattService {
        val service = BluetoothGattService(UUID.fromString(fee1), 0)
        val characteristic = BluetoothGattCharacteristic(UUID.fromString(auth), properties.fold(0, Int::or), 0)
        characteristic.addDescriptor(BluetoothGattDescriptor(UUID.fromString("00002902-0000-1000-8000-00805f9b34fb"), 0))
        service.addCharacteristic(characteristic)
        return service
    }

    private fun connect(op: ULong = 1u): Attempt {
        assertEquals(emptyList<Event>(), perform(Radio.Connect(op, address)))
        val attempt = Air.attempts.last()
        attempt.services = listOf(band(BluetoothGattCharacteristic.PROPERTY_NOTIFY, BluetoothGattCharacteristic.PROPERTY_WRITE_NO_RESPONSE))
        attempt.connected()
        assertEquals(listOf<Event>(Event.Done(op, Value.Nothing)), heard())
        return attempt
    }

    @Test
    fun a_band_that_is_heard_is_told_with_its_very_bytes_and_connected_as_it_was_heard() {
        perform(Radio.StartScan(1u))
        val bytes = byteArrayOf(2, 1, 6, 10, 9) + "MI Band 2".toByteArray()
        Air.advertise(address, -55, bytes)
        Passing.settle()
        val seen = heard().filterIsInstance<Event.Seen>().single().seen
        assertEquals(address, seen.peer)
        assertEquals(-55, seen.rssi)
        assertArrayEquals(bytes, seen.advertisement)
        assertEquals(true, seen.connectable)
        perform(Radio.Connect(2u, address))
        val attempt = Air.attempts.single()
        assertSame("connected by its address alone", Air.adapter.getRemoteDevice(address), attempt.device)
        assertTrue("a background connection", attempt.direct)
        assertEquals(BluetoothDevice.TRANSPORT_LE, attempt.transport)
    }

    @Test
    fun a_search_is_answered_once_and_stops_when_told() {
        assertEquals(emptyList<Event>(), perform(Radio.StartScan(1u)))
        Passing.pass(500)
        assertEquals(listOf<Event>(Event.Done(1u, Value.Nothing)), heard())
        assertTrue("an unfiltered scan stops with the screen", Air.scanner().activeScans.single().scanFilters().isNotEmpty())
        assertEquals(emptyList<Event>(), perform(Radio.StopScan))
        assertEquals(emptyList<ScanCallback>(), Air.scans())
    }

    @Test
    fun a_search_that_the_phone_refuses_says_why() {
        perform(Radio.StartScan(1u))
        Air.scans().single().onScanFailed(ScanCallback.SCAN_FAILED_APPLICATION_REGISTRATION_FAILED)
        Passing.settle()
        assertEquals(listOf<Event>(Event.Failed(1u, Failure.Status(2))), heard())
    }

    @Test
    fun searching_again_and_again_waits_instead_of_going_deaf() {
        for (op in 1uL..5uL) {
            perform(Radio.StartScan(op))
            perform(Radio.StopScan)
        }
        perform(Radio.StartScan(6u))
        assertEquals("Android would have found nothing, silently", emptyList<ScanCallback>(), Air.scans())
        Passing.pass(31_000)
        assertEquals(1, Air.scans().size)
        assertEquals(listOf<Event>(Event.Done(6u, Value.Nothing)), heard())
    }

    @Test
    fun nobody_looks_and_the_search_rests_until_somebody_does() {
        perform(Radio.StartScan(1u))
        Passing.pass(300)
        radio.looking(false)
        Passing.settle()
        assertEquals(emptyList<ScanCallback>(), Air.scans())
        radio.looking(true)
        Passing.settle()
        assertEquals(1, Air.scans().size)
    }

    @Test
    fun status_133_is_passed_on_as_it_is_and_the_client_is_given_back() {
        perform(Radio.Connect(1u, address))
        val attempt = Air.attempts.single()
        attempt.disconnected(133)
        assertEquals(listOf<Event>(Event.Failed(1u, Failure.Status(133))), heard())
        assertEquals(listOf("disconnect", "close"), attempt.calls)
        attempt.connected()
        assertEquals("a late callback of a closed link was heard", emptyList<Event>(), heard())
    }

    @Test
    fun the_service_table_is_told_whole() {
        val attempt = connect()
        assertEquals(emptyList<Event>(), perform(Radio.Discover(2u, 1u)))
        attempt.say { onServicesDiscovered(attempt.gatt, BluetoothGatt.GATT_SUCCESS) }
        val table = listOf(GattService(fee1, listOf(GattCharacteristic(auth, 0x14))))
        assertEquals(listOf<Event>(Event.Done(2u, Value.Services(table))), heard())
    }

    @Test
    fun notifications_are_switched_on_in_the_phone_and_in_the_band_and_then_heard() {
        val attempt = connect()
        assertEquals(emptyList<Event>(), perform(Radio.Subscribe(2u, 1u, where)))
        val form = if (Build.VERSION.SDK_INT >= 33) "new" else "old"
        assertEquals(listOf("listen 0009 true", "$form switch 0100"), attempt.calls)
        val switch = attempt.characteristic(auth).descriptors.single()
        attempt.say { onDescriptorWrite(attempt.gatt, switch, BluetoothGatt.GATT_SUCCESS) }
        assertEquals(listOf<Event>(Event.Done(2u, Value.Nothing)), heard())
        attempt.notify(auth, byteArrayOf(0x10, 0x01, 0x01))
        val notified = heard().single() as Event.Notified
        assertEquals(1uL, notified.link)
        assertEquals(where, notified.characteristic)
        assertEquals("100101", notified.value.hex())
    }

    @Test
    fun a_write_uses_the_form_of_this_android_and_ends_when_the_phone_says_so() {
        val attempt = connect()
        assertEquals(emptyList<Event>(), perform(Radio.Write(2u, 1u, where, byteArrayOf(1, 0), false)))
        val form = if (Build.VERSION.SDK_INT >= 33) "new" else "old"
        assertEquals(listOf("$form write 0009 0100 type 1"), attempt.calls)
        attempt.say { onCharacteristicWrite(attempt.gatt, attempt.characteristic(auth), BluetoothGatt.GATT_SUCCESS) }
        assertEquals(listOf<Event>(Event.Done(2u, Value.Nothing)), heard())
        perform(Radio.Write(3u, 1u, where, byteArrayOf(2), true))
        assertEquals("$form write 0009 02 type 2", attempt.calls.last())
    }

    @Test
    fun a_read_brings_the_bytes_or_the_status() {
        val attempt = connect()
        perform(Radio.Read(2u, 1u, where))
        attempt.haveRead(auth, byteArrayOf(7, 8), BluetoothGatt.GATT_SUCCESS)
        assertEquals("0708", ((heard().single() as Event.Done).value as Value.Bytes).bytes.hex())
        perform(Radio.Read(3u, 1u, where))
        attempt.haveRead(auth, byteArrayOf(), 137)
        assertEquals(listOf<Event>(Event.Failed(3u, Failure.Status(137))), heard())
    }

    @Test
    fun two_operations_at_once_never_reach_the_phone() {
        val attempt = connect()
        perform(Radio.Read(2u, 1u, where))
        assertEquals(listOf<Event>(Event.Failed(3u, Failure.Refused)), perform(Radio.Read(3u, 1u, where)))
        assertEquals(listOf("read 0009"), attempt.calls)
        events.clear()
        attempt.haveRead(auth, byteArrayOf(1), 0)
        assertEquals(2uL, (heard().single() as Event.Done).op)
    }

    @Test
    fun what_the_band_does_not_have_is_missing() {
        connect()
        val elsewhere = CharacteristicId(fee1, "00000010-0000-3512-2118-0009af100700")
        assertEquals(listOf<Event>(Event.Failed(2u, Failure.Missing)), perform(Radio.Read(2u, 1u, elsewhere)))
        assertEquals(listOf<Event>(Event.Failed(3u, Failure.Missing)), perform(Radio.Read(3u, 77u, where)))
    }

    @Test
    fun a_lost_link_ends_what_was_under_way_with_the_phones_own_status() {
        val attempt = connect()
        perform(Radio.Read(2u, 1u, where))
        attempt.disconnected(19)
        assertEquals(listOf<Event>(Event.LinkDown(1u, 19)), heard())
        attempt.haveRead(auth, byteArrayOf(1), 0)
        attempt.notify(auth, byteArrayOf(1))
        assertEquals("a closed link still talks", emptyList<Event>(), heard())
        assertEquals("close", attempt.calls.last())
    }

    @Test
    fun closing_gives_the_link_back_and_nothing_is_heard_of_it_again() {
        val attempt = connect()
        assertEquals(emptyList<Event>(), perform(Radio.Close(1u)))
        assertEquals(listOf("disconnect", "close"), attempt.calls)
        attempt.disconnected(0)
        attempt.notify(auth, byteArrayOf(1))
        assertEquals(emptyList<Event>(), heard())
        assertEquals(emptyList<Event>(), perform(Radio.Close(1u)))
    }

    @Test
    fun bluetooth_switched_off_in_the_middle_ends_every_link_and_is_told() {
        val up = connect(1u)
        perform(Radio.Connect(2u, "D4:22:CD:00:0C:77"))
        Air.switch(false)
        val told = heard()
        assertTrue("$told", told.contains(Event.LinkDown(1u, 0)))
        assertTrue("$told", told.contains(Event.Failed(2u, Failure.BluetoothOff)))
        assertTrue("$told", told.contains(Event.Adapter(Adapter.OFF)))
        assertEquals("close", up.calls.last())
        assertEquals(listOf<Event>(Event.Failed(3u, Failure.BluetoothOff)), perform(Radio.Connect(3u, address)))
        Air.switch(true)
        assertTrue(heard().contains(Event.Adapter(Adapter.ON)))
    }

    private fun phone(work: Phone): List<Event> {
        events.clear()
        phone.perform(work)
        Passing.settle()
        return events.toList()
    }

    @Test
    fun a_bond_is_looked_up_removed_and_its_end_is_told() {
        Air.bond(address, BluetoothDevice.BOND_BONDED)
        assertEquals(listOf<Event>(Event.BondChanged(address, Bond.BONDED)), heard())
        assertEquals(listOf<Event>(Event.Done(1u, Value.Bond(Bond.BONDED))), phone(Phone.Bond(1u, address)))
        assertEquals(listOf<Event>(Event.Done(2u, Value.Nothing)), phone(Phone.RemoveBond(2u, address)))
        assertEquals("started is not removed", listOf<Event>(Event.Done(3u, Value.Bond(Bond.BONDED))), phone(Phone.Bond(3u, address)))
        events.clear()
        Air.bond(address, BluetoothDevice.BOND_NONE)
        assertEquals(listOf<Event>(Event.BondChanged(address, Bond.NONE)), heard())
    }

    @Test
    fun a_phone_that_refuses_or_forbids_to_forget_says_which() {
        Air.removeBond = { false }
        assertEquals(listOf<Event>(Event.Failed(1u, Failure.Refused)), phone(Phone.RemoveBond(1u, address)))
        Air.removeBond = { throw SecurityException("Need BLUETOOTH PRIVILEGED permission") }
        assertEquals(listOf<Event>(Event.Failed(2u, Failure.Denied)), phone(Phone.RemoveBond(2u, address)))
        Air.removeBond = { throw IllegalStateException("broken phone") }
        assertEquals(listOf<Event>(Event.Failed(3u, Failure.Refused)), phone(Phone.RemoveBond(3u, address)))
    }

    @Test
    fun the_cache_of_a_link_is_cleared_by_the_hidden_call() {
        val attempt = connect()
        assertEquals(listOf<Event>(Event.Done(2u, Value.Nothing)), perform(Radio.ClearCache(2u, 1u)))
        assertEquals(listOf("refresh"), attempt.calls)
        Air.refresh = { false }
        assertEquals(listOf<Event>(Event.Failed(3u, Failure.Refused)), perform(Radio.ClearCache(3u, 1u)))
    }

    @Test
    fun longer_packets_are_settled_whatever_came_of_it() {
        val attempt = connect()
        assertEquals(emptyList<Event>(), perform(Radio.RequestMtu(2u, 1u, 247)))
        assertEquals(listOf("mtu 247"), attempt.calls)
        attempt.say { onMtuChanged(attempt.gatt, 23, 133) }
        assertEquals(listOf<Event>(Event.Done(2u, Value.Nothing)), heard())
        perform(Radio.RequestMtu(3u, 1u, 247))
        attempt.say { onMtuChanged(attempt.gatt, 185, BluetoothGatt.GATT_SUCCESS) }
        assertEquals(listOf<Event>(Event.Done(3u, Value.Mtu(185))), heard())
        Air.requestMtu = { false }
        assertEquals(listOf<Event>(Event.Failed(4u, Failure.Unsupported)), perform(Radio.RequestMtu(4u, 1u, 247)))
    }

    @Test
    fun packets_that_the_phone_changes_by_itself_end_no_other_operation() {
        val attempt = connect()
        perform(Radio.Read(2u, 1u, where))
        attempt.say { onMtuChanged(attempt.gatt, 517, BluetoothGatt.GATT_SUCCESS) }
        assertEquals(emptyList<Event>(), heard())
        attempt.haveRead(auth, byteArrayOf(7), BluetoothGatt.GATT_SUCCESS)
        assertEquals(2uL, (heard().single() as Event.Done).op)
    }

    @Test
    fun the_facts_are_those_of_this_phone() {
        val facts = ((phone(Phone.Facts(1u)).single() as Event.Done).value as Value.Facts).facts
        assertEquals(Adapter.ON, facts.adapter)
        assertEquals(Permission.GRANTED, facts.permission)
        val nearby = Build.VERSION.SDK_INT >= 31
        assertEquals(if (nearby) PermissionKind.NEARBY_DEVICES else PermissionKind.LOCATION, facts.permissionKind)
        assertEquals("the location switch matters up to Android 11 only", nearby, facts.locationSwitch == null)
        shadowOf(context).denyPermissions(Manifest.permission.BLUETOOTH_SCAN, Manifest.permission.ACCESS_FINE_LOCATION)
        shadowOf(Air.adapter).setEnabled(false)
        shadowOf(Air.adapter).setState(android.bluetooth.BluetoothAdapter.STATE_OFF)
        val later = ((phone(Phone.Facts(2u)).single() as Event.Done).value as Value.Facts).facts
        assertEquals(Adapter.OFF, later.adapter)
        assertEquals(Permission.MISSING, later.permission)
    }

    @Test
    fun the_apps_that_may_hold_a_band_are_named_when_they_are_installed() {
        val holders = { op: ULong -> ((phone(Phone.Holders(op)).single() as Event.Done).value as Value.Holders).holders }
        assertEquals(emptyList<BandApp>(), holders(1u).apps)
        shadowOf(context.packageManager).installPackage(android.content.pm.PackageInfo().apply { packageName = "com.mc.xiaomi1" })
        assertEquals(listOf(BandApp.NOTIFY), holders(2u).apps)
    }

    @Test
    fun without_an_activity_a_dialog_is_answered_with_the_facts() {
        val answer = phone(Phone.AskBluetooth(1u)).single() as Event.Done
        assertEquals(1uL, answer.op)
        assertTrue(answer.value is Value.Facts)
    }
}
