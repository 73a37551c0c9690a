//! Users in MongoDB. No other code knows the form of its documents.

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, RawDocument, RawDocumentBuf, doc, rawdoc};
use mongodb::error::{Error as DriverError, ErrorKind, WriteFailure};
use mongodb::options::IndexOptions;
use mongodb::{Database, IndexModel};

use crate::database::{self, Documents, Write, read};
use crate::document::{self, Invalid};
use crate::error::Error;
use crate::limits::SERVER_TIMEOUT;

/// Used where the connection string names no database.
pub const DATABASE: &str = "userdb";

/// A user as stored, without what only the database needs: the address as it is
/// compared and the time of the last change.
#[derive(Debug, Clone)]
pub struct User {
    /// Given when the user registers.
    pub id: ObjectId,
    /// As it was given.
    pub email: String,
    /// An argon2id hash.
    pub password: String,
    /// As it was given.
    pub name: String,
    /// When the user registered.
    pub created_at: DateTime,
}

impl User {
    fn to_document(&self) -> RawDocumentBuf {
        rawdoc! {
            "_id": self.id,
            "email": self.email.as_str(),
            "emailKey": key(&self.email),
            "password": self.password.as_str(),
            "name": self.name.as_str(),
            "createdAt": self.created_at,
            "updatedAt": self.created_at,
        }
    }

    fn parse(document: &RawDocument) -> Result<Self, Invalid> {
        Ok(Self {
            id: document::object_id(document, "_id")?,
            email: document::string(document, "email")?.to_owned(),
            password: document::string(document, "password")?.to_owned(),
            name: document::string(document, "name")?.to_owned(),
            created_at: document::date(document, "createdAt")?,
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
pub async fn ensure_indexes(database: Database) -> Result<(), database::Error> {
    let unique = IndexOptions::builder().unique(true).build();
    let email = IndexModel::builder().keys(doc! { "emailKey": 1 }).options(unique).build();
    let users: Documents = database.collection(COLLECTION);
    read(users.create_index(email).max_time(SERVER_TIMEOUT)).await?;
    Ok(())
}

/// The users.
pub struct Store(Documents);

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
        let (id, created_at) = (ObjectId::new(), DateTime::now());
        let user = User { id, email, password, name, created_at };
        let inserted = database::insert(&self.0, may_be(id, "registered"), user.to_document());
        unique(inserted.await)?;
        Ok(user)
    }

    /// The user with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`], or the database's.
    pub async fn find(&self, id: ObjectId) -> Result<User, Error> {
        let found = database::find_one(&self.0, doc! { "_id": id }, User::parse);
        found.await?.ok_or_else(|| Error::NotFound(id.to_hex()))
    }

    /// The user with this address, in any case.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_by_email(&self, email: &str) -> Result<Option<User>, Error> {
        let filter = doc! { "emailKey": key(email) };
        Ok(database::find_one(&self.0, filter, User::parse).await?)
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
        let (filter, update) = (doc! { "_id": id }, doc! { "$set": set });
        let updated = database::update(&self.0, may_be(id, "changed"), filter, update, User::parse);
        unique(updated.await)?.ok_or_else(|| Error::NotFound(id.to_hex()))
    }

    /// Deletes a user.
    ///
    /// # Errors
    /// [`Error::NotFound`], or the database's.
    pub async fn delete(&self, id: ObjectId) -> Result<(), Error> {
        if database::delete(&self.0, may_be(id, "deleted")).await? {
            Ok(())
        } else {
            Err(Error::NotFound(id.to_hex()))
        }
    }
}

fn may_be(id: ObjectId, done: &'static str) -> Write {
    Write { resource: "user", done, id }
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
