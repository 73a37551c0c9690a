//! What a process has used, from `/proc`. Where there is no such thing, on
//! anything but Linux, there are no figures.

use std::fs;

/// Processor time and memory of a process.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cpu {
    /// Of the whole process, in the kernel's ticks of 10 ms.
    sure: f64,
    /// Of the threads that live, in nanoseconds.
    fine: f64,
}

impl Cpu {
    /// What a process has used until now.
    pub fn of(process: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        let ticks = parse_stat(&stat)?.ticks as f64;
        let sure = ticks / rustix::param::clock_ticks_per_second() as f64;
        let threads = fs::read_dir(format!("/proc/{process}/task")).ok()?.flatten();
        let nanos = threads.filter_map(|thread| {
            let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
            text.split(' ').next()?.parse::<f64>().ok()
        });
        Some(Self { sure, fine: nanos.sum::<f64>() / 1e9 })
    }

    /// Seconds of processor time since an earlier moment: the fine figure
    /// unless it lacks threads that have ended.
    pub fn since(self, earlier: Self) -> f64 {
        let (sure, fine) = (self.sure - earlier.sure, self.fine - earlier.fine);
        if (fine - sure).abs() <= 0.03 { fine } else { sure }
    }
}

/// Memory of a process, in megabytes (10^6 bytes) that are in use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Memory {
    /// Now.
    pub resident: f64,
    /// The most there ever was.
    pub peak: f64,
}

impl Memory {
    /// That of a process.
    pub fn of(process: u32) -> Option<Self> {
        parse_status(&fs::read_to_string(format!("/proc/{process}/status")).ok()?)
    }
}

/// The process that runs under a guard: of the guard's children the one that
/// holds the most memory, the other being a shell that waits.
pub fn guarded(guard: u32) -> Option<u32> {
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

/// `pid (name) state parent … utime stime …`; the name may contain anything.
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
    fn times_and_parent_are_read_whatever_the_name() {
        let text = "42 (a) b (c) S 7 42 42 0 -1 4194304 100 0 0 0 150 50 0 0 20 0 9 0 1 1 1";
        let stat = parse_stat(text).unwrap();
        assert_eq!((stat.parent, stat.ticks), (7, 200));
        assert!(parse_stat("nonsense").is_none());
    }

    #[test]
    fn memory_is_read_in_megabytes() {
        let text = "Name:\tx\nVmPeak:\t 9 kB\nVmHWM:\t   2000 kB\nVmRSS:\t   1000 kB\n";
        assert_eq!(parse_status(text), Some(Memory { resident: 1.024, peak: 2.048 }));
        assert_eq!(parse_status("Name:\tx\n"), None);
    }

    #[test]
    fn the_fine_figure_counts_unless_threads_have_ended() {
        let start = Cpu { sure: 1.0, fine: 1.0 };
        assert!((Cpu { sure: 1.01, fine: 1.012 }.since(start) - 0.012).abs() < 1e-9);
        assert!((Cpu { sure: 2.0, fine: 1.5 }.since(start) - 1.0).abs() < 1e-9);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_uses_time_and_memory() {
        let process = std::process::id();
        let before = Cpu::of(process).unwrap();
        let mut sum = 0_u64;
        while Cpu::of(process).unwrap().since(before) <= 0.0 {
            sum = sum.wrapping_add(std::hint::black_box(1));
        }
        let memory = Memory::of(process).unwrap();
        assert!(memory.resident > 0.5 && memory.peak >= memory.resident, "{memory:?}");
    }
}
