//! Whether requests need credentials.
//!
//! Each service has its own copy: they share an API, not code.

use super::service_key::ServiceKey;

/// Who is served.
#[derive(Debug, Clone)]
pub enum AuthMode {
    /// Everyone.
    Off,
    /// Callers that may make the request. The services recognize each other by the key.
    Required(ServiceKey),
}

impl AuthMode {
    /// `None` if the key is missing, which `service_key` has reported.
    pub fn new(is_required: bool, key: Option<&ServiceKey>) -> Option<Self> {
        if is_required { key.cloned().map(Self::Required) } else { Some(Self::Off) }
    }
}
