//! Whether a server answers. An open port does not prove it: Docker accepts connections for a
//! server that is still starting, and a server whose threads are deadlocked accepts them, too.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// The command `{hello: 1, $db: "admin"}` in MongoDB's wire protocol (OP_MSG).
const HELLO: &[u8] = b"\x34\0\0\0\x01\0\0\0\0\0\0\0\xdd\x07\0\0\
    \0\0\0\0\0\
    \x1f\0\0\0\x10hello\0\x01\0\0\0\x02$db\0\x06\0\0\0admin\0\0";

/// The command `{find: "probe", $db: "admin"}`, which has to read from the storage.
const FIND: &[u8] = b"\x39\0\0\0\x01\0\0\0\0\0\0\0\xdd\x07\0\0\
    \0\0\0\0\0\
    \x24\0\0\0\x02find\0\x06\0\0\0probe\0\x02$db\0\x06\0\0\0admin\0\0";

/// The time that an answer to a `hello` may take; the question is repeated.
const HELLO_PATIENCE: Duration = Duration::from_secs(1);

/// Whether the server on a port of this machine answers a `hello`.
pub fn is_answered(port: u16) -> bool {
    answers(port, HELLO, HELLO_PATIENCE)
}

/// Whether the server on a port of this machine answers a query within `patience`.
pub fn is_query_answered(port: u16, patience: Duration) -> bool {
    answers(port, FIND, patience)
}

fn answers(port: u16, command: &[u8], patience: Duration) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let ask = |mut connection: TcpStream| {
        connection.set_read_timeout(Some(patience))?;
        connection.write_all(command)?;
        connection.read(&mut [0])
    };
    TcpStream::connect_timeout(&address, patience).and_then(ask).is_ok_and(|read| read > 0)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn lengths_in_the_messages_are_right() {
        for message in [HELLO, FIND] {
            let length = |at: usize| u32::from_le_bytes(message[at..at + 4].try_into().unwrap());
            assert_eq!(length(0) as usize, message.len());
            assert_eq!(length(21) as usize, message.len() - 21);
        }
    }

    #[test]
    fn only_a_server_that_answers_is_ready() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        // The connection waits in the listener's queue.
        assert!(!is_answered(port));
        std::thread::spawn(move || {
            for (number, connection) in listener.incoming().enumerate() {
                // The first is that of above, and the second is closed.
                if number >= 2 {
                    let mut connection = connection.unwrap();
                    connection.read_exact(&mut [0; HELLO.len()]).unwrap();
                    connection.write_all(b"hello").unwrap();
                }
            }
        });
        assert!(!is_answered(port));
        assert!(is_answered(port));
    }
}
