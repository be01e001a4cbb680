//! Logging in with an access token: XOAUTH2, as Microsoft and Google want it for IMAP and SMTP.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::config::Secret;

/// The one message of XOAUTH2, in base64. A server that refuses it sends a challenge with the reason, which is answered with an
/// empty line. User and token may have no control characters.
pub fn xoauth2(user: &str, token: &Secret) -> Secret {
    Secret::new(STANDARD.encode(format!("user={user}\x01auth=Bearer {}\x01\x01", token.reveal())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_as_in_the_handbooks() {
        let message = xoauth2("someuser@example.com", &Secret::new("vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg=="));
        // From Google's description of the protocol.
        assert_eq!(
            message.reveal(),
            "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB2RjlkZnQ0cW1UYzJOdmIzUmxja0JoZEhSaGRtbHpkR0V1WTI5dENnPT0BAQ=="
        );
    }
}
