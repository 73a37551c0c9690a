//! Standard output as logs use it: whoever logs only appends to a buffer, and
//! one thread writes what has come together. So a request never waits for the
//! reader of the logs, and a busy service makes one system call for many lines.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tracing_subscriber::fmt::MakeWriter;

use crate::limits::LOG_FLUSH_TIMEOUT;

/// How long a line may wait for others to be written with it.
const GATHER: Duration = Duration::from_millis(10);

/// Bytes that may wait: some thousand lines. While the reader of the logs is
/// slower than that, lines are left out, and then counted in a line of their own.
const CAPACITY: usize = 1 << 20;

/// How often the end of the writing thread is looked for.
const POLL_INTERVAL: Duration = Duration::from_millis(2);

/// Standard output behind a buffer.
#[derive(Clone)]
pub(super) struct Output(Arc<Shared>);

struct Shared {
    buffer: Mutex<Buffer>,
    /// Signals that the buffer is no longer empty, or that it is closed.
    changed: Condvar,
}

#[derive(Default)]
struct Buffer {
    lines: Vec<u8>,
    left_out: u64,
    closed: bool,
}

/// Writes what is left when it is dropped; keep it until the process ends.
#[must_use = "lines logged after it is dropped are lost"]
pub struct Flush {
    output: Output,
    thread: Option<JoinHandle<()>>,
}

impl Output {
    /// Starts the thread that writes.
    pub(super) fn start(destination: impl Write + Send + 'static) -> io::Result<(Self, Flush)> {
        let shared = Shared { buffer: Mutex::default(), changed: Condvar::new() };
        let output = Self(Arc::new(shared));
        let writer = output.clone();
        let thread =
            thread::Builder::new().name("log".to_owned()).spawn(move || writer.run(destination))?;
        Ok((output.clone(), Flush { output, thread: Some(thread) }))
    }

    fn run(&self, mut destination: impl Write) {
        let mut lines = Vec::new();
        loop {
            let (left_out, closed) = self.take(&mut lines);
            // There is nobody to tell that nobody can be told.
            let _ = destination.write_all(&lines).and_then(|()| destination.flush());
            lines.clear();
            if left_out > 0 {
                tracing::warn!(
                    lines = left_out,
                    "log lines were left out: they are read too slowly"
                );
            }
            if closed {
                return;
            }
        }
    }

    /// Waits for lines and exchanges them for the empty buffer. Says how many
    /// were left out, and whether there will be no more.
    fn take(&self, lines: &mut Vec<u8>) -> (u64, bool) {
        let idle = |buffer: &mut Buffer| buffer.lines.is_empty() && !buffer.closed;
        let buffer = self.0.changed.wait_while(self.lock(), idle);
        let closed = buffer.unwrap_or_else(PoisonError::into_inner).closed;
        if !closed {
            thread::sleep(GATHER);
        }
        let mut buffer = self.lock();
        std::mem::swap(&mut buffer.lines, lines);
        (std::mem::take(&mut buffer.left_out), closed)
    }

    fn append(&self, line: &[u8]) {
        let mut buffer = self.lock();
        if buffer.lines.len() + line.len() > CAPACITY {
            buffer.left_out += 1;
            return;
        }
        let first = buffer.lines.is_empty();
        buffer.lines.extend_from_slice(line);
        drop(buffer);
        if first {
            self.0.changed.notify_one();
        }
    }

    /// Nothing that holds the lock can leave the buffer half changed.
    fn lock(&self) -> MutexGuard<'_, Buffer> {
        self.0.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Flush {
    fn drop(&mut self) {
        self.output.lock().closed = true;
        self.output.0.changed.notify_one();
        // A reader that has stopped reading does not keep the process from ending.
        let deadline = Instant::now() + LOG_FLUSH_TIMEOUT;
        while self.thread.as_ref().is_some_and(|thread| !thread.is_finished())
            && Instant::now() < deadline
        {
            thread::sleep(POLL_INTERVAL);
        }
    }
}

impl<'a> MakeWriter<'a> for Output {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Write for Output {
    /// `line` is a whole one: that is how the subscriber writes.
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
    fn lines_are_written_in_order_and_few_times() {
        let sink = Sink::default();
        let (mut output, flush) = Output::start(sink.clone()).unwrap();
        let lines: Vec<String> = (0..1000).map(|number| format!("{number}\n")).collect();
        for line in &lines {
            output.write_all(line.as_bytes()).unwrap();
        }
        drop(flush);
        let written = sink.0.lock().unwrap();
        assert_eq!(written.concat(), lines.concat().into_bytes());
        assert!(written.len() < 100, "{} writes for 1000 lines", written.len());
    }

    #[test]
    fn a_reader_that_stalls_stops_nobody() {
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
        let (mut output, flush) = Output::start(Stalled(stall, sink.clone())).unwrap();
        let line = [b'x'; 1024];
        for _ in 0..3 * CAPACITY / line.len() {
            output.write_all(&line).unwrap();
        }
        assert!(output.lock().left_out > 0 && output.lock().lines.len() <= CAPACITY);
        drop(go_on);
        drop(flush);
        assert!(!sink.0.lock().unwrap().is_empty());
    }

    #[test]
    fn a_reader_that_never_reads_does_not_keep_the_process_from_ending() {
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
        let (mut output, flush) = Output::start(Blocked(receiver)).unwrap();
        output.write_all(b"line\n").unwrap();
        let started = Instant::now();
        drop(flush);
        assert!(started.elapsed() < LOG_FLUSH_TIMEOUT + Duration::from_secs(1));
    }
}
