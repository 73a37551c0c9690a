//! Names of the components that objects elsewhere become.

use std::collections::{HashMap, HashSet};

use super::place::Kind;

/// What tells nothing about an object: `#/components/schemas/Pet/properties/tag` is `Pet_tag`.
const STRUCTURE: [&str; 13] = [
    "components",
    "content",
    "definitions",
    "examples",
    "headers",
    "parameters",
    "paths",
    "properties",
    "requestBodies",
    "responses",
    "schema",
    "schemas",
    "x-definitions",
];

/// The names of the components of each kind.
#[derive(Default)]
pub(super) struct Names {
    used: HashMap<Kind, HashSet<String>>,
    /// The next number for a name that is taken.
    next_numbers: HashMap<(Kind, String), usize>,
}

impl Names {
    pub fn insert(&mut self, kind: Kind, name: &str) {
        self.used.entry(kind).or_default().insert(name.to_owned());
    }

    /// A name for what is at a place. A name that is taken is preceded by that of the file.
    pub fn choose(&mut self, kind: Kind, file: &str, pointer: &[String]) -> String {
        let base = name_of(file, pointer);
        let with_file = format!("{}_{base}", stem(file));
        let used = self.used.entry(kind).or_default();
        if used.insert(base.clone()) {
            return base;
        }
        if used.insert(with_file.clone()) {
            return with_file;
        }
        let number = self.next_numbers.entry((kind, with_file.clone())).or_insert(2);
        loop {
            let name = format!("{with_file}_{number}");
            *number += 1;
            if used.insert(name.clone()) {
                return name;
            }
        }
    }
}

/// The name of what is at a place, from its own name and what contains it.
pub(super) fn name_of(file: &str, pointer: &[String]) -> String {
    let words = pointer.iter().filter(|token| !STRUCTURE.contains(&token.as_str()));
    let words = words.map(|word| allowed(word)).filter(|word| !word.is_empty());
    let words: Vec<String> = words.collect();
    if words.is_empty() { stem(file) } else { words.join("_") }
}

/// The name of a file without its extension.
fn stem(file: &str) -> String {
    let name = file.rsplit_once('/').map_or(file, |(_, name)| name);
    let stem = allowed(name.rsplit_once('.').map_or(name, |(stem, _)| stem));
    if stem.is_empty() { "unnamed".to_owned() } else { stem }
}

/// The word in the characters that names of components can have.
fn allowed(word: &str) -> String {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let word: String = word.chars().map(|c| if is_allowed(c) { c } else { '_' }).collect();
    word.trim_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Kind, Names, name_of};

    #[test]
    fn a_place_is_named_after_itself_and_what_contains_it() {
        for (file, pointer, name) in [
            ("spec.yaml", "components schemas Pet properties tag", "Pet_tag"),
            ("common.yaml", "components schemas Error", "Error"),
            ("schemas/pet.yaml", "", "pet"),
            ("schemas/動物.yaml", "", "unnamed"),
            ("spec.yaml", "x-definitions 動物", "spec"),
            ("spec.yaml", "x-definitions 動物 name", "name"),
            (
                "spec.yaml",
                "paths /pets/{id} get responses 200 content application/json schema",
                "pets__id_get_200_application_json",
            ),
        ] {
            let pointer: Vec<String> = pointer.split_whitespace().map(str::to_owned).collect();
            assert_eq!(name_of(file, &pointer), name);
        }
    }

    #[test]
    fn a_name_that_is_taken_is_preceded_by_that_of_the_file() {
        let mut names = Names::default();
        names.insert(Kind::Schema, "Pet");
        let pointer = ["Pet".to_owned()];
        assert_eq!(names.choose(Kind::Schema, "a.yaml", &pointer), "a_Pet");
        assert_eq!(names.choose(Kind::Schema, "b/a.yaml", &pointer), "a_Pet_2");
        assert_eq!(names.choose(Kind::Schema, "c/a.yaml", &pointer), "a_Pet_3");
        assert_eq!(names.choose(Kind::Response, "a.yaml", &pointer), "Pet");
    }
}
