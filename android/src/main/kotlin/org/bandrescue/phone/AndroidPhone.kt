package org.bandrescue.phone

import android.app.Activity
import android.bluetooth.BluetoothAdapter
import android.bluetooth.BluetoothDevice
import android.bluetooth.BluetoothManager
import android.bluetooth.BluetoothProfile
import android.content.ActivityNotFoundException
import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import android.content.IntentFilter
import android.content.pm.PackageManager
import android.location.LocationManager
import android.os.Build
import android.os.Looper
import android.provider.Settings
import org.bandrescue.HiddenCalls
import org.bandrescue.ffi.Adapter
import org.bandrescue.ffi.BandApp
import org.bandrescue.ffi.Bond
import org.bandrescue.ffi.Event
import org.bandrescue.ffi.Failure
import org.bandrescue.ffi.Holders
import org.bandrescue.ffi.Phone
import org.bandrescue.ffi.PhoneFacts
import org.bandrescue.ffi.Value
import org.bandrescue.radio.answer
import org.bandrescue.session.GuardedQueue
import org.bandrescue.session.Happened

/**
 * The phone's settings and records: facts, permission, bonds, who holds a band. Lives on the main thread, shows the
 * system's own dialogs through the activity in front, and decides nothing.
 */
@Suppress("MissingPermission") // a missing permission arrives as SecurityException and is told as Denied
internal class AndroidPhone(
    private val context: Context,
    private val happened: Happened,
    private val adapterOff: () -> Unit,
    fault: (Throwable) -> Unit,
) {
    private val main = GuardedQueue(Looper.getMainLooper(), fault)
    private val permissions = Permissions(context)
    private val doors = Doors(context)
    private var activity: Activity? = null
    private var asked: ULong? = null

    init {
        main.post { listen() }
    }

    /** Starts some work; the answer comes as an event. */
    fun perform(work: Phone) {
        main.post { start(work) }
    }

    /** An activity is there to show dialogs on. */
    fun attach(activity: Activity) {
        this.activity = activity
    }

    /** That activity is gone. */
    fun detach(activity: Activity) {
        if (this.activity === activity) this.activity = null
    }

    /** The activity got an answer to the permission dialog. */
    fun permissionAnswered(activity: Activity, results: IntArray) {
        permissions.answered(activity, results)
        answerDialog()
    }

    /** A dialog of ours is no longer open, whatever became of it. */
    fun answerDialog() {
        val op = asked ?: return
        asked = null
        tellFacts(op)
    }

    /** Stops listening. */
    fun quit() {
        main.post { context.unregisterReceiver(receiver) }
    }

    private fun start(work: Phone) {
        when (work) {
            is Phone.Facts -> tellFacts(work.op)
            is Phone.AskPermission -> dialog(work.op) { permissions.ask(it, ASK_PERMISSION) }
            is Phone.AskBluetooth -> dialog(work.op) {
                it.startActivityForResult(Intent(BluetoothAdapter.ACTION_REQUEST_ENABLE), ASK_BLUETOOTH)
            }
            is Phone.Bond -> device(work.op, work.peer) { Event.Done(work.op, Value.Bond(bond(it.bondState))) }
            is Phone.RemoveBond -> device(work.op, work.peer) { HiddenCalls.forget(it).answer(work.op) }
            is Phone.CancelBond -> device(work.op, work.peer) { HiddenCalls.cancelPairing(it).answer(work.op) }
            is Phone.Holders -> holders(work.op)
            is Phone.OpenSettings -> doors.settings(work.page)
        }
    }

    private fun tellFacts(op: ULong) = happened.tell(Event.Done(op, Value.Facts(facts())))

    private fun facts() = PhoneFacts(
        adapter = adapterState(),
        permission = permissions.state(),
        permissionKind = permissions.kind,
        locationSwitch = locationSwitch(),
    )

    private fun adapterState(): Adapter {
        val adapter = adapter()
        return when {
            adapter == null || !context.packageManager.hasSystemFeature(PackageManager.FEATURE_BLUETOOTH_LE) -> Adapter.MISSING
            adapter.isEnabled -> Adapter.ON
            else -> Adapter.OFF
        }
    }

    private fun locationSwitch(): Boolean? = when {
        Build.VERSION.SDK_INT >= Build.VERSION_CODES.S -> null
        Build.VERSION.SDK_INT >= Build.VERSION_CODES.P ->
            context.getSystemService(LocationManager::class.java)?.isLocationEnabled
        else -> oldLocationSwitch()
    }

    @Suppress("DEPRECATION")
    private fun oldLocationSwitch(): Boolean {
        val mode = Settings.Secure.getInt(context.contentResolver, Settings.Secure.LOCATION_MODE, Settings.Secure.LOCATION_MODE_OFF)
        return mode != Settings.Secure.LOCATION_MODE_OFF
    }

    /** Shows a dialog of the system; without an activity in front the facts are the answer. */
    private fun dialog(op: ULong, show: (Activity) -> Unit) {
        answerDialog()
        val front = activity ?: return tellFacts(op)
        asked = op
        try {
            show(front)
        } catch (_: SecurityException) {
            asked = null
            happened.tell(Event.Failed(op, Failure.Denied))
        } catch (_: ActivityNotFoundException) {
            asked = null
            happened.tell(Event.Failed(op, Failure.Unsupported))
        }
    }

    private fun device(op: ULong, peer: String, work: (BluetoothDevice) -> Event) {
        val adapter = adapter() ?: return happened.tell(Event.Failed(op, Failure.BluetoothOff))
        val event = try {
            work(adapter.getRemoteDevice(peer))
        } catch (_: SecurityException) {
            Event.Failed(op, Failure.Denied)
        } catch (_: IllegalArgumentException) {
            Event.Failed(op, Failure.Missing)
        }
        happened.tell(event)
    }

    private fun holders(op: ULong) {
        val apps = BandApp.entries.filter { it.installedPackage(context) != null }
        val event = try {
            val connected = context.getSystemService(BluetoothManager::class.java)?.getConnectedDevices(BluetoothProfile.GATT)
            Event.Done(op, Value.Holders(Holders(connected.orEmpty().map { it.address }, apps)))
        } catch (_: SecurityException) {
            Event.Failed(op, Failure.Denied)
        }
        happened.tell(event)
    }

    private fun adapter(): BluetoothAdapter? = context.getSystemService(BluetoothManager::class.java)?.adapter

    private fun listen() {
        val changes = IntentFilter().apply {
            addAction(BluetoothAdapter.ACTION_STATE_CHANGED)
            addAction(BluetoothDevice.ACTION_BOND_STATE_CHANGED)
        }
        // Bluetooth is no part of the system's own user: its (protected) broadcasts reach only exported receivers.
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) {
            context.registerReceiver(receiver, changes, Context.RECEIVER_EXPORTED)
        } else {
            context.registerReceiver(receiver, changes)
        }
    }

    private val receiver = object : BroadcastReceiver() {
        override fun onReceive(context: Context, intent: Intent) {
            when (intent.action) {
                BluetoothAdapter.ACTION_STATE_CHANGED -> switched(intent.getIntExtra(BluetoothAdapter.EXTRA_STATE, BluetoothAdapter.ERROR))
                BluetoothDevice.ACTION_BOND_STATE_CHANGED -> bondChanged(intent)
            }
        }
    }

    private fun switched(state: Int) {
        when (state) {
            BluetoothAdapter.STATE_ON -> happened.tell(Event.Adapter(Adapter.ON))
            BluetoothAdapter.STATE_TURNING_OFF, BluetoothAdapter.STATE_OFF -> {
                adapterOff()
                happened.tell(Event.Adapter(Adapter.OFF))
            }
        }
    }

    private fun bondChanged(intent: Intent) {
        val device = intent.device() ?: return
        val state = intent.getIntExtra(BluetoothDevice.EXTRA_BOND_STATE, BluetoothDevice.BOND_NONE)
        happened.tell(Event.BondChanged(device.address, bond(state)))
    }

    companion object {
        /** Names the permission dialog among an activity's requests. */
        const val ASK_PERMISSION = 1

        /** Names the dialog that switches Bluetooth on. */
        const val ASK_BLUETOOTH = 2
    }
}

private fun bond(state: Int): Bond = when (state) {
    BluetoothDevice.BOND_BONDED -> Bond.BONDED
    BluetoothDevice.BOND_BONDING -> Bond.BONDING
    else -> Bond.NONE
}

private fun Intent.device(): BluetoothDevice? =
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) {
        getParcelableExtra(BluetoothDevice.EXTRA_DEVICE, BluetoothDevice::class.java)
    } else {
        @Suppress("DEPRECATION")
        getParcelableExtra(BluetoothDevice.EXTRA_DEVICE)
    }
