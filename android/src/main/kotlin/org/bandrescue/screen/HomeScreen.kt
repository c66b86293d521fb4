package org.bandrescue.screen

import android.content.res.Resources
import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.TextView
import org.bandrescue.R
import org.bandrescue.ffi.Home
import org.bandrescue.ffi.PersonEvent
import org.bandrescue.ffi.Task
import org.bandrescue.ffi.Unfinished
import org.bandrescue.look.fill
import org.bandrescue.look.part
import org.bandrescue.look.row
import org.bandrescue.look.say
import org.bandrescue.look.show
import org.bandrescue.text.called
import org.bandrescue.text.icon
import org.bandrescue.text.note
import org.bandrescue.text.text
import org.bandrescue.text.title

/** What is wrong with your band? The most common trouble first and largest. */
internal class HomeScreen(private val frame: Frame, private val deeds: Deeds) {
    fun show(home: Home, practising: Boolean) {
        val root = frame.content(R.layout.home, "")
        val resources = root.resources
        frame.back(null)
        frame.buttons(null, null)
        root.part<View>(R.id.damaged).show(home.damagedFile)
        root.part<ViewGroup>(R.id.unfinished).fill(R.layout.unfinished, home.unfinished, ::unfinished)
        val tasks = root.part<ViewGroup>(R.id.tasks)
        if (tasks.childCount == 0) {
            task(tasks, R.layout.row_main, Task.UNPAIR)
            task(tasks, R.layout.row_card, Task.ERASE)
            task(tasks, R.layout.row_card, Task.RESTART)
        }
        val keys = when (home.savedKeys) {
            0 -> resources.getString(R.string.home_keys_note)
            else -> resources.getString(R.string.home_keys_count, home.savedKeys)
        }
        val more = listOfNotNull(
            more(Task.FIND, resources),
            more(Task.INFO, resources),
            More(R.drawable.ic_practice, R.string.home_practise, resources.getString(R.string.home_practise_note)) { deeds.open(Page.PRACTICE) }
                .takeUnless { practising },
            More(R.drawable.ic_key, R.string.home_keys, keys) { deeds.send(PersonEvent.ShowKeys) },
            more(Task.FORGET, resources),
            More(R.drawable.ic_info, R.string.home_about, null) { deeds.open(Page.ABOUT) },
        )
        root.part<ViewGroup>(R.id.more).fill(R.layout.row_quiet, more) { view, item ->
            view.row(item.icon, resources.getString(item.title), item.note, item.tap)
        }
    }

    private class More(val icon: Int, val title: Int, val note: String?, val tap: () -> Unit)

    private fun more(task: Task, resources: Resources) =
        More(task.icon, task.title, resources.getString(task.note)) { deeds.send(PersonEvent.Begin(task)) }

    private fun task(tasks: ViewGroup, layout: Int, task: Task) {
        val resources = tasks.resources
        val view = android.view.LayoutInflater.from(tasks.context).inflate(layout, tasks, false)
        view.row(task.icon, resources.getString(task.title), resources.getString(task.note)) { deeds.send(PersonEvent.Begin(task)) }
        tasks.addView(view)
    }

    private fun unfinished(view: View, rescue: Unfinished) {
        val resources = view.resources
        view.part<TextView>(R.id.title).say(resources.getString(R.string.home_unfinished, rescue.band.model.called, rescue.band.addressTail))
        view.part<TextView>(R.id.note).say("${resources.getString(rescue.task.title)}. ${resources.getString(rescue.left.text)}")
        view.part<Button>(R.id.go_on).setOnClickListener { deeds.send(PersonEvent.Resume(rescue.rescue)) }
        view.part<Button>(R.id.discard).setOnClickListener { deeds.confirmDiscard(rescue.rescue) }
    }
}
