//! Tests of `src/phone`: the reader against the torture messages of the RFCs, our own traps and mutations; the phone
//! over real sockets with a desk that does as it is told.

mod calls;
mod corpus;
mod desk;
mod mutations;
mod streams;
mod traps;

use deskbell::phone::reader::{Framing, Message, read};

/// Reads a datagram; where it is read, checks that printing and reading it again gives the same.
fn read_twice(octets: &[u8]) -> Result<Message, Option<u16>> {
    let message = read(octets, Framing::Datagram).map_err(|refusal| refusal.code)?;
    let printed = message.print();
    match read(&printed, Framing::Datagram) {
        Ok(again) => assert_eq!(again, message, "{}", String::from_utf8_lossy(octets)),
        // A compact name printed in full may be the letters too much for a line that was at its limit.
        Err(refusal) => assert_eq!(refusal.why, "line too long", "{}", String::from_utf8_lossy(&printed)),
    }
    Ok(message)
}
