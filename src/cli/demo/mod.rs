//! `deskbell demo`: a desk with invented people and calls, to look at. It reads no environment, and of a file that is named
//! only where mail servers may be, so that it can neither touch nor be touched by a real desk on the same machine.

mod calling;
mod filling;
mod letters;
mod past;

use std::path::{Path, PathBuf};

use super::serve::{Signals, runtime, until_told};
use super::{Exit, Global, Outcome, print};
use crate::app::App;
use crate::base::{Clock, Error};
use crate::config::{Refusal, Sources};

/// Run a desk with invented people and calls, to look at
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Keep the data here instead of in a directory that goes when the demo ends
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Let no calls come in by themselves
    #[arg(long)]
    pub silent: bool,
    /// Where browsers reach it; port 0 for any free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub web: String,
    /// Where it takes calls, over UDP and TCP; port 0 for any free ones
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:5060")]
    pub sip: String,
    /// Where the figures for Prometheus are, or off
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9642")]
    pub metrics: String,
}

impl Args {
    /// The configuration of the demo with its data in `data`, which must be absolute.
    pub fn sources(&self, global: &Global, data: &Path) -> Sources {
        global
            .levelled(Sources::default())
            .with_flag("--data", "data.dir", data.to_string_lossy())
            .with_flag("--web", "web.listen", &self.web)
            .with_flag("--sip", "phone.listen_udp", &self.sip)
            .with_flag("--sip", "phone.listen_tcp", &self.sip)
            .with_flag("--metrics", "metrics.listen", &self.metrics)
    }
}

/// A folder that goes when the demo ends.
struct Folder {
    path: PathBuf,
    kept: bool,
}

impl Folder {
    fn open(wanted: Option<&Path>) -> Result<Self, Error> {
        let failed = |e: std::io::Error| Error::internal("making the demo's folder", e);
        if let Some(path) = wanted {
            return Ok(Self { path: std::path::absolute(path).map_err(failed)?, kept: true });
        }
        let mut octets = [0_u8; 6];
        getrandom::fill(&mut octets).map_err(|e| Error::internal("random octets", e))?;
        let name: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
        Ok(Self { path: std::env::temp_dir().join(format!("deskbell-demo-{name}")), kept: false })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.kept {
            // What can't be removed now, the machine's own cleaning of its temporary folder removes.
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

/// Runs the demo until it is told to stop.
pub fn run(global: &Global, args: &Args) -> Outcome {
    let folder = Folder::open(args.data.as_deref())?;
    let quiet = global.levelled(with_networks(args.sources(global, &folder.path), global)?);
    let quiet = if global.verbose == 0 && !global.quiet { quiet.with_flag("demo", "log.level", "warn") } else { quiet };
    let config = crate::config::load(&quiet)?.config;
    crate::ops::logging::start(&config.log, global.colour())?;
    runtime()?.block_on(async {
        let mut signals = Signals::listen()?;
        let app = App::build_demo(&config, Clock::system()).await?;
        let sign_in = filling::fill(&app).await?;
        letters::fill(&app).await?;
        print(&told(&app, &folder, &sign_in, args))?;
        let sip = app.sip_udp.first().copied();
        let calls = sip.filter(|_| !args.silent).map(|sip| tokio::spawn(calling::call_for_ever(sip)));
        until_told(&app, &mut signals).await;
        if let Some(calls) = calls {
            calls.abort();
        }
        app.stop().await;
        Ok(Exit::Ok)
    })
}

/// Where a mailbox of one's own may be that is tried in the demo: what a configuration that is named says of it.
fn with_networks(sources: Sources, global: &Global) -> Result<Sources, Refusal> {
    let Some(path) = &global.config else { return Ok(sources) };
    let file = Sources { file: Some(path.clone()), file_required: true, ..Sources::default() };
    let mail = crate::config::load(&file)?.config.mail;
    let networks: Vec<String> = mail.networks.iter().map(ToString::to_string).collect();
    let sources = match networks.is_empty() {
        true => sources,
        false => sources.with_flag("--config", "mail.networks", networks.join(",")),
    };
    Ok(match mail.ca_file {
        Some(file) => sources.with_flag("--config", "mail.ca_file", file.to_string_lossy()),
        None => sources,
    })
}

fn told(app: &App, folder: &Folder, sign_in: &filling::SignIn, args: &Args) -> String {
    let web = app.web.first().map(|web| format!("http://{web}")).unwrap_or_default();
    let sip = app.sip_udp.first().map(|sip| format!("sip:helpdesk@{sip}")).unwrap_or_default();
    let metrics = app.metrics.map_or_else(|| "off".to_owned(), |at| format!("http://{at}/metrics"));
    let kept = if folder.kept { "stays there" } else { "goes when this ends; keep it with --data DIR" };
    let calls = if args.silent { "none by themselves" } else { "one every few seconds; --silent for none" };
    format!(
        "\n  Deskbell demo\n\n    open      {web}\n    sign in   {login} / {password}\n    call      {sip}  (UDP and TCP, from this machine)\n    \
         metrics   {metrics}\n    calls     {calls}\n    data      {path} ({kept})\n\n  Ctrl+C ends it.\n\n",
        login = sign_in.login,
        password = sign_in.password,
        path = folder.path.display(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    fn parsed(flags: &[&str]) -> Args {
        Line::parse_from([&["demo"], flags].concat()).args
    }

    #[test]
    fn flags_become_configuration() {
        let args = parsed(&["--web", "127.0.0.1:0", "--sip", "[::1]:0", "--metrics", "off", "--silent"]);
        let config = crate::config::load(&args.sources(&Global::default(), Path::new("/d"))).unwrap().config;
        assert_eq!(config.web.listen, ["127.0.0.1:0".parse().unwrap()]);
        assert_eq!(config.phone.listen_udp, config.phone.listen_tcp);
        assert_eq!((config.metrics.listen, config.data.dir.as_path()), (None, Path::new("/d")));
        assert!(args.silent);
    }

    #[test]
    fn a_named_file_says_where_mail_servers_may_be_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deskbell.toml");
        let text = "[web]\nlisten = [\"127.0.0.1:1\"]\n[mail]\nnetworks = [\"192.168.10.0/24\", \"::1\"]\n";
        std::fs::write(&path, text).unwrap();
        let global = Global { config: Some(path), ..Global::default() };
        let sources = parsed(&[]).sources(&global, Path::new("/d"));
        let config = crate::config::load(&with_networks(sources, &global).unwrap()).unwrap().config;
        assert_eq!(config.mail.networks.len(), 2);
        assert_eq!(config.web.listen, ["127.0.0.1:8080".parse().unwrap()]);
        let global = Global { config: Some("/nowhere.toml".into()), ..Global::default() };
        assert!(with_networks(Sources::default(), &global).is_err());
    }

    #[test]
    fn a_mistake_names_its_flag() {
        let sources = parsed(&["--web", "8080"]).sources(&Global::default(), Path::new("/d"));
        let told = crate::config::load(&sources).unwrap_err().to_string();
        assert_eq!(told, "--web: web.listen: \"8080\" is not an address: write IP:PORT such as \"127.0.0.1:8080\"");
    }
}
