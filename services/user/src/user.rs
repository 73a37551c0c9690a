//! Users, and their form in the database.
//!
//! Every function here takes its struct apart field by field, so that a new field does not compile
//! until each of them handles it.

use std::time::SystemTime;

use mongodb::bson::{DateTime, Document, RawDocumentBuf, doc, rawdoc};

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

/// A user without the fields that only the database needs: the normalized e-mail address and the
/// time of the last update.
pub struct User {
    pub id: Id,
    pub details: UserDetails,
    pub role: Role,
    pub created_at: SystemTime,
}

/// The fields that clients write, with the password hashed.
pub struct UserDetails {
    pub email: String,
    pub password_hash: PasswordHash,
    pub name: String,
}

/// What responses contain of a user.
pub struct Profile {
    pub id: Id,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub created_at: SystemTime,
}

/// A user in a list, which is read without the password hash.
pub struct ListedUser {
    profile: Profile,
    /// The normalized e-mail address, by which lists are sorted.
    email_key: String,
}

/// A change of some fields.
pub struct UserPatch {
    pub email: Option<String>,
    pub password_hash: Option<PasswordHash>,
    pub name: Option<String>,
    pub role: Option<Role>,
}

impl User {
    pub fn to_document(&self) -> RawDocumentBuf {
        let Self { id, details, role, created_at } = self;
        let UserDetails { email, password_hash, name } = details;
        let created_at = DateTime::from_system_time(*created_at);
        rawdoc! {
            "_id": id.object_id(),
            "schemaVersion": SCHEMA_VERSION,
            "email": email.as_str(),
            "emailKey": normalize_email(email),
            "password": password_hash.expose(),
            "name": name.as_str(),
            "role": role_name(*role),
            "createdAt": created_at,
            "updatedAt": created_at,
        }
    }

    pub fn parse(fields: &mut Fields<'_>) -> Result<Self, InvalidDocument> {
        let id = fields.id("_id")?;
        let version = fields.schema_version(SCHEMA_VERSION)?;
        let details = UserDetails {
            email: fields.string("email")?.to_owned(),
            password_hash: fields.string("password")?.into(),
            name: fields.string("name")?.to_owned(),
        };
        let role = parse_role(fields, version)?;
        Ok(Self { id, details, role, created_at: fields.time("createdAt")? })
    }
}

impl From<User> for Profile {
    fn from(user: User) -> Self {
        let User { id, details, role, created_at } = user;
        let UserDetails { email, password_hash: _, name } = details;
        Self { id, email, name, role, created_at }
    }
}

impl ListedUser {
    /// All fields of a user except the password hash.
    pub fn projection() -> Document {
        doc! { "password": false }
    }
}

impl PageItem for ListedUser {
    type Response = api::User;

    fn parse(fields: &mut Fields<'_>) -> Result<Self, InvalidDocument> {
        let id = fields.id("_id")?;
        let version = fields.schema_version(SCHEMA_VERSION)?;
        let email = fields.string("email")?.to_owned();
        let email_key = fields.string("emailKey")?.to_owned();
        let name = fields.string("name")?.to_owned();
        let role = parse_role(fields, version)?;
        let profile = Profile { id, email, name, role, created_at: fields.time("createdAt")? };
        Ok(Self { profile, email_key })
    }

    fn cursor(&self) -> Option<Cursor> {
        Some(Cursor::new(self.email_key.clone()))
    }
}

impl From<ListedUser> for Profile {
    fn from(user: ListedUser) -> Self {
        user.profile
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
        let mut set = doc! { "updatedAt": DateTime::now() };
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
