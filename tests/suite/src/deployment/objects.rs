//! Access to Kubernetes objects.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize as _;
use serde_json::Value;

/// The objects of one build.
pub struct Objects(Vec<Value>);

/// A pod as its controller creates it.
#[derive(Clone, Copy)]
pub struct Pod<'a> {
    /// The name of the controller.
    pub name: &'a str,
    pub labels: &'a Value,
    pub spec: &'a Value,
}

impl Objects {
    /// Parses the documents of a YAML stream.
    pub fn parse(yaml: &str) -> Self {
        let documents = serde_yaml_ng::Deserializer::from_str(yaml);
        Self(documents.map(|document| Value::deserialize(document).unwrap()).collect())
    }

    pub fn all(&self) -> &[Value] {
        &self.0
    }

    pub fn of_kind(&self, kind: &str) -> Vec<&Value> {
        self.0.iter().filter(|object| object["kind"] == kind).collect()
    }

    /// The object with a kind and name, which must exist.
    pub fn get(&self, kind: &str, name: &str) -> &Value {
        self.find(kind, name).unwrap_or_else(|| panic!("there is no {kind} {name}"))
    }

    pub fn find(&self, kind: &str, name: &str) -> Option<&Value> {
        self.of_kind(kind).into_iter().find(|object| name_of(object) == name)
    }

    /// The sorted names of objects of a kind.
    pub fn names(&self, kind: &str) -> Vec<&str> {
        let mut names: Vec<&str> = self.of_kind(kind).into_iter().map(name_of).collect();
        names.sort_unstable();
        names
    }

    /// The pods of all controllers.
    pub fn pods(&self) -> Vec<Pod<'_>> {
        let controllers = ["Deployment", "StatefulSet", "CronJob"].into_iter();
        controllers.flat_map(|kind| self.of_kind(kind)).map(pod).collect()
    }

    /// The pod of a controller.
    pub fn pod(&self, name: &str) -> Pod<'_> {
        let found = self.pods().into_iter().find(|pod| pod.name == name);
        found.unwrap_or_else(|| panic!("there is no pod {name}"))
    }

    /// The value of a key of a ConfigMap or Secret, or an error message.
    pub fn lookup(&self, kind: &str, name: &str, key: &str) -> Result<String, String> {
        let object = self.find(kind, name).ok_or_else(|| format!("there is no {kind} {name:?}"))?;
        let value = object["data"][key].as_str();
        let value = value.ok_or_else(|| format!("{kind} {name} has no key {key:?}"))?;
        if kind != "Secret" {
            return Ok(value.to_owned());
        }
        let bytes = STANDARD
            .decode(value.replace('\n', ""))
            .map_err(|error| format!("{kind} {name}: {error}"))?;
        String::from_utf8(bytes).map_err(|error| format!("{kind} {name} {key}: {error}"))
    }

    /// The environment of a container with references resolved as the kubelet does, or all missing
    /// references.
    pub fn environment(&self, container: &Value) -> Result<BTreeMap<String, String>, Vec<String>> {
        let mut found = BTreeMap::new();
        let mut missing = Vec::new();
        for source in list(&container["envFrom"]) {
            let name = text(&source["configMapRef"]["name"]);
            match self.find("ConfigMap", name).map(|map| &map["data"]) {
                Some(data) => found.extend(entries(data)),
                None => missing.push(format!("there is no ConfigMap {name:?}")),
            }
        }
        for variable in list(&container["env"]) {
            let from = &variable["valueFrom"];
            let optional = &from["secretKeyRef"];
            if optional["optional"] == true
                && self.lookup("Secret", text(&optional["name"]), text(&optional["key"])).is_err()
            {
                continue;
            }
            let key = |kind: &str, source: &Value| {
                self.lookup(kind, text(&source["name"]), text(&source["key"]))
            };
            let value = match (&from["configMapKeyRef"], &from["secretKeyRef"]) {
                (source @ Value::Object(_), _) => key("ConfigMap", source),
                (_, source @ Value::Object(_)) => key("Secret", source),
                _ if from["fieldRef"].is_object() => Ok("of the pod".to_owned()),
                _ => Ok(expand(text(&variable["value"]), &found)),
            };
            match value {
                Ok(value) => {
                    found.insert(text(&variable["name"]).to_owned(), value);
                }
                Err(why) => missing.push(why),
            }
        }
        if missing.is_empty() { Ok(found) } else { Err(missing) }
    }
}

fn pod(controller: &Value) -> Pod<'_> {
    let spec = &controller["spec"];
    let job = &spec["jobTemplate"]["spec"];
    let template = if job.is_object() { &job["template"] } else { &spec["template"] };
    let labels = &template["metadata"]["labels"];
    Pod { name: name_of(controller), labels, spec: &template["spec"] }
}

impl<'a> Pod<'a> {
    /// All containers, including init containers.
    pub fn containers(&self) -> Vec<&'a Value> {
        list(&self.spec["initContainers"]).chain(list(&self.spec["containers"])).collect()
    }

    /// The container with this name.
    pub fn container(&self, name: &str) -> &'a Value {
        let found = self.containers().into_iter().find(|container| container["name"] == name);
        found.unwrap_or_else(|| panic!("{} has no container {name}", self.name))
    }

    /// Resolves a port, which is a number or a name.
    pub fn port(&self, port: &Value) -> Option<u64> {
        let containers = list(&self.spec["containers"]);
        let mut ports = containers.flat_map(|container| list(&container["ports"]));
        let same =
            |declared: &&Value| &declared["name"] == port || &declared["containerPort"] == port;
        ports.find(same)?["containerPort"].as_u64()
    }
}

/// Whether a selector matches labels. An empty one matches all.
pub fn selects(selector: &Value, labels: &Value) -> bool {
    let other = selector.as_object().into_iter().flatten().find(|(key, _)| *key != "matchLabels");
    assert!(other.is_none(), "only matchLabels is supported: {selector}");
    entries(&selector["matchLabels"]).all(|(key, value)| labels[&key] == value)
}

pub fn name_of(object: &Value) -> &str {
    text(&object["metadata"]["name"])
}

/// A string; empty for other values.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The elements of an array; empty for other values.
pub fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// The entries of an object with string values; empty for other values.
pub fn entries(value: &Value) -> impl Iterator<Item = (String, String)> + '_ {
    let pairs = value.as_object().into_iter().flatten();
    pairs.map(|(key, value)| (key.clone(), text(value).to_owned()))
}

/// Replaces `$(NAME)` by variables that were set before.
fn expand(text: &str, known: &BTreeMap<String, String>) -> String {
    let mut out = text.to_owned();
    for (name, value) in known {
        out = out.replace(&format!("$({name})"), value);
    }
    out
}
