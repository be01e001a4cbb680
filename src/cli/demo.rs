//! `deskbell demo`: a desk with invented people and calls, to look at. It reads no file and no environment, so that it can
//! neither touch nor be touched by a real desk on the same machine.

use std::path::{Path, PathBuf};

use super::Global;
use crate::config::Sources;

/// Run a desk with invented data
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
    #[arg(long, value_name = "ADDR", default_value = "off")]
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
        let args = parsed(&["--web", "127.0.0.1:0", "--sip", "[::1]:0", "--silent"]);
        let config = crate::config::load(&args.sources(&Global::default(), Path::new("/d"))).unwrap().config;
        assert_eq!(config.web.listen, ["127.0.0.1:0".parse().unwrap()]);
        assert_eq!(config.phone.listen_udp, config.phone.listen_tcp);
        assert_eq!((config.metrics.listen, config.data.dir.as_path()), (None, Path::new("/d")));
        assert!(args.silent);
    }

    #[test]
    fn a_mistake_names_its_flag() {
        let sources = parsed(&["--web", "8080"]).sources(&Global::default(), Path::new("/d"));
        let told = crate::config::load(&sources).unwrap_err().to_string();
        assert_eq!(told, "--web: web.listen: \"8080\" is not an address: write IP:PORT such as \"127.0.0.1:8080\"");
    }
}
