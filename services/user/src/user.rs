//! Users: how a registration and an update become documents, and how these are read for a log-in or
//! a response.
//!
//! Every function here takes its struct apart field by field, or writes out all fields of its result,
//! so that a new field does not compile until each of them handles it.

use mongodb::bson::{DateTime as BsonTime, Document, RawDocumentBuf, doc, rawdoc};
use openapi_server::{DateTime, Utc};

use crate::api;
use crate::auth::Role;
use crate::cursor::Cursor;
use crate::document::{Fields, InvalidDocument, SCHEMA_VERSION_FIELD, insert_some, invalid};
use crate::id::Id;
use crate::page::PageItem;
use crate::password::PasswordHash;

/// The version of the documents that this version of the service writes. Since version 2 every user
/// has a role.
pub const SCHEMA_VERSION: i32 = 2;

/// What the database requires of a user, in MongoDB's `$jsonSchema`.
pub fn json_schema() -> Document {
    let text = doc! { "bsonType": "string", "minLength": 1 };
    let roles = [Role::Customer, Role::Admin].map(role_name).to_vec();
    doc! {
        "bsonType": "object",
        "required": ["email", "emailKey", "password", "name", "createdAt"],
        "properties": {
            "_id": { "bsonType": "objectId" },
            SCHEMA_VERSION_FIELD: { "bsonType": "number", "minimum": 1 },
            "email": text.clone(),
            "emailKey": text.clone(),
            "password": text.clone(),
            "name": text,
            "role": { "enum": roles },
            "createdAt": { "bsonType": "date" },
        },
    }
}

/// What a client registers, with the password hashed.
pub struct NewAccount {
    pub email: String,
    pub password_hash: PasswordHash,
    pub name: String,
}

/// What a log-in needs to know of a user.
pub struct Account {
    pub id: Id,
    pub role: Role,
    pub password_hash: PasswordHash,
}

/// A change of some fields.
pub struct UserPatch {
    pub email: Option<String>,
    pub password_hash: Option<PasswordHash>,
    pub name: Option<String>,
    pub role: Option<Role>,
}

/// The document of a new user.
pub fn to_document(id: Id, created_at: BsonTime, role: Role, new: NewAccount) -> RawDocumentBuf {
    let NewAccount { email, password_hash, name } = new;
    rawdoc! {
        "_id": id.object_id(),
        "schemaVersion": SCHEMA_VERSION,
        "email": email.as_str(),
        "emailKey": normalize_email(&email),
        "password": password_hash.expose(),
        "name": name,
        "role": role_name(role),
        "createdAt": created_at,
        "updatedAt": created_at,
    }
}

impl Account {
    pub fn parse(fields: &mut Fields<'_>) -> Result<Self, InvalidDocument> {
        let id = fields.id("_id")?;
        let version = fields.schema_version(SCHEMA_VERSION)?;
        let password_hash = fields.string("password")?.into();
        Ok(Self { id, role: parse_role(fields, version)?, password_hash })
    }
}

/// All fields of a user except the password hash.
pub fn without_password() -> Document {
    doc! { "password": false }
}

/// Reads a user as responses contain them.
pub fn parse(fields: &mut Fields<'_>) -> Result<api::User, InvalidDocument> {
    let id = fields.id("_id")?;
    let version = fields.schema_version(SCHEMA_VERSION)?;
    Ok(api::User {
        id: id.try_into()?,
        email: fields.string("email")?.to_owned().try_into()?,
        name: fields.string("name")?.to_owned().try_into()?,
        role: parse_role(fields, version)?.into(),
        created_at: DateTime::<Utc>::from(fields.time("createdAt")?).try_into()?,
    })
}

impl PageItem for api::User {
    fn parse(fields: &mut Fields<'_>) -> Result<(Self, Option<Cursor>), InvalidDocument> {
        let user = parse(fields)?;
        let cursor = Cursor::new(fields.string("emailKey")?.to_owned());
        Ok((user, Some(cursor)))
    }
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Customer => "customer",
        Role::Admin => "admin",
    }
}

/// Users from before there were roles are customers.
fn parse_role(fields: &mut Fields<'_>, version: i64) -> Result<Role, InvalidDocument> {
    match fields.optional_string("role")? {
        None if version == 1 => Ok(Role::Customer),
        Some("customer") => Ok(Role::Customer),
        Some("admin") => Ok(Role::Admin),
        _ => Err(invalid("role", "customer or admin", fields.value("role")?)),
    }
}

impl UserPatch {
    pub fn into_update(self) -> Document {
        let Self { email, password_hash, name, role } = self;
        let mut set = doc! { "updatedAt": BsonTime::now() };
        insert_some(&mut set, "emailKey", email.as_deref().map(normalize_email));
        insert_some(&mut set, "email", email);
        insert_some(&mut set, "password", password_hash.as_ref().map(PasswordHash::expose));
        insert_some(&mut set, "name", name);
        insert_some(&mut set, "role", role.map(role_name));
        doc! { "$set": set }
    }
}

/// E-mail addresses are unique without regard to case.
pub fn normalize_email(email: &str) -> String {
    email.to_lowercase()
}
