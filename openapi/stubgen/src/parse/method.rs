//! The fields of a path item that are operations.

pub(super) const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "patch", "head", "options", "trace"];
