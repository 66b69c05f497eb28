//! Cursor on Target over TCP or TLS. The protocol acknowledges nothing: *sent* says that the system took the bytes.

use super::tls;
use crate::address;
use crate::cot;
use crate::dispatch::{Parcel, Receipt, Undelivered};
use crate::limits::{REFUSAL_MS_MAX, SEND_MS_MAX};
use crate::routing::{Cot, CotTls};
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};
use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpStream, ToSocketAddrs as _};
use std::path::Path;
use std::time::Duration;

pub(super) fn send(server: &Cot, parcel: &Parcel<'_>, folder: &Path) -> Result<Receipt, Undelivered> {
    let event = cot::write(parcel.message, &parcel.recipient.languages)
        .ok_or_else(|| Undelivered::never("the message has no place"))?;
    let failed = |e: io::Error| Undelivered::again(format!("{}:{}: {e}", server.host, server.port));
    let mut socket = connect(server).map_err(failed)?;
    match &server.tls {
        None => socket.write_all(event.as_bytes()).and_then(|()| socket.flush()).map_err(failed)?,
        Some(how) => {
            let client = client(how, server, folder).map_err(Undelivered::again)?;
            let mut stream = StreamOwned::new(client, socket.try_clone().map_err(failed)?);
            stream.write_all(event.as_bytes()).map_err(failed)?;
            stream.conn.send_close_notify();
            stream.flush().map_err(failed)?;
            socket.shutdown(Shutdown::Write).map_err(failed)?;
            refused(&mut stream).map_err(failed)?;
        }
    }
    let _ = socket.shutdown(Shutdown::Write);
    Ok(Receipt("handed to the network; the protocol acknowledges nothing".to_owned()))
}

/// Whether the server refuses the session: of TLS 1.3 it says so only after we have written. One that says nothing for
/// a while has nothing against it.
fn refused(stream: &mut StreamOwned<ClientConnection, TcpStream>) -> io::Result<()> {
    stream.sock.set_read_timeout(Some(Duration::from_millis(REFUSAL_MS_MAX)))?;
    match stream.read(&mut [0; 64]) {
        Err(e) if matches!(e.kind(), io::ErrorKind::InvalidData | io::ErrorKind::ConnectionReset) => Err(e),
        _ => Ok(()),
    }
}

fn connect(server: &Cot) -> io::Result<TcpStream> {
    let wait = Duration::from_millis(SEND_MS_MAX);
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name leads to no address");
    for at in (server.host.as_str(), server.port).to_socket_addrs()? {
        if let Some(why) = address::always_refused(at.ip()) {
            last = io::Error::new(io::ErrorKind::PermissionDenied, format!("{} is {why}", at.ip()));
            continue;
        }
        match TcpStream::connect_timeout(&at, wait) {
            Ok(socket) => {
                socket.set_write_timeout(Some(wait))?;
                socket.set_read_timeout(Some(wait))?;
                return Ok(socket);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn client(how: &CotTls, server: &Cot, folder: &Path) -> Result<ClientConnection, String> {
    let ca = how.ca.as_ref().map(|p| folder.join(p));
    let identity = how.identity.as_ref().map(|(cert, key)| (folder.join(cert), folder.join(key)));
    let config = tls::client(ca.as_deref(), identity)?;
    let name = ServerName::try_from(server.host.clone()).map_err(|e| e.to_string())?;
    ClientConnection::new(config, name).map_err(|e| e.to_string())
}
