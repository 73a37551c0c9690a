//! The collection of users.

use mongodb::bson::{DateTime, doc};
use mongodb::options::IndexOptions;
use mongodb::{Database, IndexModel};
use tokio::sync::Semaphore;

use crate::api;
use crate::auth::Role;
use crate::cursor::Cursor;
use crate::database::{self, CollectionSchema, RawCollection, WriteInfo};
use crate::document::is_known_version;
use crate::error::Error;
use crate::id::Id;
use crate::limits::MAX_DOCUMENTS_IN_FLIGHT;
use crate::page::{self, Page};
use crate::throttle;
use crate::user::{
    self, Account, NewAccount, SCHEMA_VERSION, UserPatch, json_schema, normalize_email,
    to_document, without_password,
};

/// Used if the connection string does not name a database.
pub const DEFAULT_DATABASE: &str = "userdb";

const COLLECTION: &str = "users";

/// Creates what the service expects of its database: validators and indexes.
pub async fn ensure_schema(database: Database) -> Result<(), database::Error> {
    let schema = CollectionSchema {
        collection: COLLECTION,
        version: SCHEMA_VERSION,
        json_schema: json_schema(),
    };
    database::ensure_validator(&database, &schema).await?;
    // It serves the list of users as well.
    let unique = IndexOptions::builder().unique(true).build();
    let email = IndexModel::builder().keys(doc! { "emailKey": 1 }).options(unique).build();
    database::create_index(&RawCollection::new(&database, COLLECTION), email).await?;
    throttle::ensure_indexes(&database).await
}

pub struct Store {
    users: RawCollection,
    /// The documents that pages may hold in memory simultaneously.
    in_flight: Semaphore,
}

impl Store {
    /// Expects a database with the indexes of [`ensure_schema`].
    pub fn new(database: &Database) -> Self {
        let in_flight = Semaphore::new(MAX_DOCUMENTS_IN_FLIGHT);
        Self { users: RawCollection::new(database, COLLECTION), in_flight }
    }

    pub async fn insert(&self, new: NewAccount, role: Role) -> Result<api::User, Error> {
        let id = Id::generate();
        let document = to_document(id, DateTime::now(), role, new);
        let user = database::parse_document(&self.users, &document, user::parse)?;
        let inserted = database::insert(&self.users, write(id, "registered"), document);
        inserted.await.map_err(map_duplicate)?;
        Ok(user)
    }

    pub async fn find(&self, id: Id) -> Result<api::User, Error> {
        let filter = doc! { "_id": id.object_id() };
        let found = database::find_one(&self.users, filter, without_password(), user::parse);
        found.await?.ok_or(Error::NotFound(id))
    }

    pub async fn find_by_email(&self, email: &str) -> Result<Option<Account>, Error> {
        let filter = doc! { "emailKey": normalize_email(email) };
        Ok(database::find_one(&self.users, filter, doc! {}, Account::parse).await?)
    }

    /// Lists users by their e-mail addresses.
    pub async fn list(&self, limit: u32, after: Option<Cursor>) -> Result<Page<api::User>, Error> {
        let _permit = database::acquire(&self.in_flight, page::batch_size(limit)).await?;
        Ok(page::read_page(&self.users, doc! {}, without_password(), limit, after).await?)
    }

    /// Returns the updated user.
    pub async fn update(&self, id: Id, patch: UserPatch) -> Result<api::User, Error> {
        let mut filter = doc! { "_id": id.object_id() };
        filter.extend(is_known_version(SCHEMA_VERSION));
        let (write, update) = (write(id, "changed"), patch.into_update());
        let projection = without_password();
        let updated = database::update(&self.users, write, filter, update, projection, user::parse);
        if let Some(user) = updated.await.map_err(map_duplicate)? {
            return Ok(user);
        }
        // It does not exist, or cannot be read.
        self.find(id).await?;
        Err(Error::NotFound(id))
    }

    pub async fn delete(&self, id: Id) -> Result<(), Error> {
        let existed = database::delete(&self.users, write(id, "deleted")).await?;
        if existed { Ok(()) } else { Err(Error::NotFound(id)) }
    }
}

fn write(id: Id, effect: &'static str) -> WriteInfo {
    WriteInfo { resource: "user", effect, id }
}

/// Recognises the error of the unique index.
fn map_duplicate(error: database::Error) -> Error {
    if error.is_duplicate_key() { Error::EmailTaken } else { error.into() }
}
