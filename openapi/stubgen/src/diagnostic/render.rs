//! A diagnostic as text: its position, what is wrong, the source line, and what to do.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Severity, Span};

/// How much of a longer line is shown, in characters. JSON specs can be a single line.
const MAX_LINE: usize = 160;

/// How much of a clipped line precedes the construct.
const LEAD: usize = 40;

/// A file's lines.
pub(super) struct Source<'a> {
    file: String,
    lines: Vec<&'a str>,
}

impl<'a> Source<'a> {
    pub fn new(file: &str, text: &'a str) -> Self {
        // The line breaks of YAML, which the parser counts.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines =
            text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'));
        Self { file: escape_controls(file), lines: lines.collect() }
    }
}

/// The place of a span, as editors understand it.
fn at(sources: &[Source], span: Span) -> String {
    let file = sources.get(span.file).map_or("", |source| &source.file);
    format!("{file}:{}:{}", span.start.line, span.start.column)
}

pub(super) fn render(sources: &[Source], diagnostic: &Diagnostic) -> String {
    let Diagnostic { severity, span, .. } = diagnostic;
    let message = escape_controls(&diagnostic.message);
    let title = format!("{}: {}: {message}", at(sources, *span), severity.as_str());
    let excerpt = Excerpt::new(sources, *span);
    let level = match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let annotation = AnnotationKind::Primary.span(excerpt.start..excerpt.end);
    let snippet = Snippet::source(excerpt.line).line_start(span.start.line).annotation(annotation);
    let mut group = Group::with_level(level).element(snippet);
    if let Some((span, role)) = &diagnostic.related {
        let note = format!("{}: {}", at(sources, *span), escape_controls(role));
        group = group.element(Level::NOTE.message(note));
    }
    group = group.element(Level::HELP.message(escape_controls(&diagnostic.help)));
    format!("{title}\n{}", Renderer::plain().term_width(MAX_LINE + LEAD).render(&[group]))
}

/// The source line of a diagnostic, and the range of the construct in it.
struct Excerpt {
    line: String,
    start: usize,
    end: usize,
}

impl Excerpt {
    fn new(sources: &[Source], span: Span) -> Self {
        let lines = sources.get(span.file).map_or(&[][..], |source| &source.lines);
        let line = lines.get(span.start.line - 1).copied().unwrap_or_default();
        let first = span.start.column - 1;
        let last = if span.end.line == span.start.line { span.end.column - 1 } else { usize::MAX };
        let skipped =
            if line.chars().nth(MAX_LINE).is_some() { first.saturating_sub(LEAD) } else { 0 };
        let mut excerpt = Self { line: String::new(), start: 0, end: 0 };
        if skipped > 0 {
            excerpt.line.push('…');
        }
        let mut chars = line.trim_end().chars().enumerate().skip(skipped);
        for (index, c) in chars.by_ref().take(MAX_LINE) {
            if index == first {
                excerpt.start = excerpt.line.len();
            }
            excerpt.line.push(if c == '\t' { ' ' } else { printable(c) });
            if index < last {
                excerpt.end = excerpt.line.len();
            }
        }
        if chars.next().is_some() {
            excerpt.line.push('…');
        }
        if first >= line.trim_end().chars().count() {
            excerpt.start = excerpt.line.len();
        }
        excerpt.end = excerpt.end.max(excerpt.start);
        excerpt
    }
}

/// A single character for a single character, so that the caret stays below its construct.
fn printable(c: char) -> char {
    if is_control(c) { '\u{fffd}' } else { c }
}

/// Whether a terminal would obey the character instead of showing it: control characters, and
/// those that change the direction of text.
fn is_control(c: char) -> bool {
    let invisible = [
        '\u{200b}'..='\u{200f}',
        '\u{2028}'..='\u{202e}',
        '\u{2066}'..='\u{2069}',
        '\u{feff}'..='\u{feff}',
    ];
    c.is_control() || invisible.iter().any(|range| range.contains(&c))
}

/// The text with control characters as escape sequences.
pub fn escape_controls(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if is_control(c) {
            escaped.extend(c.escape_default());
        } else {
            escaped.push(c);
        }
    }
    escaped
}
