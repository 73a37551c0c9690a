//! The fields of a path item that are operations.

pub(super) const METHODS: [&str; 7] = ["get", "put", "post", "delete", "patch", "head", "options"];
