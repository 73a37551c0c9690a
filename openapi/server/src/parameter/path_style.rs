//! The styles `label` and `matrix`, whose values begin with `.` and `;`.

use super::malformed::Malformed;
use crate::spec::ValueStyle;
use crate::text::Text;

/// The texts of a parameter without what the style puts before its values, and the style of these.
pub(super) fn without_prefix<'a>(
    name: &str,
    style: &'static ValueStyle,
    texts: Vec<Text<'a>>,
) -> Result<(&'static ValueStyle, Vec<Text<'a>>), Malformed> {
    match (style, texts.as_slice()) {
        (ValueStyle::Label(style), [text]) => {
            let value = text.after(".").ok_or_else(|| Malformed::style("must begin with `.`"))?;
            Ok((style, vec![value]))
        }
        (ValueStyle::Matrix(style), [text]) => {
            let values = matrix(name, style, *text).ok_or_else(|| match style {
                ValueStyle::Object { has_names: true, .. } => {
                    Malformed::style("must begin with `;`")
                }
                _ => Malformed::style(format!("must be written as `;{name}=…`")),
            });
            Ok((style, values?))
        }
        _ => Ok((style, texts)),
    }
}

fn matrix<'a>(name: &str, style: &ValueStyle, text: Text<'a>) -> Option<Vec<Text<'a>>> {
    let rest = text.after(";")?;
    match style {
        // The names are those of properties.
        ValueStyle::Object { has_names: true, .. } => Some(vec![rest]),
        ValueStyle::Repeated => {
            let pairs = rest.raw.split(';').map(|pair| value(name, rest.with(pair)));
            pairs.collect()
        }
        _ => value(name, rest).map(|value| vec![value]),
    }
}

/// The value of `name=value`. An empty one may be without `=`.
fn value<'a>(name: &str, pair: Text<'a>) -> Option<Text<'a>> {
    let value = pair.after(name)?;
    if value.raw.is_empty() { Some(value) } else { value.after("=") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(style: &'static ValueStyle) -> String {
        let result = without_prefix("id", style, vec![Text::percent("1")]);
        result.err().unwrap().message
    }

    #[test]
    fn the_message_says_how_the_value_begins() {
        const OBJECT: ValueStyle =
            ValueStyle::Object { fields: &[], separator: ';', has_names: true };
        assert_eq!(expected(&ValueStyle::Label(&ValueStyle::Single)), "must begin with `.`");
        assert_eq!(expected(&ValueStyle::Matrix(&OBJECT)), "must begin with `;`");
        let single = expected(&ValueStyle::Matrix(&ValueStyle::Single));
        assert_eq!(single, "must be written as `;id=…`");
    }
}
