//! Users in MongoDB. All that is known of the database stands here.

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, RawDocument, doc};
use mongodb::error::{Error as DriverError, ErrorKind, WriteFailure};
use mongodb::options::{IndexOptions, ReturnDocument};
use mongodb::{Collection, Database, IndexModel};
use serde::{Deserialize, Deserializer, Serialize};

use crate::database::{self, bounded};
use crate::error::Error;

/// A user as stored.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Given when the user registers.
    #[serde(rename = "_id")]
    pub id: ObjectId,
    /// As it was given.
    pub email: String,
    /// The address as it is compared.
    email_key: String,
    /// An argon2id hash.
    pub password: String,
    /// As it was given.
    pub name: String,
    /// When the user registered.
    pub created_at: DateTime,
    /// When the profile last changed.
    updated_at: DateTime,
}

/// By hand: serde spends some 10,000 instructions on a document, most on BSON's own
/// types, and every order asks for a user.
impl<'de> Deserialize<'de> for User {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Deserialize::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl User {
    fn read(document: &RawDocument) -> mongodb::bson::error::Result<Self> {
        Ok(Self {
            id: document.get_object_id("_id")?,
            email: document.get_str("email")?.to_owned(),
            email_key: document.get_str("emailKey")?.to_owned(),
            password: document.get_str("password")?.to_owned(),
            name: document.get_str("name")?.to_owned(),
            created_at: document.get_datetime("createdAt")?,
            updated_at: document.get_datetime("updatedAt")?,
        })
    }
}

/// What a profile can change.
#[derive(Debug, Default)]
pub struct Changes {
    /// A new address.
    pub email: Option<String>,
    /// A new hash.
    pub password: Option<String>,
    /// A new name.
    pub name: Option<String>,
}

const COLLECTION: &str = "users";

/// Makes sure that the indexes are there.
///
/// # Errors
/// If the database does not make them.
pub async fn prepare(database: Database) -> Result<(), database::Error> {
    let unique = IndexOptions::builder().unique(true).build();
    let email = IndexModel::builder().keys(doc! { "emailKey": 1 }).options(unique).build();
    bounded(database.collection::<User>(COLLECTION).create_index(email).into_future())
        .await
        .map(drop)
}

/// The users.
pub struct Store(Collection<User>);

impl Store {
    /// The users of a database that is prepared.
    pub fn new(database: &Database) -> Self {
        Self(database.collection(COLLECTION))
    }

    /// Registers a user.
    ///
    /// # Errors
    /// [`Error::EmailTaken`], or the database's.
    pub async fn insert(
        &self,
        email: String,
        password: String,
        name: String,
    ) -> Result<User, Error> {
        let now = DateTime::now();
        let email_key = key(&email);
        let user = User {
            id: ObjectId::new(),
            email,
            email_key,
            password,
            name,
            created_at: now,
            updated_at: now,
        };
        unique(bounded(self.0.insert_one(&user).into_future()).await)?;
        Ok(user)
    }

    /// The user with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`], or the database's.
    pub async fn find(&self, id: ObjectId) -> Result<User, Error> {
        let found = bounded(self.0.find_one(doc! { "_id": id }).into_future()).await?;
        found.ok_or_else(|| Error::NotFound(id.to_hex()))
    }

    /// The user with this address, in any case.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_by_email(&self, email: &str) -> Result<Option<User>, Error> {
        Ok(bounded(self.0.find_one(doc! { "emailKey": key(email) }).into_future()).await?)
    }

    /// Changes a profile and returns it as it then is.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::EmailTaken`], or the database's.
    pub async fn update(&self, id: ObjectId, changes: Changes) -> Result<User, Error> {
        let mut set = doc! { "updatedAt": DateTime::now() };
        if let Some(email) = changes.email {
            set.insert("emailKey", key(&email));
            set.insert("email", email);
        }
        set.extend(changes.password.map(|password| ("password".to_owned(), password.into())));
        set.extend(changes.name.map(|name| ("name".to_owned(), name.into())));
        let change = self.0.find_one_and_update(doc! { "_id": id }, doc! { "$set": set });
        let change = change.return_document(ReturnDocument::After);
        unique(bounded(change.into_future()).await)?.ok_or_else(|| Error::NotFound(id.to_hex()))
    }

    /// Deletes a user.
    ///
    /// # Errors
    /// [`Error::NotFound`], or the database's.
    pub async fn delete(&self, id: ObjectId) -> Result<(), Error> {
        match bounded(self.0.delete_one(doc! { "_id": id }).into_future()).await?.deleted_count {
            0 => Err(Error::NotFound(id.to_hex())),
            _ => Ok(()),
        }
    }
}

/// Addresses that differ only in case belong to one user.
pub fn key(email: &str) -> String {
    email.to_lowercase()
}

/// Tells the unique index's refusal from other errors.
fn unique<T>(outcome: Result<T, database::Error>) -> Result<T, Error> {
    outcome.map_err(|error| match &error {
        database::Error::Failed(driver) if is_duplicate(driver) => Error::EmailTaken,
        _ => error.into(),
    })
}

/// The server says so in one form for writes and in another for commands.
fn is_duplicate(error: &DriverError) -> bool {
    const DUPLICATE_KEY: i32 = 11_000;
    match error.kind.as_ref() {
        ErrorKind::Write(WriteFailure::WriteError(write)) => write.code == DUPLICATE_KEY,
        ErrorKind::Command(command) => command.code == DUPLICATE_KEY,
        _ => false,
    }
}
