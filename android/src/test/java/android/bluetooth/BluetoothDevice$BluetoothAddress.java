package android.bluetooth;

/** A class of a later Android that Robolectric's Bluetooth shadows name in their signatures; older frameworks lack it. */
public final class BluetoothDevice$BluetoothAddress {
    public BluetoothDevice$BluetoothAddress(String address, int type) {}
}
