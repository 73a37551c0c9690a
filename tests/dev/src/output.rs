/// Prints a progress message to standard error, so that tables on standard output can be piped.
pub fn status(message: impl std::fmt::Display) {
    eprintln!("==> {message}");
}
