//! A description of the machine.

use std::fs;
use std::thread::available_parallelism;

/// Cores, processor and operating system.
pub fn describe() -> String {
    let cores = available_parallelism().map_or(0, std::num::NonZero::get);
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processor(&info).unwrap_or(std::env::consts::ARCH);
    format!("{cores} cores, {model}, {}", std::env::consts::OS)
}

/// The name of the processor in `/proc/cpuinfo`.
fn processor(info: &str) -> Option<&str> {
    let (_, name) = info.lines().find(|line| line.starts_with("model name"))?.split_once(':')?;
    Some(name.trim()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::processor;

    #[test]
    fn processor_is_named_if_known() {
        assert_eq!(processor("cpu\t: 0\nmodel name\t: Fast One\n"), Some("Fast One"));
        assert_eq!(processor("model name\t:\n"), None);
        assert_eq!(processor(""), None);
    }
}
