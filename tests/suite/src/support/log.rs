//! The errors that services in this process log. They are shown only when a test fails, because
//! many tests cause errors on purpose.

use std::collections::VecDeque;
use std::fmt::{Debug, Write};
use std::sync::{Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// The number of events that are kept.
const CAPACITY: usize = 1_000;

/// The number of events that a failure shows.
const MAX_SHOWN: usize = 5;

static EVENTS: Mutex<VecDeque<String>> = Mutex::new(VecDeque::new());

/// Starts to record warnings and errors of this process.
pub fn record() {
    let subscriber = tracing_subscriber::registry().with(Recorder.with_filter(LevelFilter::WARN));
    tracing::subscriber::set_global_default(subscriber).unwrap();
}

/// The newest recorded events about a path, as lines.
pub fn errors(path: &str) -> String {
    let events = EVENTS.lock().unwrap_or_else(PoisonError::into_inner);
    let newest = events.iter().rev().filter(|event| event.contains(path)).take(MAX_SHOWN);
    newest.map(|event| format!("\n{event}")).collect()
}

struct Recorder;

impl<S: Subscriber> Layer<S> for Recorder {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        let mut events = EVENTS.lock().unwrap_or_else(PoisonError::into_inner);
        if events.len() == CAPACITY {
            events.pop_front();
        }
        events.push_back(line.0);
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Writing to a string does not fail.
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}
