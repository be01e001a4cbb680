//! Style sheets, scripts and pictures: what is served, what was vendored, what they weigh.

use std::collections::BTreeMap;
use std::fs;

use deskbell::web::assets::{ASSETS, url};
use sha2::{Digest as _, Sha256};

use super::Demo;

#[tokio::test]
async fn assets_are_served_compressed_and_for_ever() {
    let demo = Demo::start().await;
    for asset in ASSETS {
        for (accept, coding, bytes) in
            [("br, gzip", "br", asset.br), ("gzip", "gzip", asset.gz), ("", "identity", asset.raw)]
        {
            let answer = demo.get(&url(asset.name), &[("accept-encoding", accept)]).await;
            assert_eq!(answer.status(), 200, "{}", asset.name);
            assert_eq!(answer.headers().get("content-encoding").map_or("identity", |c| c.to_str().unwrap()), coding);
            assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
            assert_eq!(answer.headers()["vary"], "Accept-Encoding");
            assert_eq!(answer.bytes().await.unwrap().as_ref(), bytes, "{} as {coding}", asset.name);
        }
    }
    for junk in ["/a/app.css", "/a/", "/a/..%2fvendor.lock", "/a/vendor.lock"] {
        assert_eq!(demo.get(junk, &[]).await.status(), 404, "{junk}");
    }
    demo.stop().await;
}

#[test]
fn pages_stay_light() {
    let gz = |name: &str| ASSETS.iter().find(|a| a.name == name).unwrap_or_else(|| panic!("{name}")).gz.len();
    for (name, bytes_max) in
        [("app.css", 14_500), ("app.js", 15_000), ("live.js", 2_500), ("icons.svg", 6_000), ("htmx.js", 14_500)]
    {
        assert!(gz(name) <= bytes_max, "{name} weighs {} bytes, {bytes_max} at most", gz(name));
    }
}

#[test]
fn vendored_files_are_what_the_lock_says() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/assets/vendor");
    let lock: toml_edit::DocumentMut = fs::read_to_string(format!("{folder}/vendor.lock")).unwrap().parse().unwrap();
    let mut locked = BTreeMap::new();
    for package in lock["package"].as_array_of_tables().unwrap() {
        for key in ["name", "version", "licence", "integrity", "from", "file", "sha256", "licence_file"] {
            assert!(package[key].as_str().is_some_and(|v| !v.is_empty()), "{key} of {package:?}");
        }
        assert!(fs::metadata(format!("{folder}/{}", package["licence_file"].as_str().unwrap())).is_ok());
        locked.insert(package["file"].as_str().unwrap().to_owned(), package["sha256"].as_str().unwrap().to_owned());
    }
    for (file, wanted) in &locked {
        let sum: String =
            Sha256::digest(fs::read(format!("{folder}/{file}")).unwrap()).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(&sum, wanted, "{file}");
    }
    for (path, _) in super::source::files("src/web/assets/vendor", "js") {
        assert!(locked.contains_key(path.rsplit('/').next().unwrap()), "{path} is not in the lock");
    }
}

#[test]
fn every_icon_and_asset_that_is_named_exists() {
    let sprite = ASSETS.iter().find(|a| a.name == "icons.svg").map(|a| String::from_utf8_lossy(a.raw)).unwrap();
    for (path, text) in super::source::files("src", "rs") {
        for name in
            super::source::literals_after(&text, &["icon(", "icon_only(", "icon: ", "empty(", "badge(Tone::Good, "])
        {
            assert!(sprite.contains(&format!("id=\"{name}\"")), "{path}: icon {name:?} is not in icons.svg");
        }
        for name in super::source::literals_after(&text, &["assets::url("]) {
            assert!(ASSETS.iter().any(|a| a.name == name), "{path}: there is no asset {name:?}");
        }
    }
}
