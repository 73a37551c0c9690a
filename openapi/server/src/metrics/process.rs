//! The metrics of the process, under the names of Prometheus' own clients. They are read from
//! `/proc` and missing on systems without it.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use rustix::param::{clock_ticks_per_second, page_size};
use rustix::process::{Resource, getrlimit};

use super::Metrics;

pub(super) fn register(metrics: &Metrics) {
    let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let help = "Start time of the process since the Unix epoch, in seconds";
    metrics.register_gauge("process_start_time_seconds", help, move || started);
    if Stat::read().is_none() {
        return;
    }
    let read = |value: fn(&Stat) -> f64| move || Stat::read().map_or(f64::NAN, |stat| value(&stat));
    let help = "User and system CPU time spent, in seconds";
    metrics.register_counter("process_cpu_seconds", help, read(|stat| stat.cpu_seconds));
    let help = "Resident memory size, in bytes";
    metrics.register_gauge("process_resident_memory_bytes", help, read(|stat| stat.resident_bytes));
    let help = "Virtual memory size, in bytes";
    metrics.register_gauge("process_virtual_memory_bytes", help, read(|stat| stat.virtual_bytes));
    metrics.register_gauge("process_threads", "Threads of the process", read(|stat| stat.threads));
    let open_files =
        || fs::read_dir("/proc/self/fd").map_or(f64::NAN, |files| files.count() as f64);
    metrics.register_gauge("process_open_fds", "Open file descriptors", open_files);
    let limit = || getrlimit(Resource::Nofile).current.map_or(f64::INFINITY, |files| files as f64);
    metrics.register_gauge("process_max_fds", "Limit of open file descriptors", limit);
}

/// What `/proc/self/stat` says.
#[derive(Debug, PartialEq)]
struct Stat {
    cpu_seconds: f64,
    threads: f64,
    virtual_bytes: f64,
    resident_bytes: f64,
}

impl Stat {
    fn read() -> Option<Self> {
        let text = fs::read_to_string("/proc/self/stat").ok()?;
        Self::parse(&text, clock_ticks_per_second() as f64, page_size() as f64)
    }

    /// Parses the fields after the program's name, which may contain spaces and parentheses; see
    /// proc_pid_stat(5).
    fn parse(text: &str, ticks_per_second: f64, page_bytes: f64) -> Option<Self> {
        let (_, fields) = text.rsplit_once(')')?;
        let fields: Vec<&str> = fields.split_ascii_whitespace().collect();
        // The state, the first of these fields, has the number 3.
        let field = |number: usize| fields.get(number - 3)?.parse::<f64>().ok();
        Some(Self {
            cpu_seconds: (field(14)? + field(15)?) / ticks_per_second,
            threads: field(20)?,
            virtual_bytes: field(23)?,
            resident_bytes: field(24)? * page_bytes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Stat;

    #[test]
    fn parses_the_fields_behind_a_name_with_parentheses() {
        let text = "7 (a) (b) S 1 7 7 0 -1 4194560 900 0 1 0 150 50 0 0 20 0 5 0 100 8192 3 1 1 1";
        let expected =
            Stat { cpu_seconds: 2.0, threads: 5.0, virtual_bytes: 8192.0, resident_bytes: 12288.0 };
        assert_eq!(Stat::parse(text, 100.0, 4096.0), Some(expected));
        assert_eq!(Stat::parse("7 (a) S 1", 100.0, 4096.0), None);
    }
}
