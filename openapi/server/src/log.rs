//! Logs for machines: one JSON object a line on standard output, whoever
//! logged it.

mod level;
mod output;

use std::fmt;
use std::io;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, MakeWriter};
use tracing_subscriber::registry::LookupSpan;

use crate::context::RequestContext;
pub use level::{InvalidLevel, check_level};
pub use output::Flush;
use output::Output;

/// Why logging could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The level is not valid.
    #[error("the level is {0}")]
    Level(#[from] InvalidLevel),
    /// Logging is set up once.
    #[error("logging is set up already")]
    Twice,
    /// The thread that writes the logs cannot be started.
    #[error("cannot start the thread that writes the logs")]
    Thread(#[from] io::Error),
}

/// Sends everything that is logged in this process to standard output, panics
/// included. `level` is a level such as `info`, or a filter such as
/// `info,mongodb=debug`. What it returns writes the last lines when the process
/// ends.
///
/// # Errors
/// If the level is none, or if called twice.
pub fn init(service: &'static str, level: &str) -> Result<Flush, Error> {
    let (output, flush) = Output::start(io::stdout())?;
    let subscriber = subscriber(service, level, output)?;
    tracing::subscriber::set_global_default(subscriber).map_err(|_| Error::Twice)?;
    std::panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(tracing::field::display);
        tracing::error!(error = %crate::app::panic_message(panic.payload()), location, "panicked");
    }));
    Ok(flush)
}

/// The same with any writer, for tests.
///
/// # Errors
/// If the level is none.
pub fn subscriber<W>(
    service: &'static str,
    level: &str,
    writer: W,
) -> Result<impl Subscriber + Send + Sync, Error>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    check_level(level)?;
    let filter = EnvFilter::new(level);
    Ok(tracing_subscriber::fmt()
        .event_format(JsonLine { service })
        .with_env_filter(filter)
        .with_writer(writer)
        .finish())
}

/// `{"timestamp":…,"level":…,"service":…,"message":…, fields…, "requestId":…}`
struct JsonLine {
    service: &'static str,
}

impl<S, N> FormatEvent<S, N> for JsonLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let metadata = event.metadata();
        let mut line = Line::start(Utc::now(), metadata.level().as_str());
        line.member("service", self.service);
        // Whose event it is matters only where it is not this crate's own.
        if metadata.target() != concat!(env!("CARGO_CRATE_NAME"), "::app") {
            line.member("target", metadata.target());
        }
        event.record(&mut line);
        RequestContext::with_current(|request| line.member("requestId", request.id.as_str()));
        writer.write_str(line.finish()?)
    }
}

/// A JSON object while it is written, in one piece of memory.
struct Line {
    text: Vec<u8>,
    result: serde_json::Result<()>,
}

impl Line {
    /// Longer than almost all lines.
    const CAPACITY: usize = 512;

    fn start(now: DateTime<Utc>, level: &str) -> Self {
        let mut line = Self { text: Vec::with_capacity(Self::CAPACITY), result: Ok(()) };
        line.text.push(b'{');
        line.write("timestamp", now.to_rfc3339_opts(SecondsFormat::Millis, true));
        line.member("level", level);
        line
    }

    fn member(&mut self, name: &str, value: impl Serialize) {
        self.text.push(b',');
        self.write(name, value);
    }

    /// After an error it writes no more.
    fn write(&mut self, name: &str, value: impl Serialize) {
        if self.result.is_ok() {
            self.result = serde_json::to_writer(&mut self.text, name).and_then(|()| {
                self.text.push(b':');
                serde_json::to_writer(&mut self.text, &value)
            });
        }
    }

    fn finish(&mut self) -> Result<&str, fmt::Error> {
        self.text.extend_from_slice(b"}\n");
        match &self.result {
            Ok(()) => std::str::from_utf8(&self.text).map_err(|_| fmt::Error),
            Err(_) => Err(fmt::Error),
        }
    }
}

impl Visit for Line {
    fn record_f64(&mut self, field: &Field, value: f64) {
        // Three decimals: a duration in milliseconds to the microsecond.
        self.member(field.name(), (value * 1e3).round() / 1e3);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.member(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.member(field.name(), value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.member(field.name(), value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.member(field.name(), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.member(field.name(), format!("{value:?}"));
    }
}
