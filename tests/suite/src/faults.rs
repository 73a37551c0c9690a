//! Crashes, races and clients that do not finish their requests.

mod clients;
mod concurrency;
mod recovery;
mod settling;
