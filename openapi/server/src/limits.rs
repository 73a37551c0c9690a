//! The bounds of a server in one place, each with its reason.

/// Violations reported at most; the first few are all that a person reads.
pub(crate) const MAX_REPORTED: usize = 100;

/// Bytes of pointers and messages after which no more violations are reported,
/// so that the answer to 64 KiB of nonsense is shorter than that.
pub(crate) const MAX_REPORTED_BYTES: usize = 16 * 1024;

/// Characters of a client's name (of a property or a query parameter) that an
/// answer repeats: more than any name of a spec has.
pub(crate) const MAX_NAME_CHARS: usize = 100;

/// Characters of a JSON pointer in an answer: a path of a few long names.
pub(crate) const MAX_POINTER_CHARS: usize = 300;

/// Characters of what a violation says; only a long `enum` or `pattern` has more.
pub(crate) const MAX_MESSAGE_CHARS: usize = 500;
