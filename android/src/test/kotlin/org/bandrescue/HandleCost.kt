package org.bandrescue

import org.bandrescue.ffi.Task

/** Prints what one call of the core costs through JNA, in microseconds: the median over many rescues after warming up. */
fun main() {
    repeat(WARM_UP) { rescue() }
    val costs = (1..RESCUES).flatMap { rescue() }.sorted()
    fun at(share: Double) = costs[(costs.size * share).toInt()] / 1000.0
    println("calls ${costs.size} median %.1f p90 %.1f p99 %.1f".format(at(0.5), at(0.9), at(0.99)))
}

private const val WARM_UP = 50
private const val RESCUES = 100

private fun rescue(): List<Long> = Dialogue("mi-band-2", "owned").use {
    it.begin(Task.UNPAIR)
    it.end()
    it.costs
}
