package org.bandrescue.radio

import android.bluetooth.le.ScanFilter
import android.bluetooth.le.ScanSettings
import android.os.ParcelUuid

/** What a scan asks the phone to listen for: wide enough for every band and look-alike; core sorts them. */
internal object ScanWish {
    /** The maker's company id. */
    private const val HUAMI = 0x0157

    /** The service of the protobuf bands, which they name as service data. */
    private val xiaomi = ParcelUuid.fromString("0000fe95-0000-1000-8000-00805f9b34fb")

    private val names = listOf("MI Band 2", "Mi Band 2", "Mi Band HRX", "Mi Band 3", "Xiaomi Band 3", "Mi Band", "MI", "MI1A", "MI1S")
    private val services = listOf("0000fee0-0000-1000-8000-00805f9b34fb", "0000fee1-0000-1000-8000-00805f9b34fb")

    /**
     * Without a filter Android stops a scan when the screen goes off. The last lets everything through: of the newest bands
     * the name may be all there is, it ends in digits of the address, and a filter takes whole names only. The others are
     * for phones that do not count such a one as a filter.
     */
    val filters: List<ScanFilter> =
        names.map { ScanFilter.Builder().setDeviceName(it).build() } +
            services.map { ScanFilter.Builder().setServiceUuid(ParcelUuid.fromString(it)).build() } +
            ScanFilter.Builder().setManufacturerData(HUAMI, ByteArray(0)).build() +
            ScanFilter.Builder().setServiceUuid(xiaomi).build() +
            ScanFilter.Builder().setServiceData(xiaomi, ByteArray(0)).build() +
            ScanFilter.Builder().build()

    val settings: ScanSettings = ScanSettings.Builder()
        .setScanMode(ScanSettings.SCAN_MODE_LOW_LATENCY)
        .setCallbackType(ScanSettings.CALLBACK_TYPE_ALL_MATCHES)
        .setMatchMode(ScanSettings.MATCH_MODE_AGGRESSIVE)
        .setNumOfMatches(ScanSettings.MATCH_NUM_MAX_ADVERTISEMENT)
        .build()
}
