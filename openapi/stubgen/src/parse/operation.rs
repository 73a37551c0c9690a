//! Paths and operations.

use super::{Components, Fields, message, security};
use crate::diagnostic::{Result, refuse};
use crate::model::{Location, Operation, Parameter};
use crate::yaml::{Entry, Node};

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "patch", "head", "options"];

/// Where every server serves its spec and the page that shows it.
const RESERVED_PATHS: [&str; 3] = ["/docs", "/openapi.yaml", "/openapi.json"];

/// Every operation in the order of the file.
pub(super) fn read_all(
    paths: &Node,
    components: Components,
    default_security: Option<&Node>,
) -> Result<Vec<Operation>> {
    let mut operations: Vec<Operation> = Vec::new();
    for path in paths.entries()?.iter().filter(|path| !path.key.starts_with("x-")) {
        let segments = segments(path)?;
        if RESERVED_PATHS.contains(&path.key.as_str()) {
            return refuse(path.position, format!("the server itself answers at {}", path.key));
        }
        if let Some(twin) = operations
            .iter()
            .find(|known| known.path != path.key && same_route(&known.path, &path.key))
        {
            return refuse(
                path.position,
                format!("`{}` and `{}` are the same route", path.key, twin.path),
            );
        }
        let mut fields = Fields::new(&path.value, "a path")?;
        fields.documentation(&["summary", "description"]);
        let shared = fields.take("parameters");
        for method in METHODS {
            let Some(entry) = fields.take(method) else { continue };
            let operation = Reader { path, method, shared, components, default_security }
                .read(entry, &segments)?;
            if operations.iter().any(|known| known.id == operation.id) {
                return refuse(
                    operation.position,
                    format!("operationId `{}` stands here twice", operation.id),
                );
            }
            operations.push(operation);
        }
        fields.finish()?;
    }
    match operations.is_empty() {
        true => refuse(paths.position, "a spec needs an operation"),
        false => Ok(operations),
    }
}

struct Reader<'a> {
    path: &'a Entry,
    method: &'static str,
    /// Parameters of the path, for all its operations.
    shared: Option<&'a Entry>,
    components: Components<'a>,
    default_security: Option<&'a Node>,
}

impl Reader<'_> {
    fn read(&self, entry: &Entry, segments: &[&str]) -> Result<Operation> {
        let mut fields = Fields::new(&entry.value, "an operation")?;
        let id = fields.need("operationId")?;
        let name = id.string()?.to_owned();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic())
            || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        {
            return refuse(
                id.position,
                "an operationId names a function: letters, digits, `_`, letter first",
            );
        }
        let own = message::parameters(fields.take("parameters"), self.components)?;
        // The path's parameters come first; an operation's own replaces the path's.
        let mut parameters = message::parameters(self.shared, self.components)?;
        parameters.retain(|shared| !own.iter().any(|parameter| parameter.is(shared)));
        parameters.extend(own);
        check_path_parameters(self.path, segments, &parameters)?;
        let body = message::body(&mut fields, self.components)?;
        if body.is_some() && matches!(self.method, "get" | "head" | "delete") {
            return refuse(entry.position, "a body has no meaning for GET, HEAD and DELETE");
        }
        let operation = Operation {
            id: name,
            position: id.position,
            method: self.method,
            path: self.path.key.clone(),
            tags: tags(&mut fields)?,
            summary: fields.string("summary")?,
            description: fields.string("description")?,
            deprecated: fields.flag("deprecated")?,
            parameters,
            body,
            responses: message::responses(fields.need("responses")?, self.components)?,
            security: security::requirement(
                fields.take("security").map(|entry| &entry.value).or(self.default_security),
                self.components,
            )?,
        };
        fields.documentation(&["externalDocs"]);
        fields.finish()?;
        Ok(operation)
    }
}

fn tags(fields: &mut Fields) -> Result<Vec<String>> {
    let Some(entry) = fields.take("tags") else { return Ok(Vec::new()) };
    entry.value.items()?.iter().map(|item| Ok(item.string()?.to_owned())).collect()
}

/// The names in braces. A parameter is a whole segment: the router knows no other.
fn segments(path: &Entry) -> Result<Vec<&str>> {
    let Some(rest) = path.key.strip_prefix('/') else {
        return refuse(path.position, "a path begins with /");
    };
    let mut names = Vec::new();
    for segment in rest.split('/') {
        match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) if !super::identifier(name) => {
                return refuse(
                    path.position,
                    format!("`{name}` cannot be the name of a path parameter"),
                );
            }
            Some(name) if names.contains(&name) => {
                return refuse(path.position, format!("`{{{name}}}` stands in this path twice"));
            }
            Some(name) => names.push(name),
            None if segment.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c)) => {}
            None => {
                return refuse(
                    path.position,
                    format!("`{segment}` is neither plain text nor one whole {{parameter}}"),
                );
            }
        }
    }
    Ok(names)
}

fn same_route(a: &str, b: &str) -> bool {
    let shape = |path: &str| {
        path.split('/')
            .map(|part| if part.starts_with('{') { "{}".into() } else { part.to_owned() })
            .collect::<Vec<_>>()
    };
    shape(a) == shape(b)
}

fn check_path_parameters(path: &Entry, segments: &[&str], parameters: &[Parameter]) -> Result<()> {
    let in_path = |parameter: &&Parameter| parameter.location == Location::Path;
    for parameter in parameters.iter().filter(in_path) {
        if !segments.contains(&parameter.name.as_str()) {
            return refuse(
                parameter.position,
                format!("`{}` is not in the path {}", parameter.name, path.key),
            );
        }
    }
    match segments
        .iter()
        .find(|name| !parameters.iter().filter(in_path).any(|known| known.name == **name))
    {
        Some(name) => refuse(path.position, format!("no parameter describes `{{{name}}}`")),
        None => Ok(()),
    }
}
