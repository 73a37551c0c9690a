//! Figures that stand in a README, between two comments that name them.

use std::path::Path;

use system::{Result, Stop};

/// Replaces a section of a file.
///
/// # Errors
/// If the file has no such section, or cannot be read or written.
pub fn replace(file: &Path, section: &str, content: &str) -> Result<()> {
    let text = std::fs::read_to_string(file).map_err(Stop::because(file.display()))?;
    let Some(text) = replaced(&text, section, content) else {
        let file = file.display();
        return Err(Stop(format!("{file} has no `<!-- {section} -->` … `<!-- /{section} -->`")));
    };
    std::fs::write(file, text).map_err(Stop::because(file.display()))
}

fn replaced(text: &str, section: &str, content: &str) -> Option<String> {
    let (begin, end) = (format!("<!-- {section} -->"), format!("<!-- /{section} -->"));
    let (before, rest) = text.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}\n\n{}\n\n{end}{after}", content.trim()))
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn a_section_is_replaced_and_nothing_else() {
        let text = "a\n<!-- x -->\nold\n<!-- /x -->\nb\n<!-- y --><!-- /y -->";
        let expected = "a\n<!-- x -->\n\nnew\n\n<!-- /x -->\nb\n<!-- y --><!-- /y -->";
        assert_eq!(replaced(text, "x", "new\n").as_deref(), Some(expected));
        assert_eq!(replaced(expected, "x", "new").as_deref(), Some(expected));
        assert_eq!(replaced(text, "z", "new"), None);
    }
}
