//! Structured logs: one JSON object per line on standard output, from this code and from libraries.

mod level;
mod writer;

use std::fmt;
use std::io;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, MakeWriter};
use tracing_subscriber::registry::LookupSpan;

use crate::current::CurrentRequest;
use crate::metrics::Metrics;
use crate::panic::message as panic_message;
use crate::request_log;
pub use level::{InvalidLevel, check_level};
pub use writer::WorkerGuard;
use writer::{BufferedWriter, dropped_lines};

/// An error while logging is set up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The level is invalid.
    #[error("invalid log level: {0}")]
    Level(#[from] InvalidLevel),
    /// [`init`] has been called before.
    #[error("logging is already initialized")]
    AlreadyInitialized,
    /// The thread that writes the logs cannot be started.
    #[error("starting the log writer failed")]
    Thread(#[from] io::Error),
}

/// Writes the logs of this process to standard output, including panics. `level` is a level such as
/// `info`, or a filter such as `info,mongodb=debug`. Keep the guard until the process ends.
///
/// # Errors
/// If the level is invalid, the writer cannot be started, or logging is already initialized.
pub fn init(service: &'static str, level: &str) -> Result<WorkerGuard, Error> {
    let (writer, guard) = BufferedWriter::start(io::stdout())?;
    let subscriber = subscriber(service, level, writer)?;
    tracing::subscriber::set_global_default(subscriber).map_err(|_| Error::AlreadyInitialized)?;
    std::panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(tracing::field::display);
        tracing::error!(error = %panic_message(panic.payload()), location, "panicked");
    }));
    Ok(guard)
}

/// Registers the metrics of the log.
pub(crate) fn register_metrics(metrics: &Metrics) {
    let help = "Log lines that were dropped because their reader was too slow";
    metrics.register_counter("log_lines_dropped", help, || dropped_lines() as f64);
}

fn subscriber<W>(
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
        .event_format(JsonLine { service: serde_json::Value::from(service).to_string() })
        .with_env_filter(filter)
        .with_writer(writer)
        .finish())
}

/// The format: `{"timestamp":…,"level":…,"service":…,"target":…,"message":…,
/// fields…,"request_id":…,"trace_id":…,"span_id":…}`. The target is omitted from the lines of
/// requests, which are almost all lines.
struct JsonLine {
    /// The service's name, as JSON.
    service: String,
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
        let mut line = Line::start(Utc::now(), metadata.level().as_str(), &self.service);
        if metadata.target() != request_log::TARGET {
            line.member("target", metadata.target());
        }
        event.record(&mut line);
        CurrentRequest::with(|request| {
            line.identifier("request_id", request.id.as_str());
            line.identifier("trace_id", request.trace.trace_id().as_str());
            line.identifier("span_id", request.trace.span_id().as_str());
        });
        writer.write_str(line.finish()?)
    }
}

/// A JSON object while it is written, in one buffer.
struct Line {
    text: Vec<u8>,
    result: serde_json::Result<()>,
}

impl Line {
    /// More than almost all lines need.
    const CAPACITY: usize = 512;

    /// `service` is JSON.
    fn start(now: DateTime<Utc>, level: &str, service: &str) -> Self {
        let mut line = Self { text: Vec::with_capacity(Self::CAPACITY), result: Ok(()) };
        let timestamp = now.to_rfc3339_opts(SecondsFormat::Millis, true);
        line.append([r#"{"timestamp":""#, &timestamp, "\""]);
        line.identifier("level", level);
        line.append([r#","service":"#, service]);
        line
    }

    /// Appends a member whose name and value have no characters that JSON escapes. Looking for them
    /// would be most of the work.
    fn identifier(&mut self, name: &str, value: &str) {
        self.append([",\"", name, "\":\"", value, "\""]);
    }

    fn append<const N: usize>(&mut self, texts: [&str; N]) {
        for text in texts {
            self.text.extend_from_slice(text.as_bytes());
        }
    }

    /// Does nothing after an error.
    fn member(&mut self, name: &str, value: impl Serialize) {
        if self.result.is_ok() {
            self.text.push(b',');
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
        self.member(field.name(), Formatted(format_args!("{value:?}")));
    }
}

/// A string that is written while it is formatted, without being allocated.
struct Formatted<'a>(fmt::Arguments<'a>);

impl Serialize for Formatted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::sync::Mutex;

    use serde_json::{Value, json};

    use super::*;
    use crate::request_id::RequestId;
    use crate::trace::Position;

    /// The line that `event` logs in a service with a quote in its name, without the timestamp.
    fn logged(event: impl FnOnce()) -> Value {
        let (mut reader, writer) = io::pipe().unwrap();
        let subscriber = subscriber("a \"service", "info", Mutex::new(writer)).unwrap();
        tracing::subscriber::with_default(subscriber, event);
        let mut line = String::new();
        reader.read_to_string(&mut line).unwrap();
        let mut line: Value = serde_json::from_str(&line).unwrap();
        assert!(line.as_object_mut().unwrap().remove("timestamp").is_some());
        line
    }

    #[test]
    fn a_line_has_the_service_the_target_and_the_fields_of_its_event() {
        let expected = json!({
            "level": "WARN", "service": "a \"service", "target": module_path!(),
            "message": "connected", "attempt": 2, "duration_ms": 1.235,
        });
        let line = logged(|| tracing::warn!(attempt = 2, duration_ms = 1.2346, "connected"));
        assert_eq!(line, expected);
    }

    #[test]
    fn the_line_of_a_request_has_no_target() {
        let line = logged(|| tracing::info!(target: request_log::TARGET, "GET 200"));
        let expected = json!({ "level": "INFO", "service": "a \"service", "message": "GET 200" });
        assert_eq!(line, expected);
    }

    #[tokio::test]
    async fn a_line_has_the_identifiers_of_the_request_that_its_task_serves() {
        let id = RequestId::of(&poem::Request::builder().header("x-request-id", "a-1").finish());
        let trace = Position::unrecorded(None);
        let request = CurrentRequest { id, client: None, metrics: None, trace: trace.clone() };
        let line = request.scope(async { logged(|| tracing::info!("connected")) }).await;
        let (trace_id, span_id) = (trace.trace_id(), trace.span_id());
        assert_eq!(line["request_id"], "a-1");
        assert_eq!(line["trace_id"], trace_id.as_str());
        assert_eq!(line["span_id"], span_id.as_str());
    }

    #[test]
    fn a_line_is_one_json_object_in_which_only_identifiers_are_not_escaped() {
        let time = DateTime::from_timestamp_millis(1_767_323_045_600).unwrap();
        let mut line = Line::start(time, "INFO", r#""a \"service\"""#);
        line.member("message", "two\nlines");
        line.identifier("request_id", "a-1_b.2");
        let expected = concat!(
            r#"{"timestamp":"2026-01-02T03:04:05.600Z","level":"INFO","service":"a \"service\"","#,
            r#""message":"two\nlines","request_id":"a-1_b.2"}"#,
            "\n",
        );
        assert_eq!(line.finish(), Ok(expected));
    }
}
