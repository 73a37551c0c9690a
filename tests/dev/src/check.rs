//! Tasks that run other programs of the workspace: tests, benchmark and attacks.

use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use system::arguments::attack;
use system::cargo::cargo;
use system::database::{Database, Source, is_query_answered};
use system::services::build_with;
use system::{home, process, status};

use crate::up::describe;

/// How long the database may take to answer a query while the tests run. The slowest one takes up
/// to 20 seconds when many clients read large documents.
const DATABASE_PATIENCE: Duration = Duration::from_secs(180);

const WATCH_INTERVAL: Duration = Duration::from_secs(10);

/// Runs `cargo test` on a temporary database; without arguments, the attacks too, on another one.
pub fn test(arguments: &[String]) -> Result<()> {
    status("building everything");
    let mut build = cargo();
    build.args(["build", "--workspace", "--all-targets"]);
    process::run(build, "cargo build")?;
    let source = Source::find()?;
    status(format!("starting a database for the tests: {}", describe(&source)));
    let mut database = Database::start_temporary(&source)?;
    status("running cargo test --workspace");
    let mut test = cargo();
    test.args(["test", "--workspace", "--no-fail-fast"]).args(arguments);
    test.env("TEST_MONGO_URI", database.server());
    let watch = || check_answers(&database);
    let tests = process::run_watched(&test, "cargo test", WATCH_INTERVAL, watch);
    let outcome = database.check_running().and(tests);
    database.stop();
    // The attacks measure with /proc. They are left out if the user has chosen tests.
    if arguments.is_empty() && cfg!(target_os = "linux") {
        status("attacking the services");
        let mut attack = Command::new(home::programs().join("attack"));
        attack.arg("--short");
        return outcome.and(process::run(attack, "cargo dev attack --short"));
    }
    outcome
}

/// Fails if the database no longer answers queries. All tests that need it would fail, each after
/// its own timeout: together they would take more than an hour.
fn check_answers(database: &Database) -> Result<()> {
    let Some(port) = database.port() else { return Ok(()) };
    if is_query_answered(port, DATABASE_PATIENCE) {
        return Ok(());
    }
    bail!(
        "the database has not answered a query for {DATABASE_PATIENCE:?}, so the tests were \
         stopped; run them again, or use another database (README.md lists them)\n{}",
        database.last_output()
    )
}

/// Replaces this process by the benchmark, a release build, which must be fast to be accurate.
pub fn bench() -> Result<()> {
    status("building the benchmark and the services");
    build_with(Some("system-bench"), true)?;
    replace_by("bench", "release")
}

/// Replaces this process by the attacks. Their bounds on time hold for release builds; the short
/// form attacks debug builds.
pub fn attack(arguments: &attack::Arguments) -> Result<()> {
    let release = !arguments.short && !arguments.list;
    status("building the attacks and the services");
    build_with(Some("system-attack"), release)?;
    replace_by("attack", if release { "release" } else { "debug" })
}

/// Executes a program of the workspace with the arguments after the name of the task. It replaces
/// this process, so that Ctrl-C ends one program instead of two.
fn replace_by(name: &str, profile: &str) -> Result<()> {
    let program = home::programs().with_file_name(profile).join(name);
    let error = Command::new(program).args(std::env::args_os().skip(2)).exec();
    Err(anyhow!(error).context(format!("cannot start cargo dev {name}")))
}
