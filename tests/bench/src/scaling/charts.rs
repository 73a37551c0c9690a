//! The charts of the series.

use system::services::Service;

use super::memory::Sample;
use super::step::Step;
use crate::plot::{Chart, Line};

fn line(name: &str, steps: &[Step], value: impl Fn(&Step) -> Option<f64>) -> Line {
    Line::new(name, steps.iter().map(|step| (step.size as f64, value(step))))
}

pub fn orders(steps: &[Step]) -> Chart {
    Chart {
        title: "POST /orders by the number of items",
        x: "items of the order",
        y: "milliseconds",
        logarithmic_x: false,
        logarithmic_y: false,
        lines: vec![
            line("latency p50", steps, |step| step.p50_ms),
            line("latency p99", steps, |step| step.p99_ms),
            line("CPU of the three services", steps, |step| step.services_cpu_ms),
            line("CPU of the database", steps, |step| step.database_cpu_ms),
        ],
    }
}

pub fn lists(first: &[Step], deep: &[Step]) -> Chart {
    Chart {
        title: "GET /products?limit=20 by the size of the catalogue",
        x: "products in the catalogue",
        y: "milliseconds",
        logarithmic_x: true,
        logarithmic_y: true,
        lines: vec![
            line("latency p50, first page", first, |step| step.p50_ms),
            line("latency p50, page 1,000 or the last", deep, |step| step.p50_ms),
            line("CPU of the service, first page", first, |step| step.services_cpu_ms),
            line("CPU of the service, page 1,000", deep, |step| step.services_cpu_ms),
            line("CPU of the database, first page", first, |step| step.database_cpu_ms),
        ],
    }
}

pub fn throughput(reads: &[Step], writes: &[Step]) -> Chart {
    Chart {
        title: "Requests served in a second",
        x: "connections, each with one request at a time",
        y: "requests in a second",
        logarithmic_x: true,
        logarithmic_y: false,
        lines: vec![
            line("GET /products/{id}", reads, |step| Some(step.per_second)),
            line("POST /orders, 1 item", writes, |step| Some(step.per_second)),
        ],
    }
}

pub fn latency(reads: &[Step], writes: &[Step]) -> Chart {
    Chart {
        title: "Latency by the number of connections",
        x: "connections, each with one request at a time",
        y: "milliseconds",
        logarithmic_x: true,
        logarithmic_y: true,
        lines: vec![
            line("GET /products/{id}, p50", reads, |step| step.p50_ms),
            line("GET /products/{id}, p99", reads, |step| step.p99_ms),
            line("POST /orders, p50", writes, |step| step.p50_ms),
            line("POST /orders, p99", writes, |step| step.p99_ms),
        ],
    }
}

pub fn memory(samples: &[Sample]) -> Chart {
    let service = |service: Service| {
        let at = service as usize;
        let points = samples.iter().map(|sample| (sample.minutes, sample.megabytes[at]));
        Line::new(service.name(), points)
    };
    Chart {
        title: "Memory of the services under mixed load",
        x: "minutes",
        y: "resident memory, MB",
        logarithmic_x: false,
        logarithmic_y: false,
        lines: Service::ALL.map(service).into(),
    }
}
