//! Users, and their form in the database.
//!
//! Every function here takes its struct apart field by field, so that a new field does not compile
//! until each of them handles it.

use std::time::SystemTime;

use mongodb::bson::{DateTime, Document, RawDocumentBuf, doc, rawdoc};

use crate::auth::Role;
use crate::document::{Fields, InvalidDocument, insert_some, invalid};
use crate::id::Id;
use crate::password::PasswordHash;

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
        let details = UserDetails {
            email: fields.string("email")?.to_owned(),
            password_hash: fields.string("password")?.into(),
            name: fields.string("name")?.to_owned(),
        };
        let role = parse_role(fields)?;
        Ok(Self { id, details, role, created_at: fields.time("createdAt")? })
    }
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Customer => "customer",
        Role::Admin => "admin",
    }
}

/// Users from before there were roles are customers.
fn parse_role(fields: &mut Fields<'_>) -> Result<Role, InvalidDocument> {
    match fields.optional_string("role")? {
        None | Some("customer") => Ok(Role::Customer),
        Some("admin") => Ok(Role::Admin),
        Some(_) => Err(invalid("role", "customer or admin", fields.value("role")?)),
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
