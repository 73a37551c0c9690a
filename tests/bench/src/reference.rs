//! What the services are compared with, so that figures of different machines
//! can be compared: work that has nothing to do with this project, measured
//! in the same run.
//!
//! Requests are compared with those to a bare HTTP server, which is hyper and
//! a constant answer: the same kind of work (system calls, parsing, tasks)
//! without anything of ours. `GET /health/live` would not do: it becomes
//! faster together with everything else. Signing in is nearly all one
//! password hash, so it is compared with that.

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::time::Duration;

use argon2::Argon2;
use bytes::Bytes;
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use system::database::{accepts, free_port};
use system::process::Process;
use system::{Result, Stop};
use tokio::net::TcpListener;

use crate::client::Ask;
use crate::latency::median;
use crate::load::Load;
use system::usage::{Cpu, guarded};

/// As long as a product.
const ANSWER: &[u8] = &[b'x'; 200];

/// Serves the constant answer until it is killed.
///
/// # Errors
/// If the port cannot be had.
pub async fn serve(port: u16) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(Stop::because(format!("port {port}")))?;
    loop {
        let (stream, _) = listener.accept().await.map_err(Stop::because("accept"))?;
        stream.set_nodelay(true).map_err(Stop::because("TCP_NODELAY"))?;
        let answer = |_: Request<hyper::body::Incoming>| async {
            Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(ANSWER))))
        };
        let connection =
            http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer));
        tokio::spawn(connection);
    }
}

/// The bare server as a process.
pub struct Bare {
    process: Option<u32>,
    port: u16,
    _running: Process,
}

impl Bare {
    /// Starts it.
    ///
    /// # Errors
    /// If it does not come up.
    pub fn start(folder: &std::path::Path) -> Result<Self> {
        let port = free_port()?;
        let own = std::env::current_exe().map_err(Stop::because("this program's own file"))?;
        let mut command = std::process::Command::new(own);
        command.args(["reference", "--port", &port.to_string()]);
        let log = folder.join("reference.log");
        let mut running = Process::start_guarded("the bare server", &command, &log)?;
        running.wait_until(Duration::from_secs(10), || accepts(port))?;
        Ok(Self { process: guarded(running.id()), port, _running: running })
    }

    /// Milliseconds of processor time that a request costs it.
    ///
    /// # Errors
    /// If it does not answer.
    pub async fn measure(&self, connections: usize, duration: Duration) -> Result<Option<f64>> {
        let load = Load {
            address: (Ipv4Addr::LOCALHOST, self.port).into(),
            asks: [Ask::get("/")].into(),
            connections,
            duration,
            pause: Duration::ZERO,
        };
        let before = self.process.and_then(Cpu::of);
        let outcome = load.run().await?;
        let after = self.process.and_then(Cpu::of);
        let used = after.zip(before).map(|(after, before)| after.since(before));
        Ok(used.map(|used| used * 1e3 / outcome.requests().max(1) as f64))
    }
}

/// Milliseconds of processor time that one password hash takes at the
/// parameters of the user service, which are the defaults of argon2id.
///
/// # Errors
/// If there is no memory for it.
pub fn bare_hash() -> Result<f64> {
    let mut times = Vec::new();
    for _ in 0..15 {
        let (begin, mut hash) = (thread_time(), [0; 32]);
        let made =
            Argon2::default().hash_password_into(b"correct horse", b"0123456789abcdef", &mut hash);
        made.map_err(Stop::because("argon2"))?;
        std::hint::black_box(hash);
        times.push((thread_time() - begin) * 1e3);
    }
    Ok(median(times).unwrap_or_default())
}

/// Seconds of processor time that this thread has used.
fn thread_time() -> f64 {
    use rustix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
