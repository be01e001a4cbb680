//! The connection below the library: TLS comes under it in place, and replies are bounded and made readable on their way up.
//!
//! The library reads a line to its end however long it is, parses a reply anew with each of its lines, and fails at what
//! servers do: lines of more than 1,000 octets, octets that are not UTF-8, a lone LF, a code without text (RFC 5321 section
//! 4.2 allows it), a second digit above 5. Behind the final dot such a failure would make a duplicate. So it gets each line
//! by itself, as it likes it. And it never has more than one: what came too early is still here and can be found.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::Server;
use super::trouble::{Step, Trouble};
use crate::mail::tls;

/// Octets that a reply may have.
const REPLY_BYTES_MAX: usize = 64 << 10;
/// Lines that a reply may have.
const REPLY_LINES_MAX: usize = 200;
/// Octets of a line that are kept; more is nothing for people, and the library takes 1,000 at most.
const LINE_BYTES_MAX: usize = 900;

/// A connection, in the hands of the library and of the opening.
#[derive(Clone)]
pub(super) struct Line(Arc<Mutex<Wire>>);

struct Wire {
    peer: SocketAddr,
    /// One of the two; neither while TLS begins.
    plain: Option<TcpStream>,
    tls: Option<Box<TlsStream<TcpStream>>>,
    /// What was received and not looked at.
    received: BytesMut,
    /// The rest of the line that the library is reading.
    readable: Bytes,
    /// Lines and octets since something was last written.
    reply: (usize, usize),
}

/// A stream of either kind.
trait Duplex: AsyncRead + AsyncWrite + Unpin {}
impl Duplex for TcpStream {}
impl Duplex for TlsStream<TcpStream> {}

impl Line {
    /// On a fresh connection, which is plain.
    pub(super) fn new(plain: TcpStream, peer: SocketAddr) -> Self {
        let (received, readable) = (BytesMut::new(), Bytes::new());
        Self(Arc::new(Mutex::new(Wire { peer, plain: Some(plain), tls: None, received, readable, reply: (0, 0) })))
    }

    /// Begins TLS, and tells the certificate. What came before it could be anybody's (CVE-2011-0411 and its kind): who says
    /// more than the reply that was asked for is not spoken with.
    pub(super) async fn encrypt(&self, server: &Server) -> Result<String, Trouble> {
        let (plain, is_injected) = {
            let mut wire = self.wire();
            (wire.plain.take(), !wire.received.is_empty() || !wire.readable.is_empty())
        };
        if is_injected {
            return Err(tls::Error::Injected { host: server.host.clone() }.into());
        }
        let plain = plain.ok_or(Trouble::Lost(Step::Encrypt))?;
        let (stream, shown) = server.trust.secure(plain, &server.host, server.pin).await?;
        self.wire().tls = Some(Box::new(stream));
        Ok(shown.pin.to_string())
    }

    fn wire(&self) -> MutexGuard<'_, Wire> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wire {
    fn stream(&mut self) -> io::Result<Pin<&mut dyn Duplex>> {
        match (&mut self.tls, &mut self.plain) {
            (Some(tls), _) => Ok(Pin::new(tls.as_mut())),
            (None, Some(plain)) => Ok(Pin::new(plain)),
            (None, None) => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// Makes the next line readable, if it is here.
    fn next_line(&mut self) -> io::Result<bool> {
        let end = memchr::memchr(b'\n', &self.received);
        let line = end.map(|end| self.received.split_to(end + 1));
        let (lines, octets) = &mut self.reply;
        *lines += usize::from(line.is_some());
        *octets += line.as_ref().map_or(0, |line| line.len());
        if *lines > REPLY_LINES_MAX || *octets + self.received.len() > REPLY_BYTES_MAX {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a reply without end"));
        }
        if let Some(line) = &line {
            self.readable = readable(line).into();
        }
        Ok(line.is_some())
    }
}

/// A line as the library reads it. A code with a strange second digit goes by its first one (RFC 5321 section 4.2), and
/// stays to be seen in the text.
fn readable(line: &[u8]) -> String {
    let line = line.trim_ascii_end();
    let line = String::from_utf8_lossy(line.get(..LINE_BYTES_MAX).unwrap_or(line)).replace('\u{FFFD}', "?");
    match line.as_bytes() {
        [_, _, _] => format!("{line} \r\n"),
        [class, b'6'..=b'9', _, more @ (b'-' | b' '), ..] => {
            let (class, more) = (char::from(*class), char::from(*more));
            format!("{class}50{more}{}\r\n", line.replacen(more, " ", 1))
        }
        _ => format!("{line}\r\n"),
    }
}

impl AsyncRead for Line {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut wire = self.wire();
        while wire.readable.is_empty() && !wire.next_line()? {
            let mut octets = [0; 4096];
            let mut piece = ReadBuf::new(&mut octets);
            ready!(wire.stream()?.poll_read(cx, &mut piece))?;
            if piece.filled().is_empty() {
                return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
            }
            wire.received.extend_from_slice(piece.filled());
        }
        let length = wire.readable.len().min(buffer.remaining());
        buffer.put_slice(&wire.readable.split_to(length));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Line {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        let mut wire = self.wire();
        wire.reply = (0, 0);
        wire.stream()?.poll_write(cx, octets)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.wire().stream()?.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.wire().stream()?.poll_shutdown(cx)
    }
}

impl AsyncTokioStream for Line {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.wire().peer)
    }
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use lettre::transport::smtp::response::Response;

    use super::readable;

    #[test]
    fn the_library_reads_what_servers_write() {
        let long = [b"550 ".as_slice(), &[b'x'; 5_000]].concat();
        for (line, code, text) in [
            (&b"250 OK\r\n"[..], 250, "OK"),
            (b"250 OK\n", 250, "OK"),
            (b"354\r\n", 354, ""),
            (b"571 5.7.1 blocked\r\n", 550, "571 5.7.1 blocked"),
            (b"490 later\r\n", 450, "490 later"),
            (b"550 Empf\xe4nger\r\n", 550, "Empf?nger"),
            ("550 Empfänger\r\n".as_bytes(), 550, "Empfänger"),
            (&long, 550, &"x".repeat(896)),
        ] {
            let reply: Response = readable(line).parse().unwrap();
            assert_eq!((reply.code().into(), reply.first_line()), (code, Some(text)));
        }
        assert_eq!(readable(b"571-a\r\n"), "550-571 a\r\n");
        for bad in ["", "25", "250OK", "150 x", "600 x", "680 x", "+50 x", "HTTP/1.1 400", "* OK IMAP4rev1"] {
            assert!(readable(bad.as_bytes()).parse::<Response>().is_err(), "{bad:?}");
        }
    }
}
