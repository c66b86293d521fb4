package org.bandrescue

import org.bandrescue.ffi.StoreFile
import org.bandrescue.session.Storage
import org.bandrescue.session.Stored
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import java.io.File
import java.io.IOException

@RunWith(RobolectricTestRunner::class)
class StorageTest {
    private val context = RuntimeEnvironment.getApplication()
    private val storage = Storage(context, Stored.REAL)
    private val folder = File(context.noBackupFilesDir, "rescues")

    @Test
    fun what_was_saved_is_there_after_a_restart() {
        assertNull(storage.read(StoreFile.KEYS))
        storage.save(StoreFile.KEYS, byteArrayOf(1, 2, 3))
        storage.save(StoreFile.KEYS, byteArrayOf(4))
        assertArrayEquals(byteArrayOf(4), Storage(context, Stored.REAL).read(StoreFile.KEYS))
    }

    @Test
    fun every_file_has_a_place_of_its_own() {
        StoreFile.entries.forEachIndexed { index, file -> storage.save(file, byteArrayOf(index.toByte())) }
        StoreFile.entries.forEachIndexed { index, file -> assertArrayEquals(byteArrayOf(index.toByte()), storage.read(file)) }
        assertNull("practice reads a real rescue", Storage(context, Stored.PRACTICE).read(StoreFile.JOURNAL))
    }

    @Test
    fun a_write_that_was_cut_off_leaves_the_old_keys_readable() {
        storage.save(StoreFile.KEYS, byteArrayOf(7))
        File(folder, "keys.new").writeBytes(byteArrayOf(9, 9))
        assertArrayEquals(byteArrayOf(7), Storage(context, Stored.REAL).read(StoreFile.KEYS))
        storage.save(StoreFile.KEYS, byteArrayOf(8))
        assertArrayEquals(byteArrayOf(8), storage.read(StoreFile.KEYS))
        assertEquals("something half written stays about", listOf("keys"), folder.list().orEmpty().toList())
    }

    @Test
    fun a_save_that_cannot_be_made_is_told_and_not_taken_for_done() {
        folder.parentFile?.mkdirs()
        folder.writeText("in the way")
        assertThrows(IOException::class.java) { storage.save(StoreFile.KEYS, byteArrayOf(1)) }
    }

    @Test
    fun keys_stand_where_no_backup_looks() {
        storage.save(StoreFile.KEYS, byteArrayOf(1))
        assertEquals(context.noBackupFilesDir, folder.parentFile)
    }
}
