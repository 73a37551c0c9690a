//! Ports for servers that are about to be started.
//!
//! A port that is merely unused now can be taken before the server listens on it: by a client
//! connection, to which the system assigns ports from 32768 (Linux) or 49152 (macOS), or by another
//! program that searches for a port in the same way. [`free_port`] therefore chooses ports below
//! that range, and locks a file for each port until this program ends.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::fs::{FlockOperation, flock};
use rustix::process::getuid;

const RANGE: std::ops::Range<u16> = 10_000..30_000;

/// The locked files. The system unlocks them when this program ends, however it ends.
static RESERVED: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// A port on which no program listens, and which no other caller of this function gets.
pub fn free_port() -> Result<u16> {
    let unused = |port: &u16| TcpListener::bind((Ipv4Addr::UNSPECIFIED, *port)).is_ok();
    let mut candidates = std::iter::repeat_with(|| fastrand::u16(RANGE)).take(1_000);
    candidates.find(|port| reserve(*port) && unused(port)).context("no port is free")
}

fn reserve(port: u16) -> bool {
    // Each user has a folder, as files of another user cannot be opened.
    let folder = format!("product-order-system-ports-{}", getuid().as_raw());
    let folder = std::env::temp_dir().join(folder);
    let file =
        fs::create_dir_all(&folder).and_then(|()| File::create(folder.join(port.to_string())));
    let Ok(file) = file else { return false };
    let locked = flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok();
    if locked {
        RESERVED.lock().unwrap_or_else(PoisonError::into_inner).push(file);
    }
    locked
}

/// Whether a program on this machine listens on a port.
pub fn is_listening(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_ports_differ_while_no_server_listens_yet() {
        let mut ports: Vec<u16> = (0..50).map(|_| free_port().unwrap()).collect();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), 50);
        assert!(!is_listening(ports[0]));
    }
}
