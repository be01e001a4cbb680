//! Makes what `src/web/assets.rs` serves: every style sheet, script and picture under a name that holds the hash of its
//! content, next to itself compressed with brotli and gzip.
//!
//! Names with hashes may be kept by browsers for ever, and compressing here, at the highest level, costs no request a
//! microsecond. No tool but cargo is needed to build: what came from npm stands under `src/web/assets/vendor`.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest as _, Sha256};

/// Where the sources lie.
const ASSETS: &str = "src/web/assets";

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed={ASSETS}");
    // The locale macro reads this folder too, and would not see a new file.
    println!("cargo:rerun-if-changed=src/locales");
    // So does the one that embeds the migrations. A path that is not there would mean a build every time.
    if Path::new("migrations").exists() {
        println!("cargo:rerun-if-changed=migrations");
    }
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    let mut named: Vec<(String, String)> = Vec::new();
    let mut code = String::from("&[\n");
    for (name, bytes) in sources()? {
        // Style sheets come last, so that the pictures they name have their hashes by then.
        let bytes = if name.ends_with(".css") { with_hashed_names(bytes, &named) } else { bytes };
        let hashed = hashed_name(&name, &bytes);
        let raw = out.join(&hashed);
        let (br, gz) = (out.join(format!("{hashed}.br")), out.join(format!("{hashed}.gz")));
        fs::write(&raw, &bytes)?;
        fs::write(&br, brotli_of(&bytes)?)?;
        fs::write(&gz, gzip_of(&bytes)?)?;
        code.push_str(&format!(
            "Asset {{ name: {name:?}, file: {hashed:?}, raw: include_bytes!({raw:?}), br: include_bytes!({br:?}), \
             gz: include_bytes!({gz:?}) }},\n"
        ));
        named.push((name, hashed));
    }
    code.push_str("]\n");
    fs::write(out.join("assets.rs"), code)
}

/// Every file to serve with its name and bytes: pictures and scripts by name, then the style sheet.
fn sources() -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut found = Vec::new();
    for folder in [ASSETS.to_owned(), format!("{ASSETS}/vendor")] {
        for path in files_of(Path::new(&folder), &["svg", "js", "json"])? {
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let bytes =
                if name == "live.js" { slim(&fs::read_to_string(&path)?).into_bytes() } else { fs::read(&path)? };
            found.push((name, bytes));
        }
    }
    // One script: a browser asks for few files, and a maker finds each matter in a file of its own.
    let mut script = String::new();
    for path in files_of(&Path::new(ASSETS).join("js"), &["js"])? {
        script.push_str(&slim(&fs::read_to_string(path)?));
    }
    found.push(("app.js".to_owned(), script.into_bytes()));
    let mut css = String::new();
    for path in files_of(&Path::new(ASSETS).join("css"), &["css"])? {
        css.push_str(&slim(&fs::read_to_string(path)?));
    }
    found.push(("app.css".to_owned(), css.into_bytes()));
    Ok(found)
}

/// The files of a folder with one of the extensions, in order of their names.
fn files_of(folder: &Path, extensions: &[&str]) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<io::Result<Vec<_>>>()?;
    paths.retain(|p| p.extension().is_some_and(|e| extensions.iter().any(|wanted| e == *wanted)));
    paths.sort();
    Ok(paths)
}

/// CSS or a script of ours without comments and indentation. A script begins its comments on lines of their own, and no
/// text of it holds `/*`.
fn slim(text: &str) -> String {
    let mut rest = text;
    let mut bare = String::with_capacity(text.len());
    while let Some((before, after)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    bare.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .map(|line| format!("{line}\n"))
        .collect()
}

/// A style sheet in which `/a/NAME` reads `/a/NAME-WITH-HASH`.
fn with_hashed_names(css: Vec<u8>, named: &[(String, String)]) -> Vec<u8> {
    let mut text = String::from_utf8_lossy(&css).into_owned();
    for (name, hashed) in named {
        text = text.replace(&format!("/a/{name}"), &format!("/a/{hashed}"));
    }
    text.into_bytes()
}

/// `app.css` as `app.0123456789.css`.
fn hashed_name(name: &str, bytes: &[u8]) -> String {
    let hash: String = Sha256::digest(bytes).iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
    format!("{stem}.{hash}.{extension}")
}

fn brotli_of(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, 11, 22);
    writer.write_all(bytes)?;
    Ok(writer.into_inner())
}

fn gzip_of(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes)?;
    writer.finish()
}
