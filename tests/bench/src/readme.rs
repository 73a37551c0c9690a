//! Sections of a README that are generated: the text between `<!-- name -->` and `<!-- /name -->`.

use std::path::Path;

use anyhow::{Context, Result, bail};

pub fn replace(file: &Path, section: &str, content: &str) -> Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let Some(text) = replace_in(&text, section, content) else {
        bail!("{} lacks `<!-- {section} -->` or `<!-- /{section} -->`", file.display());
    };
    std::fs::write(file, text).with_context(|| file.display().to_string())
}

fn replace_in(text: &str, section: &str, content: &str) -> Option<String> {
    let begin = format!("<!-- {section} -->");
    let end = format!("<!-- /{section} -->");
    let (before, rest) = text.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}\n\n{}\n\n{end}{after}", content.trim()))
}

#[cfg(test)]
mod tests {
    use super::replace_in;

    #[test]
    fn only_the_section_is_replaced() {
        let text = "a\n<!-- x -->\nold\n<!-- /x -->\nb\n<!-- y --><!-- /y -->";
        let expected = "a\n<!-- x -->\n\nnew\n\n<!-- /x -->\nb\n<!-- y --><!-- /y -->";
        assert_eq!(replace_in(text, "x", "new\n").as_deref(), Some(expected));
        assert_eq!(replace_in(expected, "x", "new").as_deref(), Some(expected));
        assert_eq!(replace_in(text, "z", "new"), None);
    }
}
