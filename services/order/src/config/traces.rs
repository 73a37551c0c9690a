//! The variables about traces. Their names and values are OpenTelemetry's.
//!
//! Each service has its own copy of this file: they share an API, not code.

use std::ffi::OsString;

use openapi_server::trace::{self, CollectorUrl, TraceOptions};

use super::environment::{Environment, Variable};

pub const ENDPOINT: Variable = Variable {
    name: "OTEL_EXPORTER_OTLP_ENDPOINT",
    default: "",
    description: "base URL of an OpenTelemetry collector (http/protobuf), which traces are sent to",
};

pub const DISABLED: Variable = Variable {
    name: "OTEL_SDK_DISABLED",
    default: "false",
    description: "true or false; true exports no traces even if there is an endpoint",
};

pub const SAMPLER: Variable = Variable {
    name: "OTEL_TRACES_SAMPLER",
    default: "parentbased_always_on",
    description: "always_on, always_off or traceidratio; with parentbased_, only where the caller has not decided",
};

pub const SAMPLER_ARG: Variable = Variable {
    name: "OTEL_TRACES_SAMPLER_ARG",
    default: "1",
    description: "share of traces that traceidratio selects, from 0 to 1",
};

/// Reads the variables. The inner `None` means that no traces are exported.
pub fn read(
    environment: &mut Environment<impl Fn(&str) -> Option<OsString>>,
) -> Option<Option<TraceOptions>> {
    let endpoint = environment.read(ENDPOINT.name, endpoint);
    let is_disabled = environment.read(DISABLED.name, is_disabled);
    let ratio = environment.read(SAMPLER_ARG.name, ratio);
    let sampler = environment.read(SAMPLER.name, |text| {
        let sampler = trace::sampler(text, ratio.unwrap_or(1.0));
        sampler.ok_or_else(|| format!("is not a sampler; expected {}", SAMPLER.description))
    });
    let sampler = sampler?;
    let is_disabled = is_disabled?;
    let endpoint = endpoint?.filter(|_| !is_disabled);
    Some(endpoint.map(|endpoint| TraceOptions { endpoint, sampler }))
}

fn endpoint(text: &str) -> Result<Option<CollectorUrl>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let url = CollectorUrl::parse(text).map(Some);
    url.ok_or_else(|| "is not an http URL; expected one such as http://localhost:4318".to_owned())
}

/// Unlike other variables, OpenTelemetry's booleans ignore case.
fn is_disabled(text: &str) -> Result<bool, String> {
    let value = text.to_ascii_lowercase().parse();
    value.map_err(|_| "is not valid; expected true or false".to_owned())
}

fn ratio(text: &str) -> Result<f64, String> {
    let ratio = text.parse().ok().filter(|ratio| (0.0..=1.0).contains(ratio));
    ratio.ok_or_else(|| "is not a share; expected a number from 0 to 1".to_owned())
}
