//! What a person types, line by line, and their Ctrl-C, as messages. It understands none of it.

use std::io::{self, BufRead as _};
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::thread;

/// As shells report a program that was ended by Ctrl-C.
const ENDED_BY_INTERRUPT: i32 = 130;

/// Something came from the keyboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    /// A line, without its end.
    Line(String),
    /// There will be no more lines (Ctrl-D).
    End,
    /// Ctrl-C, for the first time; the second time ends the program at once.
    Interrupt,
}

/// Reads lines until there are none. The thread ends with the program.
pub(crate) fn listen(sender: Sender<Typed>) {
    thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            let Ok(line) = line else { break };
            if sender.send(Typed::Line(line)).is_err() {
                return;
            }
        }
        drop(sender.send(Typed::End));
    });
}

/// Makes Ctrl-C a message, so that a rescue stops in a safe state and says in which.
pub(crate) fn listen_for_interrupt(sender: Sender<Typed>) -> Result<(), ctrlc::Error> {
    let seen = AtomicBool::new(false);
    ctrlc::set_handler(move || {
        if seen.swap(true, Ordering::SeqCst) {
            process::exit(ENDED_BY_INTERRUPT);
        }
        drop(sender.send(Typed::Interrupt));
    })
}
