//! Reference work that is independent of this project. It is measured in the same run, so that
//! figures of different machines can be compared.
//!
//! Requests are compared with requests to a bare HTTP server: hyper with a constant response, which
//! does the same kind of work (system calls, parsing, task scheduling) without any code of this
//! project. `GET /health/live` would not do, because optimizing the framework makes it faster too.
//! Logging in consists almost entirely of a password hash, so it is compared with one.

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::time::Duration;

use anyhow::{Context, Result};
use argon2::Argon2;
use bytes::Bytes;
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use system::ports::{free_port, is_listening};
use system::process::Process;
use tokio::net::TcpListener;

use crate::client::RequestTemplate;
use crate::latency::median;
use crate::load::Load;
use system::usage::{CpuTime, guarded_process};

/// As long as a product.
const BODY: &[u8] = &[b'x'; 200];

/// Runs the bare server until it is killed.
pub async fn serve(port: u16) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .with_context(|| format!("port {port}"))?;
    loop {
        let (stream, _) = listener.accept().await.context("accept")?;
        stream.set_nodelay(true).context("TCP_NODELAY")?;
        let response = |_: Request<hyper::body::Incoming>| async {
            Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(BODY))))
        };
        let connection =
            http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(response));
        tokio::spawn(connection);
    }
}

/// The bare server as a process.
pub struct BareServer {
    process: Option<u32>,
    port: u16,
    _running: Process,
}

impl BareServer {
    pub fn start(folder: &std::path::Path) -> Result<Self> {
        let port = free_port()?;
        let own = std::env::current_exe().context("cannot locate this program")?;
        let mut command = std::process::Command::new(own);
        command.args(["reference", "--port", &port.to_string()]);
        let log = folder.join("reference.log");
        let mut running = Process::start_guarded("the bare server", &command, &log)?;
        running.wait_until(Duration::from_secs(10), || is_listening(port))?;
        Ok(Self { process: guarded_process(running.id()), port, _running: running })
    }

    /// Measures the server's processor time per request, in milliseconds.
    pub async fn measure(&self, connections: usize, duration: Duration) -> Result<Option<f64>> {
        let load = Load {
            address: (Ipv4Addr::LOCALHOST, self.port).into(),
            requests: [RequestTemplate::get("/")].into(),
            connections,
            duration,
            pause: Duration::ZERO,
        };
        let before = self.process.and_then(CpuTime::of);
        let outcome = load.run().await?;
        let after = self.process.and_then(CpuTime::of);
        let used = after.zip(before).map(|(after, before)| after.since(before));
        Ok(used.map(|used| used * 1e3 / outcome.requests().max(1) as f64))
    }
}

/// Measures the processor time of a password hash, in milliseconds. The parameters are those of the
/// user service, which are the defaults of argon2id.
pub fn bare_hash() -> Result<f64> {
    let mut times = Vec::new();
    for _ in 0..15 {
        let begin = thread_time();
        let mut hash = [0; 32];
        let outcome =
            Argon2::default().hash_password_into(b"correct horse", b"0123456789abcdef", &mut hash);
        outcome.context("argon2")?;
        std::hint::black_box(hash);
        times.push((thread_time() - begin) * 1e3);
    }
    Ok(median(times).unwrap_or_default())
}

/// The processor time of this thread in seconds.
fn thread_time() -> f64 {
    use rustix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
