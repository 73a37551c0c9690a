//! Users, and their form in the database.
//!
//! Every function here takes its struct apart field by field, so that a new field does not compile
//! until each of them handles it.

use std::time::SystemTime;

use mongodb::bson::{DateTime, Document, RawDocumentBuf, doc, rawdoc};

use crate::api;
use crate::auth::Role;
use crate::cursor::Cursor;
use crate::document::{Fields, InvalidDocument, insert_some, invalid};
use crate::id::Id;
use crate::page::PageItem;
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
        let email = fields.string("email")?.to_owned();
        let email_key = fields.string("emailKey")?.to_owned();
        let name = fields.string("name")?.to_owned();
        let role = parse_role(fields)?;
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
