package org.bandrescue.session

import android.content.Context
import android.system.ErrnoException
import android.system.Os
import android.system.OsConstants
import org.bandrescue.ffi.StoreFile
import java.io.File
import java.io.FileNotFoundException
import java.io.FileOutputStream
import java.io.IOException

/** Whose files. */
internal enum class Stored { REAL, PRACTICE }

/**
 * App-private files that no backup takes along. A file is replaced whole or not at all. Practice has its own folder,
 * so that practising never touches a real rescue.
 */
internal class Storage(context: Context, world: Stored) {
    private val folder = File(
        context.noBackupFilesDir,
        when (world) {
            Stored.REAL -> "rescues"
            Stored.PRACTICE -> "practice"
        },
    )

    /** What was saved last; nothing if nothing ever was. */
    fun read(file: StoreFile): ByteArray? = try {
        File(folder, file.fileName).readBytes()
    } catch (_: FileNotFoundException) {
        null
    }

    /** Replaces the file. When this returns, the new content survives a power cut; when it throws, the old one is still there. */
    @Throws(IOException::class)
    fun save(file: StoreFile, content: ByteArray) {
        if (!folder.isDirectory && !folder.mkdirs()) throw IOException("could not make the folder")
        val fresh = File(folder, "${file.fileName}.new")
        FileOutputStream(fresh).use {
            it.write(content)
            it.flush()
            it.fd.sync()
        }
        if (!fresh.renameTo(File(folder, file.fileName))) throw IOException("could not replace the file")
        syncFolder()
    }

    /** Deletes everything. */
    fun clear() {
        folder.listFiles()?.forEach(File::delete)
    }

    /** Not every file system can sync a folder; the file itself is safe either way. */
    private fun syncFolder() {
        try {
            val open = Os.open(folder.path, OsConstants.O_RDONLY, 0)
            try {
                Os.fsync(open)
            } finally {
                Os.close(open)
            }
        } catch (_: ErrnoException) {
            return
        }
    }
}

private val StoreFile.fileName: String
    get() = when (this) {
        StoreFile.JOURNAL -> "journal"
        StoreFile.KEYS -> "keys"
        StoreFile.DAMAGED_JOURNAL -> "journal.damaged"
        StoreFile.DAMAGED_KEYS -> "keys.damaged"
    }
