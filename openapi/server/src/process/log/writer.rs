//! A non-blocking log writer: logging appends to a buffer, which one thread writes at intervals. So
//! a request never waits for the reader of the logs, and a busy service makes one system call for
//! many lines.
//!
//! tracing-appender's writer, the usual choice, sends each line through a channel and writes it
//! with a separate system call.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tracing_subscriber::fmt::MakeWriter;

use crate::limits::LOG_FLUSH_TIMEOUT;

/// How long a line may wait for others that are written with it.
const FLUSH_INTERVAL: Duration = Duration::from_millis(10);

/// The buffer's capacity in bytes: some thousand lines. While it is full, lines are dropped; their
/// number is logged afterwards.
const CAPACITY: usize = 1 << 20;

/// Lines that this process has dropped so far. It has one log.
static DROPPED: AtomicU64 = AtomicU64::new(0);

/// The number of log lines that this process has dropped because their reader was too slow.
pub(crate) fn dropped_lines() -> u64 {
    DROPPED.load(Relaxed)
}

/// How often the guard checks whether the thread has ended.
const POLL_INTERVAL: Duration = Duration::from_millis(2);

/// The writer for subscribers. Clones share the buffer.
#[derive(Clone)]
pub(super) struct BufferedWriter(Arc<Shared>);

struct Shared {
    buffer: Mutex<Buffer>,
    /// Notified when the buffer is no longer empty, or closed.
    changed: Condvar,
}

#[derive(Default)]
struct Buffer {
    lines: Vec<u8>,
    dropped: u64,
    closed: bool,
}

/// Flushes the buffer when it is dropped. Keep it until the process ends.
#[must_use = "lines logged after it is dropped are lost"]
pub struct WorkerGuard {
    writer: BufferedWriter,
    thread: JoinHandle<()>,
}

impl BufferedWriter {
    /// Starts the writing thread.
    pub(super) fn start(
        destination: impl Write + Send + 'static,
    ) -> io::Result<(Self, WorkerGuard)> {
        let shared = Shared { buffer: Mutex::default(), changed: Condvar::new() };
        let writer = Self(Arc::new(shared));
        let worker = writer.clone();
        let thread =
            thread::Builder::new().name("log".to_owned()).spawn(move || worker.run(destination))?;
        Ok((writer.clone(), WorkerGuard { writer, thread }))
    }

    fn run(&self, mut destination: impl Write) {
        let mut lines = Vec::new();
        loop {
            let (dropped, closed) = self.take(&mut lines);
            // A failure to log cannot be logged.
            let _ = destination.write_all(&lines).and_then(|()| destination.flush());
            lines.clear();
            if dropped > 0 {
                tracing::warn!(lines = dropped, "dropped log lines: reader too slow");
            }
            if closed {
                return;
            }
        }
    }

    /// Waits for lines and swaps them with `lines`, which is empty. Returns how many lines were
    /// dropped, and whether these are the last.
    fn take(&self, lines: &mut Vec<u8>) -> (u64, bool) {
        let idle = |buffer: &mut Buffer| buffer.lines.is_empty() && !buffer.closed;
        let buffer = self.0.changed.wait_while(self.lock(), idle);
        let closed = buffer.unwrap_or_else(PoisonError::into_inner).closed;
        if !closed {
            thread::sleep(FLUSH_INTERVAL);
        }
        let mut buffer = self.lock();
        std::mem::swap(&mut buffer.lines, lines);
        (std::mem::take(&mut buffer.dropped), closed)
    }

    fn append(&self, line: &[u8]) {
        let mut buffer = self.lock();
        if buffer.lines.len() + line.len() > CAPACITY {
            buffer.dropped += 1;
            DROPPED.fetch_add(1, Relaxed);
            return;
        }
        let first = buffer.lines.is_empty();
        buffer.lines.extend_from_slice(line);
        drop(buffer);
        if first {
            self.0.changed.notify_one();
        }
    }

    /// No panic can leave the buffer inconsistent, so poisoning is ignored.
    fn lock(&self) -> MutexGuard<'_, Buffer> {
        self.0.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for WorkerGuard {
    fn drop(&mut self) {
        self.writer.lock().closed = true;
        self.writer.0.changed.notify_one();
        // A stalled reader must not keep the process from ending, so the thread is not joined.
        let deadline = Instant::now() + LOG_FLUSH_TIMEOUT;
        while !self.thread.is_finished() && Instant::now() < deadline {
            thread::sleep(POLL_INTERVAL);
        }
    }
}

impl<'a> MakeWriter<'a> for BufferedWriter {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Write for BufferedWriter {
    /// The subscriber writes each line with one call.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.append(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<Vec<u8>>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_are_written_in_order_and_in_batches() {
        let sink = Sink::default();
        let (mut writer, guard) = BufferedWriter::start(sink.clone()).unwrap();
        let lines: Vec<String> = (0..1000).map(|number| format!("{number}\n")).collect();
        for line in &lines {
            writer.write_all(line.as_bytes()).unwrap();
        }
        drop(guard);
        let written = sink.0.lock().unwrap();
        assert_eq!(written.concat(), lines.concat().into_bytes());
        assert!(written.len() < 100, "{} writes for 1000 lines", written.len());
    }

    #[test]
    fn stalled_reader_does_not_block_logging() {
        struct Stalled(std::sync::mpsc::Receiver<()>, Sink);
        impl Write for Stalled {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                let _ = self.0.recv();
                self.1.write(bytes)
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let (go_on, stall) = std::sync::mpsc::channel();
        let sink = Sink::default();
        let (mut writer, guard) = BufferedWriter::start(Stalled(stall, sink.clone())).unwrap();
        let line = [b'x'; 1024];
        for _ in 0..3 * CAPACITY / line.len() {
            writer.write_all(&line).unwrap();
        }
        assert!(writer.lock().dropped > 0 && writer.lock().lines.len() <= CAPACITY);
        drop(go_on);
        drop(guard);
        assert!(!sink.0.lock().unwrap().is_empty());
    }

    #[test]
    fn stalled_reader_does_not_keep_the_process_from_ending() {
        struct Blocked(std::sync::mpsc::Receiver<()>);
        impl Write for Blocked {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                let _ = self.0.recv();
                Ok(0)
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let (_sender, receiver) = std::sync::mpsc::channel();
        let (mut writer, guard) = BufferedWriter::start(Blocked(receiver)).unwrap();
        writer.write_all(b"line\n").unwrap();
        let started = Instant::now();
        drop(guard);
        assert!(started.elapsed() < LOG_FLUSH_TIMEOUT + Duration::from_secs(1));
    }
}
