//! Kubernetes objects, to look into.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize as _;
use serde_json::Value;

/// The objects of one build.
pub struct Objects(Vec<Value>);

/// A pod as its controller would make it.
#[derive(Clone, Copy)]
pub struct Pod<'a> {
    /// The controller's name.
    pub name: &'a str,
    /// The pod's labels.
    pub labels: &'a Value,
    /// The pod's spec.
    pub spec: &'a Value,
}

impl Objects {
    /// The documents of a YAML stream.
    pub fn parse(yaml: &str) -> Self {
        let documents = serde_yaml_ng::Deserializer::from_str(yaml);
        Self(documents.map(|document| Value::deserialize(document).unwrap()).collect())
    }

    /// All of them.
    pub fn all(&self) -> &[Value] {
        &self.0
    }

    /// Those of a kind.
    pub fn of_kind(&self, kind: &str) -> Vec<&Value> {
        self.0.iter().filter(|object| object["kind"] == kind).collect()
    }

    /// The one of this kind with this name.
    pub fn get(&self, kind: &str, name: &str) -> &Value {
        self.find(kind, name).unwrap_or_else(|| panic!("there is no {kind} {name}"))
    }

    /// The same, if there is one.
    pub fn find(&self, kind: &str, name: &str) -> Option<&Value> {
        self.of_kind(kind).into_iter().find(|object| name_of(object) == name)
    }

    /// Their names.
    pub fn names(&self, kind: &str) -> Vec<&str> {
        let mut names: Vec<&str> = self.of_kind(kind).into_iter().map(name_of).collect();
        names.sort_unstable();
        names
    }

    /// What every controller makes.
    pub fn pods(&self) -> Vec<Pod<'_>> {
        let controllers = ["Deployment", "StatefulSet"].into_iter();
        controllers.flat_map(|kind| self.of_kind(kind)).map(pod).collect()
    }

    /// The pod of one controller.
    pub fn pod(&self, name: &str) -> Pod<'_> {
        let found = self.pods().into_iter().find(|pod| pod.name == name);
        found.unwrap_or_else(|| panic!("there is no pod {name}"))
    }

    /// What is stored under a key, or what is missing.
    pub fn lookup(&self, kind: &str, name: &str, key: &str) -> Result<String, String> {
        let object = self.find(kind, name).ok_or_else(|| format!("there is no {kind} {name:?}"))?;
        let value = object["data"][key].as_str();
        let value = value.ok_or_else(|| format!("{kind} {name} has no key {key:?}"))?;
        if kind != "Secret" {
            return Ok(value.to_owned());
        }
        let bytes = STANDARD.decode(value).map_err(|error| format!("{kind} {name}: {error}"))?;
        String::from_utf8(bytes).map_err(|error| format!("{kind} {name} {key}: {error}"))
    }

    /// The environment of a container as its process sees it, or all that is
    /// missing for it. References are followed as the kubelet does it.
    pub fn environment(&self, container: &Value) -> Result<BTreeMap<String, String>, Vec<String>> {
        let (mut found, mut missing) = (BTreeMap::new(), Vec::new());
        for source in list(&container["envFrom"]) {
            let name = text(&source["configMapRef"]["name"]);
            match self.find("ConfigMap", name).map(|map| &map["data"]) {
                Some(data) => found.extend(entries(data)),
                None => missing.push(format!("there is no ConfigMap {name:?}")),
            }
        }
        for variable in list(&container["env"]) {
            let from = &variable["valueFrom"];
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
                Ok(value) => drop(found.insert(text(&variable["name"]).to_owned(), value)),
                Err(why) => missing.push(why),
            }
        }
        if missing.is_empty() { Ok(found) } else { Err(missing) }
    }
}

fn pod(controller: &Value) -> Pod<'_> {
    let template = &controller["spec"]["template"];
    let labels = &template["metadata"]["labels"];
    Pod { name: name_of(controller), labels, spec: &template["spec"] }
}

impl<'a> Pod<'a> {
    /// All containers, those that run before the others too.
    pub fn containers(&self) -> Vec<&'a Value> {
        list(&self.spec["initContainers"]).chain(list(&self.spec["containers"])).collect()
    }

    /// The container with this name.
    pub fn container(&self, name: &str) -> &'a Value {
        let found = self.containers().into_iter().find(|container| container["name"] == name);
        found.unwrap_or_else(|| panic!("{} has no container {name}", self.name))
    }

    /// The number of a port, which is given by number or by name.
    pub fn port(&self, port: &Value) -> Option<u64> {
        let containers = list(&self.spec["containers"]);
        let mut ports = containers.flat_map(|container| list(&container["ports"]));
        let same =
            |declared: &&Value| &declared["name"] == port || &declared["containerPort"] == port;
        ports.find(same)?["containerPort"].as_u64()
    }
}

/// Whether labels have all that a selector asks for. An empty one selects all.
pub fn selects(selector: &Value, labels: &Value) -> bool {
    let other = selector.as_object().into_iter().flatten().find(|(key, _)| *key != "matchLabels");
    assert!(other.is_none(), "these tests know matchLabels only: {selector}");
    entries(&selector["matchLabels"]).all(|(key, value)| labels[&key] == value)
}

/// An object's name.
pub fn name_of(object: &Value) -> &str {
    text(&object["metadata"]["name"])
}

/// A text, or nothing.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A list, or nothing.
pub fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// The texts of an object, or nothing.
pub fn entries(value: &Value) -> impl Iterator<Item = (String, String)> + '_ {
    let pairs = value.as_object().into_iter().flatten();
    pairs.map(|(key, value)| (key.clone(), text(value).to_owned()))
}

/// `$(NAME)` stands for what was set before; what was not stays as it is.
fn expand(text: &str, known: &BTreeMap<String, String>) -> String {
    let mut out = text.to_owned();
    for (name, value) in known {
        out = out.replace(&format!("$({name})"), value);
    }
    out
}
