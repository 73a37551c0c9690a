//! What operators choose: where spans are sent, and which traces are recorded.

use opentelemetry_sdk::trace::Sampler;
use poem::http::Uri;

/// Where spans are sent, and which.
#[derive(Debug, Clone)]
pub struct TraceOptions {
    /// The base URL of a collector.
    pub endpoint: CollectorUrl,
    /// Selects the traces that are recorded.
    pub sampler: Sampler,
}

/// The base URL of a collector, such as `http://localhost:4318`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectorUrl(String);

impl CollectorUrl {
    /// Checks a URL. Collectors are expected in the same cluster, so there is no TLS.
    pub fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let is_plain = uri.scheme_str() == Some("http") && uri.query().is_none();
        let has_no_user = !uri.authority()?.as_str().contains('@');
        (is_plain && has_no_user).then(|| Self(text.trim_end_matches('/').to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The sampler with a name of OpenTelemetry's. `ratio` is the share of traces of `traceidratio`.
pub fn sampler(name: &str, ratio: f64) -> Option<Sampler> {
    let root = name.strip_prefix("parentbased_");
    let sampler = match root.unwrap_or(name) {
        "always_on" => Sampler::AlwaysOn,
        "always_off" => Sampler::AlwaysOff,
        "traceidratio" => Sampler::TraceIdRatioBased(ratio),
        _ => return None,
    };
    Some(if root.is_some() { Sampler::ParentBased(Box::new(sampler)) } else { sampler })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collectors_are_http_urls_without_credentials() {
        let parse = |text| CollectorUrl::parse(text).map(|url| url.as_str().to_owned());
        assert_eq!(parse("http://otel:4318/").as_deref(), Some("http://otel:4318"));
        assert_eq!(parse("http://otel/base").as_deref(), Some("http://otel/base"));
        for url in ["", "otel:4318", "https://otel", "http://a:b@otel", "http://otel?a=b", "=", "/"]
        {
            assert_eq!(parse(url), None, "{url}");
        }
    }

    #[test]
    fn samplers_have_the_names_of_opentelemetry() {
        for name in ["always_on", "always_off", "traceidratio"] {
            assert!(sampler(name, 0.5).is_some(), "{name}");
            let follower = sampler(&format!("parentbased_{name}"), 0.5);
            assert!(matches!(follower, Some(Sampler::ParentBased(_))), "{name}");
        }
        for name in
            ["", "parentbased_", "parentbased_parentbased_always_on", "jaeger_remote", "ALWAYS_ON"]
        {
            assert!(sampler(name, 0.5).is_none(), "{name}");
        }
    }
}
