//! The observer in a ring group: we let it ring, keep the call, and watch how it ends. We never answer.
//!
//! ```text
//! INVITE -> 100 at once -> the desk is asked -> it kept the call -> 180 (again every 60 s) -> CANCEL: 200 and 487
//!                                            -> it could not     -> 480, 503 ..           -> our limit: 480
//! ```
//!
//! No body, no 183, no reliable provisional, no 6xx: all of these would touch the ringing of the other phones. A CANCEL
//! that comes while the desk is still writing is answered at once; the desk hears of the end when its answer is in.

use std::cmp::Reverse;
use std::sync::Arc;
use std::time::Duration;

use super::{Exchange, Output, dialog_of};
use crate::base::text::clean_line;
use crate::phone::answering::Echo;
use crate::phone::call::{Answer, Ending, IncomingCall, Outcome, Trust};
use crate::phone::identity::{caller_of, dialled_of, diversion_of, key_of};
use crate::phone::path::{Source, Transport};
use crate::phone::reader::Message;
use crate::phone::reason::ending_of;
use crate::phone::transaction::{Key, Kind, PATIENCE_MS, TxId};

/// A proxy gives up a ringing branch after 3 minutes without a provisional answer; every minute one is repeated
/// (RFC 3261 section 13.3.1.1).
const RINGING_AGAIN_MS: u64 = 60_000;
/// For how long the desk may think. Longer is as bad as a database that is locked.
const DESK_LIMIT_MS: u64 = 8_000;
/// Cancelled INVITEs that are remembered though they never came.
const CANCELLED_MAX: usize = 4_096;

/// Where a call stands.
#[derive(Debug)]
enum Phase {
    /// The desk is asked. When the call ended meanwhile, this is how.
    Asking { ended: Option<Ending> },
    /// 180 was sent.
    Ringing { until: u64, again_at: u64 },
}

/// A call whose INVITE has no final answer, or that waits for the desk's answer.
#[derive(Debug)]
pub(super) struct OpenCall {
    call: Arc<IncomingCall>,
    echo: Echo,
    tag: String,
    contact: String,
    dialog: (String, String),
    cseq: u32,
    /// When the INVITE expires, by its own header.
    expires_at: Option<u64>,
    phase: Phase,
}

impl OpenCall {
    fn ringing(&self) -> bytes::Bytes {
        self.echo.response(180, Some(&self.tag), &[("Contact", &self.contact)])
    }

    fn last_word(&self, code: u16, extra: &[(&str, &str)]) -> bytes::Bytes {
        self.echo.response(code, Some(&self.tag), extra)
    }
}

impl Exchange {
    /// A new INVITE outside any dialog.
    pub(super) fn invite(&mut self, now: u64, source: &Source, invite: &Message, key: Key) {
        let dialog = dialog_of(invite);
        if let Some(other) = self.by_dialog.get(&dialog).and_then(|id| self.calls.get(id)) {
            // The same request over another path (482, RFC 3261 section 8.2.2.2), or a second one too early (14.2).
            return match other.cseq == invite.cseq {
                true => self.refuse(source, invite, 482, &[]),
                false => self.refuse(source, invite, 500, &[("Retry-After", "5")]),
            };
        }
        if self.stopping {
            return self.refuse(source, invite, 480, &[]);
        }
        let was_cancelled = self.cancelled.contains_key(&key);
        if !was_cancelled && self.calls.len() >= self.bounds.calls_max {
            return self.refuse_busy(source, invite);
        }
        let Some(id) = self.open(key, Kind::Invite, source, invite) else { return };
        let (echo, tag) = (Echo::of(invite, source), self.tag_for(invite));
        if was_cancelled {
            self.meters.refused(487);
            return self.answer(now, id, 487, &echo.response(487, Some(&tag), &[]));
        }
        self.answer(now, id, 100, &echo.response(100, None, &[]));
        let expires = invite.value("Expires").and_then(|value| value.parse::<u32>().ok());
        let call = Arc::new(self.call_of(source, invite));
        self.outputs.push(Output::Ask(id, Arc::clone(&call)));
        self.by_dialog.insert(dialog.clone(), id);
        let open = OpenCall {
            call,
            echo,
            tag,
            contact: contact_for(source, invite),
            dialog,
            cseq: invite.cseq,
            expires_at: expires.map(|seconds| now + u64::from(seconds) * 1_000),
            phase: Phase::Asking { ended: None },
        };
        self.calls.insert(id, open);
        self.call_timers.push(Reverse((now + DESK_LIMIT_MS, id)));
    }

    fn call_of(&self, source: &Source, invite: &Message) -> IncomingCall {
        IncomingCall {
            key: key_of(invite),
            source: source.peer,
            transport: source.transport,
            call_id: clean_line(&invite.call_id, 256),
            caller: caller_of(invite, self.bounds.keep_withheld),
            dialled: dialled_of(invite),
            diversion: diversion_of(invite),
            user_agent: invite.value("User-Agent").map(|agent| clean_line(agent, 80)),
            received: source.at,
        }
    }

    /// What the desk says to an [`Output::Ask`]. Must be called once for each.
    pub fn answered(&mut self, now: u64, id: TxId, answer: Answer) {
        let Some(open) = self.calls.get_mut(&id) else { return };
        let Phase::Asking { ended } = &mut open.phase else { return };
        match (ended.take(), answer) {
            // It ended while the desk was writing: what was kept is now told its end.
            (Some(ending), Answer::Ring { .. }) => {
                self.outputs.push(Output::Ended(Arc::clone(&open.call), ending));
                self.calls.remove(&id);
            }
            (Some(_), Answer::Refuse { .. }) => {
                self.calls.remove(&id);
            }
            (None, Answer::Ring { limit }) => self.ring(now, id, limit),
            (None, Answer::Refuse { code, retry_after_s }) => {
                let code = if (400..600).contains(&code) { code } else { 480 };
                let retry_after = retry_after_s.map(|seconds| seconds.to_string());
                let extra = retry_after.as_ref().map(|seconds| ("Retry-After", seconds.as_str()));
                self.meters.refused(code);
                self.finish(now, id, code, extra.as_slice());
                self.calls.remove(&id);
            }
        }
    }

    fn ring(&mut self, now: u64, id: TxId, limit: Duration) {
        let Some(open) = self.calls.get_mut(&id) else { return };
        let limit_at = now.saturating_add(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX));
        let until = open.expires_at.map_or(limit_at, |expires_at| limit_at.min(expires_at));
        let again_at = now + RINGING_AGAIN_MS;
        open.phase = Phase::Ringing { until, again_at };
        let (octets, received) = (open.ringing(), open.call.received);
        self.call_timers.push(Reverse((until.min(again_at), id)));
        self.answer(now, id, 180, &octets);
        self.outputs.push(Output::Rang(received));
    }

    /// A timer of a call, which may be stale.
    pub(super) fn call_due(&mut self, now: u64, at: u64, id: TxId) {
        let Some(open) = self.calls.get_mut(&id) else { return };
        match &mut open.phase {
            Phase::Asking { ended: None } => {
                tracing::error!("the desk did not say in time whether it keeps a call; the call is refused");
                self.meters.refused(503);
                self.end(now, id, 503, &[("Retry-After", "5")], Outcome::Unconfirmed, Trust::Low);
            }
            Phase::Asking { ended: Some(_) } => {}
            Phase::Ringing { until, .. } if *until <= now => {
                self.end(now, id, 480, &[], Outcome::RangOut, Trust::High);
            }
            Phase::Ringing { again_at, until } if *again_at == at => {
                *again_at = now + RINGING_AGAIN_MS;
                let next = (*again_at).min(*until);
                let octets = open.ringing();
                self.call_timers.push(Reverse((next, id)));
                self.answer(now, id, 180, &octets);
            }
            Phase::Ringing { .. } => {}
        }
    }

    /// A new CANCEL.
    pub(super) fn cancel(&mut self, now: u64, source: &Source, cancel: &Message, key: Key) {
        let invite_key = Key::of(cancel, "INVITE");
        let invite = self.table.find(&invite_key);
        let Some(id) = self.open(key, Kind::Other, source, cancel) else { return };
        let (code, tag) = match invite {
            Some(invite) => {
                (200, self.calls.get(&invite).map_or_else(|| self.tag_for(cancel), |open| open.tag.clone()))
            }
            None => (481, self.tag_for(cancel)),
        };
        self.answer(now, id, code, &Echo::of(cancel, source).response(code, Some(&tag), &[]));
        match invite {
            Some(invite) => self.end_with(now, invite, 487, &[], ending_of(cancel)),
            None => {
                self.meters.refused(481);
                self.remember_cancelled(now, invite_key);
            }
        }
    }

    /// A BYE can only be for a call that still rings: a caller may end its early dialog so (RFC 3261 section 15).
    pub(super) fn bye(&mut self, now: u64, source: &Source, bye: &Message, key: Key) {
        let invite = self.by_dialog.get(&dialog_of(bye)).copied();
        let ours = invite.filter(|id| self.calls.get(id).is_some_and(|open| bye.to.tag() == Some(&open.tag)));
        let Some(invite) = ours else { return self.refuse(source, bye, 481, &[]) };
        let Some(id) = self.open(key, Kind::Other, source, bye) else { return };
        self.answer(now, id, 200, &Echo::of(bye, source).response(200, None, &[]));
        self.end_with(now, invite, 487, &[], ending_of(bye));
    }

    /// Ends every call with 480, and refuses new ones from now on. What the desk has to be told comes as outputs.
    pub fn stop(&mut self, now: u64) {
        self.stopping = true;
        let open: Vec<TxId> = self.calls.keys().copied().collect();
        for id in open {
            self.end(now, id, 480, &[], Outcome::Stopped, Trust::High);
        }
    }

    fn end(&mut self, now: u64, id: TxId, code: u16, extra: &[(&str, &str)], outcome: Outcome, trust: Trust) {
        self.end_with(now, id, code, extra, Ending { outcome, trust, reason_raw: None });
    }

    /// Ends a call once; a second end of the same call changes nothing.
    fn end_with(&mut self, now: u64, id: TxId, code: u16, extra: &[(&str, &str)], ending: Ending) {
        let Some(open) = self.calls.get_mut(&id) else { return };
        let is_kept = match &mut open.phase {
            Phase::Asking { ended: Some(_) } => return,
            Phase::Asking { ended } => {
                *ended = Some(ending.clone());
                false
            }
            Phase::Ringing { .. } => true,
        };
        self.finish(now, id, code, extra);
        if is_kept && let Some(open) = self.calls.remove(&id) {
            self.outputs.push(Output::Ended(open.call, ending));
        }
    }

    /// Gives an INVITE its final answer.
    fn finish(&mut self, now: u64, id: TxId, code: u16, extra: &[(&str, &str)]) {
        let Some(open) = self.calls.get(&id) else { return };
        let octets = open.last_word(code, extra);
        if self.by_dialog.get(&open.dialog) == Some(&id) {
            self.by_dialog.remove(&open.dialog);
        }
        self.answer(now, id, code, &octets);
    }

    fn remember_cancelled(&mut self, now: u64, key: Key) {
        if self.cancelled_order.len() >= CANCELLED_MAX
            && let Some((_, oldest)) = self.cancelled_order.pop_front()
        {
            self.cancelled.remove(&oldest);
        }
        let until = now + PATIENCE_MS;
        if self.cancelled.insert(key.clone(), until).is_none() {
            self.cancelled_order.push_back((until, key));
        }
    }

    pub(super) fn forget_cancelled(&mut self, now: u64) {
        while self.cancelled_order.front().is_some_and(|(until, _)| *until <= now) {
            if let Some((_, key)) = self.cancelled_order.pop_front() {
                self.cancelled.remove(&key);
            }
        }
    }
}

/// Our Contact: the address that the peer reached us by. On a socket that listens everywhere only the Request-URI knows
/// it, which also is right behind a NAT.
fn contact_for(source: &Source, invite: &Message) -> String {
    let transport = if source.transport == Transport::Udp { "" } else { ";transport=tcp" };
    let asked = invite.request().map(|(_, uri)| uri).filter(|uri| !uri.host.is_empty());
    let user = asked.and_then(|uri| uri.user.as_ref()).map(|user| format!("{user}@")).unwrap_or_default();
    match asked {
        Some(uri) if source.local.ip().is_unspecified() => {
            let port = uri.port.unwrap_or_else(|| source.local.port());
            format!("<sip:{user}{}:{port}{transport}>", uri.host)
        }
        _ => format!("<sip:{user}{}{transport}>", source.local),
    }
}
