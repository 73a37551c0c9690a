//! `multipart/form-data`: fields become a JSON object, files are kept beside it.
//!
//! The whole body is in memory, at most [`MAX_MULTIPART_BYTES`], while its parts are read.

use std::cell::RefCell;
use std::fmt;

use bytes::Bytes;
use multer::{Field, Multipart};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::Value;

use crate::content;
use crate::form::{self, Object};
use crate::spec::{FieldSpec, FieldStyle};
use crate::violation::{Path, Report};

/// A file in a `multipart/form-data` body.
#[derive(Clone, PartialEq)]
pub struct File {
    /// The name that the client gave it. It is not a path: do not use it as one.
    pub name: Option<String>,
    /// The media type that the client gave it.
    pub content_type: Option<String>,
    /// The content.
    pub content: Bytes,
}

/// The files. The validator and the types of bodies see the place of each as a string, since that
/// is what the spec describes a file as.
pub(crate) type Files = Vec<Option<File>>;

thread_local! {
    /// The files of the body that is being deserialized.
    static FILES: RefCell<Files> = const { RefCell::new(Files::new()) };
}

/// Runs `work`, in which a [`File`] deserializes from its place in `files`.
pub(crate) fn with_files<T>(files: Files, work: impl FnOnce() -> T) -> T {
    if files.is_empty() {
        return work();
    }
    FILES.set(files);
    let result = work();
    FILES.take();
    result
}

impl<'de> Deserialize<'de> for File {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let place: Option<usize> = String::deserialize(deserializer)?.parse().ok();
        let take = |files: &mut Files| files.get_mut(place?).and_then(Option::take);
        let file = FILES.with_borrow_mut(take);
        file.ok_or_else(|| D::Error::custom("expected a file of a multipart body"))
    }
}

impl Serialize for File {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom("a file is not JSON"))
    }
}

/// Without the content.
impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, content_type, content } = self;
        f.debug_struct("File")
            .field("name", name)
            .field("content_type", content_type)
            .field("bytes", &content.len())
            .finish()
    }
}

/// Reads the parts. `None` if the body is not of that form, which is then reported.
pub(crate) async fn parse(
    body: Bytes,
    content_type: &str,
    fields: &[FieldSpec],
    report: &mut Report,
) -> Option<(Value, Files)> {
    let mut files = Files::new();
    match read(body, content_type, fields, report, &mut files).await {
        Ok(object) => Some((Value::Object(object.finish(fields)), files)),
        Err(error) => {
            let message = format!("is not valid multipart/form-data: {error}");
            report.add(&Path::BODY, "multipart", message);
            None
        }
    }
}

async fn read(
    body: Bytes,
    content_type: &str,
    fields: &[FieldSpec],
    report: &mut Report,
    files: &mut Files,
) -> multer::Result<Object<'static>> {
    let boundary = multer::parse_boundary(content_type)?;
    let parts = futures_util::stream::iter([Ok::<_, std::io::Error>(body)]);
    let mut parts = Multipart::new(parts, boundary);
    let mut object = Object::new(Path::BODY);
    while let Some(part) = parts.next_field().await? {
        let Some(name) = part.name().map(str::to_owned) else {
            report.add(&Path::BODY, "multipart", "has a part without a name");
            continue;
        };
        match form::find(&name, fields).map(|(field, _)| field.style) {
            Some(FieldStyle::File(ranges)) => {
                check_media_type(&part, &name, ranges, report);
                object.single(&name, place(files), report);
                files.push(Some(file(part).await?));
            }
            Some(FieldStyle::Files(ranges)) => {
                check_media_type(&part, &name, ranges, report);
                object.item(&name, place(files));
                files.push(Some(file(part).await?));
            }
            _ => {
                let bytes = part.bytes().await?;
                match String::from_utf8(bytes.into()) {
                    Ok(text) => object.add(&(name.into(), text.into()), fields, report),
                    Err(_) => {
                        report.add(&Path::BODY.property(&name), "type", "must be valid UTF-8");
                    }
                }
            }
        }
    }
    Ok(object)
}

/// The place of the next file.
fn place(files: &Files) -> Value {
    Value::from(files.len().to_string())
}

/// Reports a file whose media type the spec's `encoding` does not allow.
fn check_media_type(part: &Field<'_>, name: &str, ranges: &[&str], report: &mut Report) {
    let media_type = part.content_type().map(ToString::to_string).unwrap_or_default();
    if !ranges.is_empty() && !ranges.iter().any(|range| content::is_within(range, &media_type)) {
        let message = format!("must be of the media type {}", ranges.join(" or "));
        report.add(&Path::BODY.property(name), "contentType", message);
    }
}

async fn file(part: Field<'_>) -> multer::Result<File> {
    let name = part.file_name().map(str::to_owned);
    let content_type = part.content_type().map(ToString::to_string);
    Ok(File { name, content_type, content: part.bytes().await? })
}
