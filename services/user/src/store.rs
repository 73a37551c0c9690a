//! The collection of users.

use mongodb::bson::{DateTime, doc};
use mongodb::options::IndexOptions;
use mongodb::{Database, IndexModel};
use tokio::sync::Semaphore;

use crate::api;
use crate::auth::Role;
use crate::cursor::Cursor;
use crate::database::{self, RawCollection, WriteInfo};
use crate::error::Error;
use crate::id::Id;
use crate::limits::MAX_DOCUMENTS_IN_FLIGHT;
use crate::page::{self, Page};
use crate::throttle;
use crate::user::{ListedUser, User, UserDetails, UserPatch, normalize_email};

/// Used if the connection string does not name a database.
pub const DEFAULT_DATABASE: &str = "userdb";

const COLLECTION: &str = "users";

pub async fn ensure_indexes(database: Database) -> Result<(), database::Error> {
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
    /// Expects a database whose indexes exist.
    pub fn new(database: &Database) -> Self {
        let in_flight = Semaphore::new(MAX_DOCUMENTS_IN_FLIGHT);
        Self { users: RawCollection::new(database, COLLECTION), in_flight }
    }

    pub async fn insert(&self, details: UserDetails, role: Role) -> Result<User, Error> {
        let id = Id::generate();
        let user = User { id, details, role, created_at: DateTime::now().to_system_time() };
        database::insert(&self.users, write(id, "registered"), user.to_document())
            .await
            .map_err(map_duplicate)?;
        Ok(user)
    }

    pub async fn find(&self, id: Id) -> Result<User, Error> {
        let filter = doc! { "_id": id.object_id() };
        let found = database::find_one(&self.users, filter, doc! {}, User::parse).await?;
        found.ok_or(Error::NotFound(id))
    }

    pub async fn find_by_email(&self, email: &str) -> Result<Option<User>, Error> {
        let filter = doc! { "emailKey": normalize_email(email) };
        Ok(database::find_one(&self.users, filter, doc! {}, User::parse).await?)
    }

    /// Lists users by their e-mail addresses.
    pub async fn list(&self, limit: u32, after: Option<Cursor>) -> Result<Page<api::User>, Error> {
        let _permit = database::acquire(&self.in_flight, page::batch_size(limit)).await?;
        let projection = ListedUser::projection();
        Ok(page::read_page::<ListedUser>(&self.users, doc! {}, projection, limit, after).await?)
    }

    /// Returns the updated user.
    pub async fn update(&self, id: Id, patch: UserPatch) -> Result<User, Error> {
        let filter = doc! { "_id": id.object_id() };
        let update = patch.into_update();
        database::update(&self.users, write(id, "changed"), filter, update, doc! {}, User::parse)
            .await
            .map_err(map_duplicate)?
            .ok_or(Error::NotFound(id))
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
