//! A message bus of its own for one case, in the place of the system's.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A bus; it ends when it is dropped.
pub(crate) struct Bus {
    daemon: Child,
    folder: TempDir,
}

impl Bus {
    /// Starts one on which everybody may do everything but what `forbidden` (rules of dbus-daemon) forbids.
    pub(crate) fn start(forbidden: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("bus.conf");
        let socket = folder.path().join("socket");
        let rules = format!(
            r#"<busconfig>
                 <listen>unix:path={}</listen>
                 <policy context="default">
                   <allow user="*"/><allow own="*"/>
                   <allow send_destination="*" eavesdrop="true"/><allow receive_sender="*" eavesdrop="true"/>
                   {forbidden}
                 </policy>
               </busconfig>"#,
            socket.display()
        );
        fs::write(&config, rules).unwrap();
        let mut daemon = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--print-address"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("these tests need dbus-daemon (Debian's package of that name)");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        assert!(!address.is_empty(), "the bus does not start");
        Self { daemon, folder }
    }

    /// For `DBUS_SYSTEM_BUS_ADDRESS`.
    pub(crate) fn address(&self) -> String {
        format!("unix:path={}", self.folder.path().join("socket").display())
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.daemon.kill().unwrap();
        self.daemon.wait().unwrap();
    }
}
