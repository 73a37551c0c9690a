//! The text of a `$ref`.

use percent_encoding::percent_decode_str;

use super::pointer;

/// A place in a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// The path of the file relative to the folder of the spec. The same file if `None`.
    pub file: Option<String>,
    pub pointer: Vec<String>,
}

/// Why a reference cannot be followed, and what to write instead.
pub(super) type Problem = (String, &'static str);

impl Reference {
    /// Parses a reference in the file at the path `base`.
    pub fn parse(text: &str, base: &str) -> Result<Self, Problem> {
        let (file, fragment) = text.split_once('#').unwrap_or((text, ""));
        let Some(pointer) = pointer::parse(fragment) else {
            return Err((
                format!("unsupported reference `{text}`"),
                "write a JSON pointer after `#`, such as #/components/schemas/Pet",
            ));
        };
        let file = if file.is_empty() { None } else { Some(resolve_path(file, base)?) };
        Ok(Self { file, pointer })
    }

    /// The section and the name, if the pointer is that of a component.
    pub fn component(&self) -> Option<(&str, &str)> {
        match self.pointer.as_slice() {
            [components, section, name] if components == "components" => Some((section, name)),
            _ => None,
        }
    }
}

/// The path of a file that the file at `base` refers to, without `.` and `..`.
pub(super) fn resolve_path(path: &str, base: &str) -> Result<String, Problem> {
    let help = "refer to a file in the folder of the spec, or below it";
    let has_scheme = path.split_once(':').is_some_and(|(scheme, _)| !scheme.contains('/'));
    if has_scheme || path.starts_with('/') || path.contains('\\') {
        return Err((format!("`{path}` is not the relative path of a file"), help));
    }
    let decoded = percent_decode_str(path).decode_utf8_lossy().into_owned();
    let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut segments: Vec<&str> = Vec::new();
    for segment in folder.split('/').chain(decoded.split('/')) {
        match segment {
            "" | "." => {}
            ".." if segments.pop().is_some() => {}
            ".." => return Err((format!("`{path}` is outside of the folder of the spec"), help)),
            _ => segments.push(segment),
        }
    }
    Ok(segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::{Reference, resolve_path};

    #[test]
    fn paths_are_relative_to_their_file() {
        for (path, base, resolved) in [
            ("./a.yaml", "spec.yaml", Some("a.yaml")),
            ("../a%20b.yaml", "schemas/pet.yaml", Some("a b.yaml")),
            ("b/../a.yaml", "schemas/pet.yaml", Some("schemas/a.yaml")),
            ("../a.yaml", "spec.yaml", None),
            ("b/../../a.yaml", "spec.yaml", None),
            ("%2e%2e/a.yaml", "spec.yaml", None),
            ("/etc/passwd", "spec.yaml", None),
            ("..\\a.yaml", "spec.yaml", None),
            ("file:///etc/passwd", "spec.yaml", None),
            ("https://example.com/a.yaml", "spec.yaml", None),
        ] {
            assert_eq!(resolve_path(path, base).ok().as_deref(), resolved, "{path} in {base}");
        }
    }

    #[test]
    fn pointers_are_decoded() {
        let reference = Reference::parse("#/paths/~1a~1%7Bid%7D/x~01", "spec.yaml").ok();
        let pointer = ["paths", "/a/{id}", "x~1"].map(str::to_owned).to_vec();
        assert_eq!(reference, Some(Reference { file: None, pointer }));
        assert!(Reference::parse("#Pet", "spec.yaml").is_err());
    }
}
