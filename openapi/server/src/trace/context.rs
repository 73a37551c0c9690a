//! W3C Trace Context: the headers `traceparent` and `tracestate`.

use std::str::FromStr;

use const_hex::{Buffer as Hex, const_encode};
use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};
use poem::http::{HeaderMap, HeaderName, HeaderValue};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// The longest `tracestate` that is passed on, in bytes: what the specification requires.
const MAX_STATE_BYTES: usize = 512;

/// The longest member of a `tracestate` that is too long, in bytes. Larger ones are removed first.
const MAX_MEMBER_BYTES: usize = 128;

/// A position in a trace: that of a span, whether or not it is recorded.
#[derive(Debug, Clone)]
pub(crate) struct Position(pub SpanContext);

impl Position {
    /// The position that a request's headers declare.
    pub fn of_caller(headers: &HeaderMap) -> Option<Self> {
        let mut parents = headers.get_all(TRACEPARENT).iter();
        let (Some(parent), None) = (parents.next(), parents.next()) else { return None };
        let (trace_id, span_id, flags) = parse_parent(parent.to_str().ok()?)?;
        Some(Self(SpanContext::new(trace_id, span_id, flags, true, state(headers))))
    }

    /// The position of a span that is not recorded.
    pub fn unrecorded(caller: Option<&Self>) -> Self {
        let span_id = SpanId::from(random_nonzero(|| fastrand::u64(..)));
        let Some(Self(caller)) = caller else {
            let trace_id = TraceId::from(random_nonzero(|| fastrand::u128(..)));
            let (flags, state) = (TraceFlags::default(), TraceState::NONE);
            return Self(SpanContext::new(trace_id, span_id, flags, false, state));
        };
        let (flags, state) = (caller.trace_flags(), caller.trace_state().clone());
        Self(SpanContext::new(caller.trace_id(), span_id, flags, false, state))
    }

    /// The headers that declare this position to another service.
    pub fn insert_headers(&self, headers: &mut HeaderMap) {
        let Self(span) = self;
        let flags = span.trace_flags().to_u8() & TraceFlags::SAMPLED.to_u8();
        let parent =
            format!("00-{}-{}-{flags:02x}", self.trace_id().as_str(), self.span_id().as_str());
        let parent = HeaderValue::try_from(parent);
        headers.insert(TRACEPARENT, parent.expect("hexadecimal digits are valid in a header"));
        let state = span.trace_state().header();
        // What arrived in a header is valid in one.
        if let (false, Ok(state)) = (state.is_empty(), HeaderValue::try_from(state)) {
            headers.insert(TRACESTATE, state);
        }
    }

    /// In hexadecimal digits.
    pub fn trace_id(&self) -> Hex<16> {
        const_encode(&self.0.trace_id().to_bytes())
    }

    /// In hexadecimal digits.
    pub fn span_id(&self) -> Hex<8> {
        const_encode(&self.0.span_id().to_bytes())
    }
}

/// Ids of zeros are invalid.
fn random_nonzero<T: Default + PartialEq>(random: impl Fn() -> T) -> T {
    loop {
        let number = random();
        if number != T::default() {
            return number;
        }
    }
}

/// Parses `00-TRACE_ID-SPAN_ID-FLAGS`. Later versions may have more fields.
fn parse_parent(text: &str) -> Option<(TraceId, SpanId, TraceFlags)> {
    let is_hex = |text: &str, digits: usize| {
        text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let mut fields = text.split('-');
    let mut field = |digits| fields.next().filter(|field| is_hex(field, digits));
    let (version, trace_id, span_id, flags) = (field(2)?, field(32)?, field(16)?, field(2)?);
    if version == "ff" || (version == "00" && fields.next().is_some()) {
        return None;
    }
    let trace_id = TraceId::from_hex(trace_id).ok().filter(|id| *id != TraceId::INVALID)?;
    let span_id = SpanId::from_hex(span_id).ok().filter(|id| *id != SpanId::INVALID)?;
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED;
    Some((trace_id, span_id, flags))
}

/// The state of the headers, or none if it is malformed.
fn state(headers: &HeaderMap) -> TraceState {
    let mut lines = headers.get_all(TRACESTATE).iter().peekable();
    if lines.peek().is_none() {
        return TraceState::NONE;
    }
    let lines: Option<Vec<&str>> = lines.map(|line| line.to_str().ok()).collect();
    let text = lines.map(|lines| shortened(lines.join(",")));
    text.and_then(|text| TraceState::from_str(&text).ok()).unwrap_or(TraceState::NONE)
}

/// Removes members from a state that is too long, as the specification advises: large ones, then
/// the last ones.
fn shortened(state: String) -> String {
    if state.len() <= MAX_STATE_BYTES {
        return state;
    }
    let mut bytes = 0;
    let members = state.split(',').filter(|member| member.len() <= MAX_MEMBER_BYTES);
    let kept = members.take_while(|member| {
        bytes += member.len() + 1;
        bytes <= MAX_STATE_BYTES + 1
    });
    kept.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const SPAN: &str = "00f067aa0ba902b7";

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let line = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
        };
        let mut headers = HeaderMap::new();
        for (name, value) in lines.iter().map(line) {
            headers.append(name, value);
        }
        headers
    }

    #[test]
    fn caller_is_continued_with_another_span() {
        let parent = format!("00-{TRACE}-{SPAN}-01");
        let headers = headers(&[
            ("traceparent", &parent),
            ("tracestate", "congo=t61rcWkgMzE"),
            ("tracestate", "rojo=00f067aa0ba902b7"),
        ]);
        let position = Position::unrecorded(Position::of_caller(&headers).as_ref());
        assert_eq!(position.trace_id().as_str(), TRACE);
        assert_ne!(position.span_id().as_str(), SPAN);
        let mut sent = HeaderMap::new();
        position.insert_headers(&mut sent);
        let expected = format!("00-{TRACE}-{}-01", position.span_id().as_str());
        assert_eq!(sent["traceparent"], expected.as_str());
        assert_eq!(sent["tracestate"], "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7");
    }

    #[test]
    fn only_the_flag_of_the_sampler_is_passed_on() {
        for (received, sent) in [("00", "00"), ("01", "01"), ("02", "00"), ("ff", "01")] {
            let parent = format!("00-{TRACE}-{SPAN}-{received}");
            let caller = Position::of_caller(&headers(&[("traceparent", &parent)])).unwrap();
            assert_eq!(caller.0.is_sampled(), sent == "01", "{received}");
            let mut headers = HeaderMap::new();
            caller.insert_headers(&mut headers);
            assert_eq!(headers["traceparent"], format!("00-{TRACE}-{SPAN}-{sent}").as_str());
        }
        // What the SDK makes has no other flags either.
        let random = SpanContext::new(
            TraceId::from(1),
            SpanId::from(1),
            TraceFlags::new(0xff),
            false,
            TraceState::NONE,
        );
        let mut headers = HeaderMap::new();
        Position(random).insert_headers(&mut headers);
        assert!(headers["traceparent"].to_str().unwrap().ends_with("-01"));
    }

    #[test]
    fn malformed_parents_begin_a_trace() {
        for parent in [
            String::new(),
            format!("00-{TRACE}-{SPAN}"),
            format!("00-{TRACE}-{SPAN}-01-more"),
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("00-{}-{SPAN}-01", "0".repeat(32)),
            format!("00-{TRACE}-{}-01", "0".repeat(16)),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-{TRACE}-{SPAN}-0"),
            format!("00-{TRACE}+{SPAN}-01"),
        ] {
            assert!(
                Position::of_caller(&headers(&[("traceparent", &parent)])).is_none(),
                "{parent}"
            );
        }
        let twice = format!("00-{TRACE}-{SPAN}-01");
        let twice = headers(&[("traceparent", &twice), ("traceparent", &twice)]);
        assert!(Position::of_caller(&twice).is_none());
        let begun = Position::unrecorded(None);
        assert!(begun.0.is_valid() && !begun.0.is_sampled());
    }

    #[test]
    fn later_versions_and_malformed_states_do_not_break_the_trace() {
        let parent = format!("cc-{TRACE}-{SPAN}-01-what-the-future-brings");
        let long = format!("a={}", "x".repeat(600));
        for state in ["no equals sign", "", &long] {
            let headers = headers(&[("traceparent", &parent), ("tracestate", state)]);
            let caller = Position::of_caller(&headers).unwrap();
            assert_eq!(caller.trace_id().as_str(), TRACE);
            assert_eq!(caller.0.trace_state().header(), "", "{state}");
        }
    }

    #[test]
    fn long_states_lose_large_members_and_the_last_ones() {
        let parent = format!("00-{TRACE}-{SPAN}-01");
        let member = |key: &str, bytes: usize| format!("{key}={}", "x".repeat(bytes - 2));
        let passed_on = |members: &[String]| {
            let state = members.join(",");
            let headers = headers(&[("traceparent", &parent), ("tracestate", &state)]);
            Position::of_caller(&headers).unwrap().0.trace_state().header()
        };
        let [a, b, c, d] = ["a", "b", "c", "d"].map(|key| member(key, 128));
        let large = member("e", 129);
        let fits = [member("f", 254), a.clone(), b.clone()];
        assert_eq!(passed_on(&fits), fits.join(","));
        let few = [large, a.clone(), b.clone()];
        assert_eq!(passed_on(&few), few.join(","));
        // As long as a state can be, without the last one.
        let longest = [a.clone(), b.clone(), c.clone(), member("f", 125)];
        assert_eq!(longest.join(",").len(), MAX_STATE_BYTES);
        assert_eq!(passed_on(&[longest.as_slice(), &[member("g", 3)]].concat()), longest.join(","));
        let many = [few.as_slice(), &[c.clone(), d]].concat();
        assert_eq!(passed_on(&many), [a, b, c].join(","));
    }
}
