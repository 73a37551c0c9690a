//! The first administrator, from the configuration: only an administrator makes others.
//!
//! It is made once. Afterwards the configuration has no effect: the account belongs to its owner,
//! who may change its address and password, or delete it.

use mongodb::Database;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, RawDocumentBuf, doc, rawdoc};
use secrecy::SecretString;

use crate::auth::Role;
use crate::database::{self, RawCollection, WriteInfo};
use crate::document::{Fields, InvalidDocument};
use crate::error::Error;
use crate::id::Id;
use crate::password::{Passwords, Purpose};
use crate::store::Store;
use crate::user::{NewAccount, normalize_email};

/// The name of the user, which the owner can change.
const NAME: &str = "Administrator";

/// Holds one document once the administrator was made, whatever became of the account.
const COLLECTION: &str = "firstAdmin";

#[derive(Clone)]
pub struct FirstAdmin {
    pub email: String,
    pub password: SecretString,
}

/// Makes the administrator unless that was done before. Replicas may do so simultaneously: the
/// address is unique.
pub async fn ensure(database: &Database, admin: FirstAdmin) -> Result<(), Error> {
    let store = Store::new(database);
    let markers = RawCollection::new(database, COLLECTION);
    if is_marked(&markers).await? {
        return Ok(());
    }
    let FirstAdmin { email, password } = admin;
    if let Some(user) = store.find_by_email(&email).await? {
        if user.role != Role::Admin {
            tracing::warn!(user = %user.id, "ADMIN_EMAIL belongs to a customer; nothing was changed");
            return Ok(());
        }
        return mark(&markers, user.id).await;
    }
    let passwords = Passwords::default();
    let attempt = passwords.admit(Purpose::Registration, &normalize_email(&email))?;
    let password_hash = attempt.hash(password).await?;
    let new = NewAccount { email, password_hash, name: NAME.to_owned() };
    match store.insert(new, Role::Admin).await {
        Ok(user) => {
            tracing::info!(user = %user.id, "first administrator created");
            mark(&markers, user.id.try_into()?).await
        }
        // By another replica, which marks it.
        Err(Error::EmailTaken) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The id of the only document.
fn marker() -> Id {
    ObjectId::from_bytes([0; 12]).into()
}

async fn is_marked(markers: &RawCollection) -> Result<bool, Error> {
    let parse = |fields: &mut Fields<'_>| -> Result<Id, InvalidDocument> { fields.id("user") };
    let filter = doc! { "_id": marker().object_id() };
    Ok(database::find_one(markers, filter, doc! {}, parse).await?.is_some())
}

async fn mark(markers: &RawCollection, user: Id) -> Result<(), Error> {
    let write = WriteInfo { resource: "user", effect: "registered", id: user };
    let filter = doc! { "_id": marker().object_id() };
    let document: RawDocumentBuf = rawdoc! {
        "_id": marker().object_id(),
        "user": user.object_id(),
        "createdAt": DateTime::now(),
    };
    Ok(database::insert_or_replace(markers, write, filter, document).await?)
}
