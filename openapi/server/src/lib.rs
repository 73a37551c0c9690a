//! What every generated server needs at run time.
