//! Where a configuration is read from, layer by layer.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::SECTIONS;
use super::fault::{Fault, nearest};
use super::field::{self, Field};
use super::file::{self, Layer};
use super::secret;
use super::value::{Origin, Raw, Value};

/// The file that is read when no other is named. It need not be there.
pub const CONFIG_PATH: &str = "/etc/deskbell/deskbell.toml";

/// Starts the names of the environment variables that are fields.
const VARIABLE_PREFIX: &str = "DESKBELL__";

/// Where to read from. Tests fill it by hand; the daemon by [`Sources::of_process`].
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The file; `conf.d/*.toml` beside it is read after it, in the order of names. Nothing: no files at all.
    pub file: Option<PathBuf>,
    /// Whether the file must be there: true when somebody named it.
    pub file_required: bool,
    /// The environment. Only names that start with `DESKBELL__` are looked at.
    pub variables: Vec<(OsString, OsString)>,
    /// The directory of the systemd credentials.
    pub credentials: Option<PathBuf>,
    /// Values from the command line: the flag, the field (`web.listen`), the text. A flag may come several times for a list.
    pub flags: Vec<(&'static str, &'static str, String)>,
}

impl Sources {
    /// The sources of this process: the file named on the command line or the usual one, the environment, credentials.
    pub fn of_process(named: Option<&Path>) -> Self {
        Self {
            file: Some(named.unwrap_or(Path::new(CONFIG_PATH)).to_owned()),
            file_required: named.is_some(),
            variables: std::env::vars_os().collect(),
            credentials: std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from),
            flags: Vec::new(),
        }
    }

    /// Sets `field` (such as `web.listen`) to `text` on behalf of the flag `flag`, above all other layers.
    #[must_use]
    pub fn with_flag(mut self, flag: &'static str, field: &'static str, text: impl Into<String>) -> Self {
        self.flags.push((flag, field, text.into()));
        self
    }

    /// All layers, the weakest first.
    pub(super) fn gather(&self, faults: &mut Vec<Fault>) -> Vec<Layer> {
        let mut layers = vec![defaults(faults)];
        if let Some(path) = &self.file {
            layers.extend(read_file(path, self.file_required, faults));
            for path in drop_ins(path, faults) {
                layers.extend(read_file(&path, true, faults));
            }
        }
        layers.push(self.environment(faults));
        layers.push(self.credentials(faults));
        layers.push(self.command_line(faults));
        layers
    }

    fn environment(&self, faults: &mut Vec<Fault>) -> Layer {
        let mut layer = Layer::new();
        let mut ours: Vec<(String, &OsString)> = Vec::new();
        for (name, value) in &self.variables {
            let name = name.to_string_lossy();
            if name.starts_with(VARIABLE_PREFIX) {
                ours.push((name.into_owned(), value));
            }
        }
        ours.sort();
        for (name, value) in ours {
            let origin = Origin::Variable(name.clone());
            let Some(field) = field::all().find(|field| field.variable() == name) else {
                faults.push(Fault::new(&origin, unknown_variable(&name)));
                continue;
            };
            let Some(text) = value.to_str() else {
                faults.push(Fault::new(&origin, format!("{}: the value is not UTF-8", field.path())));
                continue;
            };
            push(&mut layer, field, text, origin, faults);
        }
        layer
    }

    /// A credential stands in for the file that its field names, so what goes into the layer is the path of that file.
    fn credentials(&self, faults: &mut Vec<Fault>) -> Layer {
        let mut layer = Layer::new();
        let Some(directory) = &self.credentials else { return layer };
        let entries = match std::fs::read_dir(directory) {
            Ok(entries) => entries,
            Err(error) => {
                let at = Origin::Variable("CREDENTIALS_DIRECTORY".to_owned());
                faults.push(Fault::new(&at, format!("{}: {}", directory.display(), file::cannot_read(&error))));
                return layer;
            }
        };
        let mut names: Vec<String> =
            entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        for name in names {
            let origin = Origin::Credential(name.clone());
            if let Some(field) = field::all().find(|field| field.credential == Some(&name)) {
                let path = directory.join(&name).to_string_lossy().into_owned();
                layer.push((field, Value { raw: Raw::Text(path), origin }));
            } else if SECTIONS.iter().any(|s| name.split_once('.').is_some_and(|(section, _)| section == s.name)) {
                // Others may pass credentials of their own through our unit; a name in our own words is a slip.
                let known: Vec<&str> = field::all().filter_map(|field| field.credential).collect();
                let message = format!("unknown credential; there are {}", field::quoted(&known));
                faults.push(Fault::new(&origin, message));
            }
        }
        layer
    }

    fn command_line(&self, faults: &mut Vec<Fault>) -> Layer {
        let mut layer = Layer::new();
        for (flag, path, text) in &self.flags {
            let origin = Origin::Flag(flag);
            match path.split_once('.').and_then(|(section, name)| field::find(section, name)) {
                Some(field) => push(&mut layer, field, text, origin, faults),
                None => faults.push(Fault::new(&origin, format!("there is no field {path}"))),
            }
        }
        layer
    }
}

fn push(layer: &mut Layer, field: &'static Field, text: &str, origin: Origin, faults: &mut Vec<Fault>) {
    match Value::untyped(field, text, origin.clone()) {
        Ok(value) => layer.push((field, value)),
        Err(message) => faults.push(Fault::new(&origin, message)),
    }
}

fn unknown_variable(name: &str) -> String {
    let known: Vec<String> = field::all().map(|field| field.variable().to_lowercase()).collect();
    match nearest(name, known.iter().map(String::as_str)) {
        Some(meant) => format!("unknown variable; did you mean {}?", meant.to_uppercase()),
        None => "unknown variable; `deskbell config show` lists the keys, as in DESKBELL__WEB__LISTEN".to_owned(),
    }
}

/// The layer of the defaults, through the same reader as a file, so that the two can't disagree about what is allowed.
fn defaults(faults: &mut Vec<Fault>) -> Layer {
    let mut layer = file::parse(Path::new("defaults"), &super::sample::defaults(), faults);
    for (_, value) in &mut layer {
        value.origin = Origin::Default;
    }
    layer
}

fn read_file(path: &Path, required: bool, faults: &mut Vec<Fault>) -> Option<Layer> {
    match file::text_of(path, required) {
        Ok(text) => text.map(|text| file::parse(path, &text, faults)),
        Err(fault) => {
            faults.push(fault);
            None
        }
    }
}

/// `conf.d/*.toml` beside `path`, by name. Hidden files are an editor's leftovers.
fn drop_ins(path: &Path, faults: &mut Vec<Fault>) -> Vec<PathBuf> {
    let directory = path.parent().unwrap_or(Path::new("")).join("conf.d");
    let entries = match std::fs::read_dir(&directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            faults.push(Fault::new(&Origin::File { path: directory, place: None }, file::cannot_read(&error)));
            return Vec::new();
        }
    };
    let mut paths: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| !entry.file_name().as_encoded_bytes().starts_with(b"."))
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    paths
}

/// Reads the secret in the file that `value` names.
pub(super) fn secret_of(path: &str) -> Result<secret::Secret, String> {
    secret::Secret::read(Path::new(path))
}
