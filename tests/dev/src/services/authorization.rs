//! What services need to require authorization on this machine.

use std::fmt::Write;
use std::process::Command;

use anyhow::{Context, Result};

use super::Service;

/// The first administrator. The data of `cargo dev up` is kept, and an administrator is made once,
/// so that these do not change.
pub const ADMIN_EMAIL: &str = "admin@example.com";
pub const ADMIN_PASSWORD: &str = "development administrator";

/// The bytes of a service key.
const KEY_BYTES: usize = 32;

pub struct Authorization {
    service_key: String,
}

impl Authorization {
    pub fn new() -> Result<Self> {
        let mut bytes = [0; KEY_BYTES];
        getrandom::fill(&mut bytes).context("the operating system has no random bytes")?;
        let service_key = bytes.iter().fold(String::new(), |mut text, byte| {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        });
        Ok(Self { service_key })
    }

    /// Adds the variables of a service to the command that starts it.
    pub fn configure(&self, service: Service, command: &mut Command) {
        command.env("AUTH", "required").env("SERVICE_KEY", &self.service_key);
        if service == Service::User {
            command.env("ADMIN_EMAIL", ADMIN_EMAIL).env("ADMIN_PASSWORD", ADMIN_PASSWORD);
        }
    }
}
