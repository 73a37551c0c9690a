//! MongoDB in a container, on a Docker that runs already.
//!
//! Data is kept in a volume of Docker: files in a folder of this machine would belong to another
//! user, and some file systems that Docker Desktop shares do not suit a database.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::home::on_path;
use crate::output::status;

/// The image of docker-compose.yml and of Kubernetes.
pub const IMAGE: &str = "mongo:8.0.15";

/// The client of a running Docker that has the image or can pull it.
pub fn find() -> Option<PathBuf> {
    let docker = on_path("docker")?;
    let succeeds = |arguments: &[&str]| {
        let mut command = Command::new(&docker);
        command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    if !succeeds(&["info"]) {
        return None;
    }
    if succeeds(&["image", "inspect", IMAGE]) {
        return Some(docker);
    }
    status(format!("Docker is running; pulling {IMAGE}, once"));
    let pulled = Command::new(&docker).args(["pull", IMAGE]).status();
    if pulled.is_ok_and(|status| status.success()) {
        return Some(docker);
    }
    status(format!("{IMAGE} cannot be pulled; looking for another database"));
    None
}

/// The command that serves on a port of this machine until SIGTERM, which the client passes on, and
/// then removes the container. Without a volume, the data is removed with it.
pub fn command(docker: &Path, port: u16, volume: Option<&str>) -> Command {
    let mut command = Command::new(docker);
    command.args(["run", "--rm", "--publish", &format!("127.0.0.1:{port}:27017")]);
    if let Some(volume) = volume {
        command.args(["--volume", &format!("{volume}:/data/db")]);
    }
    command.arg(IMAGE);
    command
}

/// A volume for the data of a folder: its path, in the characters that names of volumes may have.
pub fn volume(data: &Path) -> String {
    let path = data.to_string_lossy();
    let allowed = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
    format!("mongodb{}", path.chars().map(allowed).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn container_listens_on_this_machine_only() {
        let volume = volume("/home/ada/shop 1/.dev/data".as_ref());
        assert_eq!(volume, "mongodb-home-ada-shop-1-.dev-data");
        let command = command("docker".as_ref(), 27018, Some(&volume));
        let arguments: Vec<_> = command.get_args().map(|a| a.to_string_lossy()).collect();
        let publish = ["run", "--rm", "--publish", "127.0.0.1:27018:27017"];
        let data = ["--volume", "mongodb-home-ada-shop-1-.dev-data:/data/db", IMAGE];
        assert_eq!(arguments, [&publish[..], &data].concat());
    }
}
