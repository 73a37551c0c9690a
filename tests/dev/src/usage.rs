//! Processor time and memory of processes, read from `/proc`; on Linux only.

use std::fs;

/// The processor time that a process has used so far, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CpuTime {
    /// All threads, in the kernel's ticks of 10 ms.
    ticks: f64,
    /// The threads that still run, to the nanosecond.
    live_threads: f64,
}

impl CpuTime {
    pub fn of(process: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        let ticks = parse_stat(&stat)?.ticks as f64;
        let ticks = ticks / rustix::param::clock_ticks_per_second() as f64;
        let threads = fs::read_dir(format!("/proc/{process}/task")).ok()?.flatten();
        let nanos = threads.filter_map(|thread| {
            let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
            text.split(' ').next()?.parse::<f64>().ok()
        });
        Some(Self { ticks, live_threads: nanos.sum::<f64>() / 1e9 })
    }

    /// Seconds of processor time since an earlier moment: the precise value, unless it lacks
    /// threads that have ended meanwhile.
    pub fn since(self, earlier: Self) -> f64 {
        let coarse = self.ticks - earlier.ticks;
        let precise = self.live_threads - earlier.live_threads;
        if (precise - coarse).abs() <= 0.03 { precise } else { coarse }
    }
}

/// The memory of a process, in megabytes (10^6 bytes).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Memory {
    /// The current resident memory.
    pub resident: f64,
    /// The peak of the resident memory.
    pub peak: f64,
}

impl Memory {
    pub fn of(process: u32) -> Option<Self> {
        parse_status(&fs::read_to_string(format!("/proc/{process}/status")).ok()?)
    }
}

/// The process that runs under a guard (see [`crate::process`]). A guard has two children; the
/// other one is a small shell.
pub fn guarded_process(guard: u32) -> Option<u32> {
    let processes = fs::read_dir("/proc").ok()?.flatten();
    let children = processes.filter_map(|entry| {
        let process = entry.file_name().to_str()?.parse::<u32>().ok()?;
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        (parse_stat(&stat)?.parent == guard).then_some(process)
    });
    children.max_by_key(|&process| Memory::of(process).map_or(0, |memory| memory.resident as u64))
}

struct Stat {
    parent: u32,
    ticks: u64,
}

/// Parses `pid (name) state parent … utime stime …`, where the name may contain any character.
fn parse_stat(text: &str) -> Option<Stat> {
    let (_, fields) = text.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some(Stat { parent: fields.get(1)?.parse().ok()?, ticks: ticks(11)? + ticks(12)? })
}

fn parse_status(text: &str) -> Option<Memory> {
    let megabytes = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        Some(line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok()? * 1024.0 / 1e6)
    };
    Some(Memory { resident: megabytes("VmRSS")?, peak: megabytes("VmHWM")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stat_is_parsed_whatever_the_name_of_the_process() {
        let text = "42 (a) b (c) S 7 42 42 0 -1 4194304 100 0 0 0 150 50 0 0 20 0 9 0 1 1 1";
        let stat = parse_stat(text).unwrap();
        assert_eq!((stat.parent, stat.ticks), (7, 200));
        assert!(parse_stat("nonsense").is_none());
    }

    #[test]
    fn memory_is_converted_to_megabytes() {
        let text = "Name:\tx\nVmPeak:\t 9 kB\nVmHWM:\t   2000 kB\nVmRSS:\t   1000 kB\n";
        assert_eq!(parse_status(text), Some(Memory { resident: 1.024, peak: 2.048 }));
        assert_eq!(parse_status("Name:\tx\n"), None);
    }

    #[test]
    fn precise_time_is_used_unless_threads_have_ended() {
        let cpu = |ticks, live_threads| CpuTime { ticks, live_threads };
        let start = cpu(1.0, 1.0);
        assert!((cpu(1.01, 1.012).since(start) - 0.012).abs() < 1e-9);
        assert!((cpu(2.0, 1.5).since(start) - 1.0).abs() < 1e-9);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn own_process_uses_time_and_memory() {
        let process = std::process::id();
        let before = CpuTime::of(process).unwrap();
        let mut sum = 0_u64;
        while CpuTime::of(process).unwrap().since(before) <= 0.0 {
            sum = sum.wrapping_add(std::hint::black_box(1));
        }
        let memory = Memory::of(process).unwrap();
        assert!(memory.resident > 0.5 && memory.peak >= memory.resident, "{memory:?}");
    }
}
