//! Logs for machines: one JSON object a line on standard output, whoever
//! logged it.

use std::fmt;
use std::io;

use chrono::{SecondsFormat, Utc};
use serde::Serialize;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, MakeWriter};
use tracing_subscriber::registry::LookupSpan;

use crate::request_id::RequestId;

/// Why logging could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The level is none.
    #[error("LOG_LEVEL: {0}")]
    Level(#[from] tracing_subscriber::filter::ParseError),
    /// Logging is set up once.
    #[error("logging is set up already")]
    Twice,
}

/// Sends everything that is logged in this process to standard output, panics
/// included. `level` is a level such as `info`, or a filter such as
/// `info,mongodb=debug`.
///
/// # Errors
/// If the level is none, or if called twice.
pub fn init(service: &'static str, level: &str) -> Result<(), Error> {
    let subscriber = subscriber(service, level, io::stdout)?;
    tracing::subscriber::set_global_default(subscriber).map_err(|_| Error::Twice)?;
    std::panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(tracing::field::display);
        tracing::error!(error = %crate::app::panic_message(panic.payload()), location, "panicked");
    }));
    Ok(())
}

/// Whether `level` is one.
///
/// # Errors
/// If it is not.
pub fn check_level(level: &str) -> Result<(), Error> {
    Ok(EnvFilter::try_new(level).map(drop)?)
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
    let filter = EnvFilter::try_new(level)?;
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
        let now = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
        write!(writer, r#"{{"timestamp":"{now}","level":"{}""#, metadata.level())?;
        let mut line = Line { writer, result: Ok(()) };
        line.member("service", self.service);
        // Whose event it is matters only where it is not this crate's own.
        if metadata.target() != concat!(env!("CARGO_CRATE_NAME"), "::app") {
            line.member("target", metadata.target());
        }
        event.record(&mut line);
        if let Some(id) = RequestId::current() {
            line.member("requestId", id.as_str());
        }
        line.result?;
        line.writer.write_str("}\n")
    }
}

/// Writes members of a JSON object; after an error it writes no more.
struct Line<'a> {
    writer: Writer<'a>,
    result: fmt::Result,
}

impl Line<'_> {
    fn member(&mut self, name: &str, value: impl Serialize) {
        if self.result.is_ok() {
            self.result = self.try_member(name, value);
        }
    }

    fn try_member(&mut self, name: &str, value: impl Serialize) -> fmt::Result {
        self.writer.write_char(',')?;
        serde_json::to_writer(Bytes(&mut self.writer), name).map_err(|_| fmt::Error)?;
        self.writer.write_char(':')?;
        serde_json::to_writer(Bytes(&mut self.writer), &value).map_err(|_| fmt::Error)
    }
}

impl Visit for Line<'_> {
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

/// serde_json writes whole UTF-8 pieces, so a text writer can take them.
struct Bytes<'a, 'w>(&'a mut Writer<'w>);

impl io::Write for Bytes<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = std::str::from_utf8(bytes).map_err(io::Error::other)?;
        self.0.write_str(text).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
