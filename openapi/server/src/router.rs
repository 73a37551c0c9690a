//! Routing: from a path to its template, and to the values of the template's parameters.
//!
//! The templates are a tree of segments. Where a path matches several templates, text precedes a
//! segment of text and parameters, and that precedes a parameter alone, from left to right: a
//! request for `/pets/mine` is one for `/pets/mine`, not for `/pets/{id}`. Each node is visited at
//! most once for a request. poem's own router knows only whole segments as parameters, unless they
//! are regular expressions, which it loses when it splits a node.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use poem::endpoint::BoxEndpoint;
use poem::{Endpoint, Request, Response};
use regex::Regex;

/// Endpoints by path template.
pub(crate) struct Router<E> {
    root: Node<E>,
}

/// The segments that can follow those that led here.
struct Node<E> {
    texts: HashMap<String, Self>,
    /// Those with more text first.
    mixed: Vec<(MixedSegment, Self)>,
    parameter: Option<Box<Self>>,
    /// If a template ends here.
    route: Option<Route<E>>,
}

struct Route<E> {
    /// In the order of the template.
    parameters: Arc<[String]>,
    endpoint: E,
}

/// A segment of text and parameters, such as `{name}.json`.
struct MixedSegment {
    /// With a group for each parameter.
    pattern: Regex,
    text_length: usize,
}

/// The parameters in the path of a request.
#[derive(Clone)]
struct PathParameters {
    names: Arc<[String]>,
    values: Vec<PathValue>,
}

#[derive(Clone)]
struct PathValue {
    /// Its place in the path.
    place: Range<usize>,
    /// `None` if it is not UTF-8.
    decoded: Option<String>,
}

/// The decoded value of a parameter in the path.
pub(crate) fn path_parameter<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    path_value(request, name)?.decoded.as_deref()
}

/// The value of a parameter as the path has it.
pub(crate) fn raw_path_parameter<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.uri().path().get(path_value(request, name)?.place.clone())
}

fn path_value<'a>(request: &'a Request, name: &str) -> Option<&'a PathValue> {
    let PathParameters { names, values } = request.data()?;
    let index = names.iter().position(|known| known == name)?;
    values.get(index)
}

/// An endpoint whose template has other names for the parameters than that of its route.
pub(crate) struct WithParameterNames {
    pub names: Arc<[String]>,
    pub endpoint: BoxEndpoint<'static>,
}

impl Endpoint for WithParameterNames {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        if let Some(parameters) = request.extensions_mut().get_mut::<PathParameters>() {
            parameters.names = Arc::clone(&self.names);
        }
        self.endpoint.call(request).await
    }
}

/// The route of a template, which does not depend on the names of its parameters, and these names.
pub(crate) fn parse_template(template: &str) -> (String, Arc<[String]>) {
    let segments: Vec<Parts> = template.split('/').map(Parts::of).collect();
    let route = segments.iter().map(|parts| parts.pattern.as_str()).collect::<Vec<_>>().join("/");
    let names = segments.iter().flat_map(|parts| &parts.parameters);
    (route, names.map(|name| (*name).to_owned()).collect())
}

impl<E> Default for Router<E> {
    fn default() -> Self {
        Self { root: Node::default() }
    }
}

impl<E> Default for Node<E> {
    fn default() -> Self {
        Self { texts: HashMap::new(), mixed: Vec::new(), parameter: None, route: None }
    }
}

impl<E> Router<E> {
    /// Adds the endpoint of a route, of which the template is one.
    pub fn add(&mut self, template: &str, endpoint: E) {
        let mut names = Vec::new();
        let segments = template.trim_start_matches('/').split('/');
        let node = segments.fold(&mut self.root, |node, segment| node.child(segment, &mut names));
        node.route = Some(Route { parameters: names.into(), endpoint });
    }

    /// The endpoint of the route that a request's path matches. The request gets the values of the
    /// parameters.
    pub fn find(&self, request: &mut Request) -> Option<&E> {
        let mut values = Vec::new();
        let path = request.uri().path();
        let Route { parameters, endpoint } =
            self.root.find(Some(path.strip_prefix('/')?), &mut values)?;
        if !parameters.is_empty() {
            let value = |text: &str| {
                let start = text.as_ptr().addr() - path.as_ptr().addr();
                let decoded = percent_decode_str(text).decode_utf8().ok();
                PathValue {
                    place: start..start + text.len(),
                    decoded: decoded.map(Cow::into_owned),
                }
            };
            let values = values.into_iter().map(value).collect();
            request.set_data(PathParameters { names: Arc::clone(parameters), values });
        }
        Some(endpoint)
    }
}

impl<E> Node<E> {
    /// The node that a segment of a template leads to. Adds the names of its parameters.
    fn child(&mut self, segment: &str, names: &mut Vec<String>) -> &mut Self {
        let parts = Parts::of(segment);
        names.extend(parts.parameters.iter().map(|name| (*name).to_owned()));
        match parts.parameters.as_slice() {
            [] => self.texts.entry(segment.to_owned()).or_default(),
            [_] if parts.text_length == 0 => self.parameter.get_or_insert_default(),
            _ => self.mixed_child(&parts),
        }
    }

    fn mixed_child(&mut self, parts: &Parts) -> &mut Self {
        let is_same = |segment: &MixedSegment| segment.pattern.as_str() == parts.pattern;
        let index = self.mixed.iter().position(|(segment, _)| is_same(segment));
        let index = index.unwrap_or_else(|| {
            let pattern = Regex::new(&parts.pattern).expect("the text is escaped");
            let text_length = parts.text_length;
            // Those of the same length are in the order of their text: tables have none.
            let precedes = |(known, _): &(MixedSegment, Self)| {
                (known.text_length, pattern.as_str()) > (text_length, known.pattern.as_str())
            };
            let index = self.mixed.partition_point(precedes);
            self.mixed.insert(index, (MixedSegment { pattern, text_length }, Self::default()));
            index
        });
        &mut self.mixed[index].1
    }

    /// The route of the rest of a path, if any is left, with the values of its parameters.
    fn find<'p>(&self, rest: Option<&'p str>, values: &mut Vec<&'p str>) -> Option<&Route<E>> {
        let Some(rest) = rest else { return self.route.as_ref() };
        let (segment, rest) = match rest.split_once('/') {
            Some((segment, rest)) => (segment, Some(rest)),
            None => (rest, None),
        };
        if let Some(route) = self.texts.get(segment).and_then(|node| node.find(rest, values)) {
            return Some(route);
        }
        let count = values.len();
        for (mixed, node) in &self.mixed {
            let Some(captures) = mixed.pattern.captures(segment) else { continue };
            values.extend(captures.iter().skip(1).flatten().map(|value| value.as_str()));
            if let Some(route) = node.find(rest, values) {
                return Some(route);
            }
            values.truncate(count);
        }
        let node = self.parameter.as_ref().filter(|_| !segment.is_empty())?;
        values.push(segment);
        let route = node.find(rest, values);
        if route.is_none() {
            values.truncate(count);
        }
        route
    }
}

/// The parts of a segment of a template.
struct Parts<'a> {
    parameters: Vec<&'a str>,
    text_length: usize,
    /// Matches the whole segment of a path. A parameter takes as much as it can.
    pattern: String,
}

impl<'a> Parts<'a> {
    fn of(segment: &'a str) -> Self {
        let mut parts = Self { parameters: Vec::new(), text_length: 0, pattern: "^".to_owned() };
        let mut rest = segment;
        while let Some((text, (name, after))) =
            rest.split_once('{').and_then(|(text, after)| Some((text, after.split_once('}')?)))
        {
            parts.add_text(text);
            parts.pattern += "(.+)";
            parts.parameters.push(name);
            rest = after;
        }
        parts.add_text(rest);
        parts.pattern += "$";
        parts
    }

    fn add_text(&mut self, text: &str) {
        self.pattern += &regex::escape(text);
        self.text_length += text.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The template that a path leads to.
    fn find(templates: &[&'static str], path: &str) -> Option<&'static str> {
        let mut router = Router::default();
        for template in templates {
            router.add(template, *template);
        }
        router.root.find(Some(&path[1..]), &mut Vec::new()).map(|route| route.endpoint)
    }

    #[test]
    fn segments_with_more_text_precede() {
        let templates = ["/{a}.gz", "/{a}.tar.gz", "/{a}-{b}.tar.gz", "/all.tar.gz", "/{a}"];
        for rotation in 0..templates.len() {
            let mut templates = templates;
            templates.rotate_left(rotation);
            for (path, template) in [
                ("/x.gz", "/{a}.gz"),
                ("/x.tar.gz", "/{a}.tar.gz"),
                ("/x-1.tar.gz", "/{a}-{b}.tar.gz"),
                ("/all.tar.gz", "/all.tar.gz"),
                ("/x", "/{a}"),
            ] {
                assert_eq!(find(&templates, path), Some(template), "{path} {templates:?}");
            }
        }
    }

    #[test]
    fn equal_lengths_of_text_precede_in_the_order_of_the_text() {
        for templates in [["/{a}.x", "/x.{a}"], ["/x.{a}", "/{a}.x"]] {
            assert_eq!(find(&templates, "/x.x"), Some("/{a}.x"), "{templates:?}");
        }
    }

    /// The target of `OPTIONS *` is the server itself (RFC 9110, 9.3.7).
    #[test]
    fn an_asterisk_is_no_path() {
        let mut router = Router::default();
        router.add("/{a}", ());
        assert!(router.find(&mut Request::builder().uri_str("/*").finish()).is_some());
        assert!(router.find(&mut Request::builder().uri_str("*").finish()).is_none());
    }
}
