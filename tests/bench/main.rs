//! Benchmarks of the whole program: `cargo bench -- sip|card|pages|dossier|mail|storm|idle`, or all without a name.
//!
//! Each runs the release binary (or the library in one process, where only that can be measured) on this machine and
//! prints figures; none asserts a time. What was measured, with its date and machine, stands in `RESULTS.md` beside this
//! file. `sip` needs sipp (Debian: sip-tester).
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark that can't go on should say so and stop"
)]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "figures for people"
)]

mod card;
mod daemon;
mod dossier;
#[path = "../it/mail/dovecot.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod dovecot;
mod idle;
mod mail;
mod pages;
mod sip;
mod storm;

/// As in the program.
#[global_allocator]
static MEMORY: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let asked = |name: &str| wanted.is_empty() || wanted.iter().any(|w| w == name);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        if asked("idle") {
            idle::run().await;
        }
        if asked("card") {
            card::run().await;
        }
        if asked("sip") {
            sip::run().await;
        }
        if asked("pages") {
            pages::run().await;
        }
        if asked("mail") {
            mail::run().await;
        }
        if asked("dossier") {
            dossier::run().await;
        }
        if asked("storm") {
            storm::run().await;
        }
    });
}

/// The value below which `share` (0 to 1) of the figures lie.
pub fn quantile(figures: &mut [f64], share: f64) -> f64 {
    figures.sort_by(f64::total_cmp);
    let last = figures.len().saturating_sub(1);
    figures.get((last as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
}
