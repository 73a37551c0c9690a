//! The arguments of the benchmark and of the attacks. `cargo dev` knows them so that it can print
//! their help, and reject mistakes, before it builds anything.

pub mod attack;
pub mod bench;
