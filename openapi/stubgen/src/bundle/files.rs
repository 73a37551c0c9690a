//! The spec and the files that it refers to.

use std::cell::RefCell;
use std::collections::HashMap;

use super::reference::resolve_path;
use crate::diagnostic::{Diagnostics, SourceFile};
use crate::yaml::{self, Node, NodeKind};

/// How many files a spec can consist of.
const MAX_FILES: usize = 1_000;

/// The length of all files together, in bytes.
const MAX_BYTES: usize = 64 << 20;

/// Why a file beyond these limits is not read.
const TOO_MANY: &str = "the spec has too many files, or they are too large";

/// Reads a file by its path relative to the folder of the spec. The error says why it cannot.
pub(crate) type Load<'a> = &'a dyn Fn(&str) -> Result<String, String>;

/// The spec, and every file that it refers to, directly or through others. What looks like a
/// reference in an example is followed as well; problems of a file are reported when a reference
/// leads to it.
pub(crate) struct Files {
    files: Vec<File>,
    /// By path; of those that could not be read, why.
    by_path: HashMap<String, Result<usize, String>>,
}

struct File {
    /// Relative to the folder of the spec.
    path: String,
    text: String,
    root: Option<Node>,
    /// The problems of the file, until they are reported.
    problems: RefCell<Option<Diagnostics>>,
}

impl Files {
    /// Parses the spec, whose file name is `name`, and loads the other files.
    pub fn load(name: &str, text: &str, load: Load, diagnostics: &Diagnostics) -> Self {
        let mut files = Self { files: Vec::new(), by_path: HashMap::new() };
        files.add(name.to_owned(), text.to_owned());
        files.report_problems(0, diagnostics);
        let mut next = 0;
        let mut bytes = text.len();
        while let Some(file) = files.files.get(next) {
            for path in file.references() {
                if files.by_path.contains_key(&path) {
                    continue;
                }
                let has_room = files.files.len() < MAX_FILES && bytes < MAX_BYTES;
                let loaded = if has_room { load(&path) } else { Err(TOO_MANY.to_owned()) };
                match loaded {
                    Ok(text) => {
                        bytes += text.len();
                        files.add(path, text);
                    }
                    Err(reason) => {
                        files.by_path.insert(path, Err(reason));
                    }
                }
            }
            next += 1;
        }
        files
    }

    fn add(&mut self, path: String, text: String) {
        let problems = Diagnostics::default();
        let root = problems.ok(yaml::parse(&text, self.files.len(), &problems));
        self.by_path.insert(path.clone(), Ok(self.files.len()));
        self.files.push(File { path, text, root, problems: RefCell::new(Some(problems)) });
    }

    /// The document, if it could be parsed.
    pub fn root(&self) -> Option<&Node> {
        self.root_of(0)
    }

    pub fn root_of(&self, file: usize) -> Option<&Node> {
        self.files.get(file)?.root.as_ref()
    }

    /// Whether there are other files than the spec.
    pub fn has_others(&self) -> bool {
        self.files.len() > 1
    }

    pub fn path(&self, file: usize) -> &str {
        self.files.get(file).map_or("", |file| &file.path)
    }

    /// The number of a file, or why it could not be read.
    pub fn find(&self, path: &str) -> Result<usize, &str> {
        match self.by_path.get(path) {
            Some(Ok(file)) => Ok(*file),
            Some(Err(reason)) => Err(reason),
            None => Err("it has not been read"),
        }
    }

    /// Reports the problems of a file, once.
    pub fn report_problems(&self, file: usize, diagnostics: &Diagnostics) {
        let problems = self.files.get(file).and_then(|file| file.problems.take());
        if let Some(problems) = problems {
            diagnostics.adopt(problems, file);
        }
    }

    /// The files for messages, with their paths beginning where that of the spec does.
    pub fn into_sources(self, spec: &str) -> Vec<SourceFile> {
        let folder = spec.rsplit_once('/').map_or("", |(folder, _)| folder);
        let path = |file: &File| match folder {
            "" if spec.starts_with('/') => format!("/{}", file.path),
            "" => file.path.clone(),
            folder => format!("{folder}/{}", file.path),
        };
        let mut sources: Vec<SourceFile> = self
            .files
            .into_iter()
            .map(|file| SourceFile { path: path(&file), text: file.text })
            .collect();
        if let Some(first) = sources.first_mut() {
            spec.clone_into(&mut first.path);
        }
        sources
    }
}

impl File {
    /// The paths of the files that this one refers to.
    fn references(&self) -> Vec<String> {
        let mut found = Vec::new();
        if let Some(root) = &self.root {
            collect_files(root, &self.path, &mut found);
        }
        found
    }
}

/// The paths in each `$ref`, and in the values of each `mapping`, as a discriminator has one.
fn collect_files(node: &Node, base: &str, found: &mut Vec<String>) {
    match &node.kind {
        NodeKind::Scalar { .. } | NodeKind::Invalid => {}
        NodeKind::Sequence(items) => items.iter().for_each(|item| collect_files(item, base, found)),
        NodeKind::Mapping(entries) => {
            for entry in entries {
                match entry.key.as_str() {
                    "$ref" => found.extend(file_of(&entry.value, base)),
                    "mapping" => {
                        let values = entry.value.entries().unwrap_or_default().iter();
                        found.extend(values.filter_map(|entry| file_of(&entry.value, base)));
                    }
                    _ => {}
                }
                collect_files(&entry.value, base, found);
            }
        }
    }
}

fn file_of(reference: &Node, base: &str) -> Option<String> {
    let text = reference.string().ok()?;
    let file = text.split_once('#').map_or(text, |(file, _)| file);
    if file.is_empty() { None } else { resolve_path(file, base).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The files of a spec in which each refers to the next one, `1.yaml`, `2.yaml` and so on.
    fn chain(spec: &str, length: usize) -> Files {
        let load = |path: &str| {
            let number = path.trim_end_matches(".yaml").parse::<usize>().map_err(|e| e.to_string());
            let next = number? + 1;
            Ok(if next > length { String::new() } else { format!("$ref: {next}.yaml") })
        };
        Files::load(spec, "$ref: 1.yaml", &load, &Diagnostics::default())
    }

    #[test]
    fn the_number_of_files_is_limited() {
        let files = chain("spec.yaml", MAX_FILES - 1);
        assert!(files.find("999.yaml").is_ok());
        let files = chain("spec.yaml", MAX_FILES);
        assert_eq!(files.find("999.yaml"), Ok(999));
        assert_eq!(files.find("1000.yaml"), Err(TOO_MANY));
        assert_eq!(files.find("1001.yaml"), Err("it has not been read"));
    }

    #[test]
    fn paths_of_other_files_begin_where_that_of_the_spec_does() {
        for (spec, other) in
            [("spec.yaml", "1.yaml"), ("/spec.yaml", "/1.yaml"), ("../a/spec.yaml", "../a/1.yaml")]
        {
            let sources = chain("spec.yaml", 1).into_sources(spec);
            let paths: Vec<&str> = sources.iter().map(|source| source.path.as_str()).collect();
            assert_eq!(paths, [spec, other]);
        }
    }
}
