//! Which transaction a request belongs to (RFC 3261 section 17.2.3).

use crate::phone::reader::Message;

/// Names a server transaction.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key(Box<str>);

impl Key {
    /// The transaction that a request belongs to, were its method `method`: ACK belongs to its INVITE, and CANCEL aims
    /// at one.
    ///
    /// By branch and sent-by when the branch has the cookie of RFC 3261; else, for stacks of RFC 2543 and a bare cookie,
    /// by Request-URI, From-tag, Call-ID, `CSeq` and topmost Via. The To-tag is left out there for INVITE, ACK and CANCEL,
    /// since an ACK carries ours and the INVITE none. Control characters can't occur in any part, so a line end is safe
    /// between them.
    pub fn of(request: &Message, method: &str) -> Self {
        let method = if method == "ACK" { "INVITE" } else { method };
        let Some(top) = request.via.first() else { return Self(method.into()) };
        let sent_by =
            format!("{}:{}", top.host.to_ascii_lowercase(), top.port.unwrap_or(super::super::path::DEFAULT_PORT));
        if let Some(branch) = top.branch() {
            return Self(format!("{branch}\n{sent_by}\n{method}").into());
        }
        let to_tag = request.to.tag().filter(|_| method != "INVITE").unwrap_or_default();
        let from_tag = request.from.tag().unwrap_or_default();
        let uri = request.request().map(|(_, uri)| uri.to_string()).unwrap_or_default();
        let (call_id, cseq, branch) = (&request.call_id, request.cseq, top.params.get("branch").unwrap_or_default());
        Self(format!("\n{uri}\n{to_tag}\n{from_tag}\n{call_id}\n{cseq}\n{sent_by}\n{branch}\n{method}").into())
    }
}
