//! An OpenTelemetry collector for tests: it receives spans over OTLP (http/protobuf) and keeps
//! them.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use prost::Message;

/// The time that a span has to arrive.
const PATIENCE: Duration = Duration::from_secs(20);

/// A span as the collector received it.
#[derive(Debug, Clone)]
pub struct ReceivedSpan {
    pub service: String,
    pub name: String,
    pub kind: SpanKind,
    pub trace_id: String,
    pub trace_state: String,
    pub span_id: String,
    pub parent_id: String,
    attributes: Vec<KeyValue>,
    resource: Vec<KeyValue>,
    /// The head of the request that has brought it, in lower case.
    pub request_head: String,
}

impl ReceivedSpan {
    /// An attribute as text, or nothing if there is none.
    pub fn attribute(&self, key: &str) -> String {
        attribute(&self.attributes, key)
    }

    /// The keys of all attributes, sorted.
    pub fn keys(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = self.attributes.iter().map(|one| &*one.key).collect();
        keys.sort_unstable();
        keys
    }

    /// An attribute of the service as text, or nothing if there is none.
    pub fn resource_attribute(&self, key: &str) -> String {
        attribute(&self.resource, key)
    }
}

fn attribute(attributes: &[KeyValue], key: &str) -> String {
    let found = attributes.iter().find(|attribute| attribute.key == key);
    match found.and_then(|found| found.value.as_ref()?.value.as_ref()) {
        Some(any_value::Value::StringValue(text)) => text.clone(),
        Some(any_value::Value::IntValue(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// A running collector, which stops with the process.
pub struct Collector {
    pub url: String,
    spans: Arc<Mutex<Vec<ReceivedSpan>>>,
}

impl Collector {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let spans = Arc::<Mutex<Vec<ReceivedSpan>>>::default();
        let received = Arc::clone(&spans);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let received = Arc::clone(&received);
                // A connection ends when the exporter closes it.
                thread::spawn(move || serve(&stream.unwrap(), &received));
            }
        });
        Self { url, spans }
    }

    pub fn spans(&self) -> Vec<ReceivedSpan> {
        self.spans.lock().unwrap().clone()
    }

    /// Waits until the spans of a trace satisfy a condition.
    pub fn wait_for(
        &self,
        trace_id: &str,
        condition: impl Fn(&[ReceivedSpan]) -> bool,
    ) -> Vec<ReceivedSpan> {
        let start = Instant::now();
        loop {
            let mut spans = self.spans();
            spans.retain(|span| span.trace_id == trace_id);
            if condition(&spans) {
                return spans;
            }
            assert!(start.elapsed() < PATIENCE, "{spans:#?}");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

fn serve(stream: &TcpStream, spans: &Mutex<Vec<ReceivedSpan>>) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        assert_eq!(line.trim_end(), "POST /v1/traces HTTP/1.1");
        let mut length = 0;
        let mut head = String::new();
        while line != "\r\n" {
            line.clear();
            reader.read_line(&mut line)?;
            let header = line.to_ascii_lowercase();
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            head.push_str(&header);
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        spans.lock().unwrap().extend(decode(&body, &head));
        writer.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")?;
    }
}

fn decode(body: &[u8], request_head: &str) -> Vec<ReceivedSpan> {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let request = ExportTraceServiceRequest::decode(body).unwrap();
    let mut received = Vec::new();
    for spans in request.resource_spans {
        let resource = spans.resource.map(|resource| resource.attributes).unwrap_or_default();
        for span in spans.scope_spans.into_iter().flat_map(|scope| scope.spans) {
            received.push(ReceivedSpan {
                service: attribute(&resource, "service.name"),
                kind: span.kind(),
                name: span.name,
                trace_id: hex(&span.trace_id),
                trace_state: span.trace_state,
                span_id: hex(&span.span_id),
                parent_id: hex(&span.parent_span_id),
                attributes: span.attributes,
                resource: resource.clone(),
                request_head: request_head.to_owned(),
            });
        }
    }
    received
}
