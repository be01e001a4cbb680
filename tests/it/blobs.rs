//! Files by their content.

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use deskbell::base::Error;
use deskbell::blobs::{BLOB_BYTES_MAX, BlobName, Blobs};

fn store() -> (tempfile::TempDir, Blobs) {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::in_folder(&folder.path().join("blobs")).unwrap();
    (folder, blobs)
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn what_was_put_comes_back_and_is_there_after_a_restart() {
    let (folder, blobs) = store();
    let octets = Bytes::from_static(b"a recording\0\xff");
    let name = blobs.put(octets.clone()).await.unwrap();
    assert_eq!(name, BlobName::of(&octets));
    assert_eq!(blobs.get(&name).await.unwrap(), octets);
    let again = Blobs::in_folder(&folder.path().join("blobs")).unwrap();
    assert_eq!(again.get(&BlobName::parse(name.as_str()).unwrap()).await.unwrap(), octets);
    let empty = blobs.put(Bytes::new()).await.unwrap();
    assert_eq!(blobs.get(&empty).await.unwrap(), Bytes::new());
}

#[tokio::test]
async fn the_same_content_is_kept_once() {
    let (folder, blobs) = store();
    let put = || blobs.put(Bytes::from_static(b"the same"));
    let (one, other) = tokio::join!(put(), put());
    assert_eq!(one.unwrap(), other.unwrap());
    put().await.unwrap();
    assert_eq!(files(folder.path()).len(), 1);
}

#[tokio::test]
async fn a_damaged_file_is_not_handed_out_and_is_mended_by_the_next_put() {
    let (folder, blobs) = store();
    let name = blobs.put(Bytes::from_static(b"as it was")).await.unwrap();
    let path = files(folder.path()).remove(0);
    for damage in [&b"as it wasn't"[..], b"as it wa", b""] {
        fs::write(&path, damage).unwrap();
        let told = blobs.get(&name).await;
        assert!(matches!(&told, Err(Error::Internal(text)) if text.contains("damaged")), "{told:?}");
        assert_eq!(blobs.put(Bytes::from_static(b"as it was")).await.unwrap(), name);
        assert_eq!(blobs.get(&name).await.unwrap(), "as it was");
    }
    assert_eq!(files(folder.path()).len(), 1);
}

#[tokio::test]
async fn many_at_once_are_all_there_in_their_order_each_once_and_whole() {
    let (folder, blobs) = store();
    let damaged = blobs.put(Bytes::from_static(b"letter 7")).await.unwrap();
    fs::write(files(folder.path()).remove(0), b"lett").unwrap();
    for count in [0, 1, 3, 60] {
        let all: Vec<Bytes> = (0..count).map(|n| Bytes::from(format!("letter {}", n % 50))).collect();
        let names = blobs.put_all(all.clone()).await.unwrap();
        assert_eq!(names, all.iter().map(|octets| BlobName::of(octets)).collect::<Vec<_>>());
        for (name, octets) in names.iter().zip(&all) {
            assert_eq!(blobs.get(name).await.unwrap(), octets);
        }
    }
    assert_eq!(blobs.get(&damaged).await.unwrap(), "letter 7");
    assert_eq!(files(folder.path()).len(), 50);
    let large = Bytes::from(vec![0; BLOB_BYTES_MAX + 1]);
    let told = blobs.put_all(vec![large.clone(), large.clone(), large.clone(), large]).await;
    assert!(matches!(told, Err(Error::Invalid(_))), "{told:?}");
}

#[tokio::test]
async fn what_is_not_there_is_missing() {
    let (_folder, blobs) = store();
    assert!(matches!(blobs.get(&BlobName::of(b"never put")).await, Err(Error::Missing)));
}

#[tokio::test]
async fn what_is_too_large_is_refused_with_the_limit() {
    let (folder, blobs) = store();
    let told = blobs.put(Bytes::from(vec![0; BLOB_BYTES_MAX + 1])).await;
    let Err(Error::Invalid(problems)) = told else { panic!("{told:?}") };
    assert_eq!((problems[0].message.key, problems[0].message.args[0].1.as_str()), ("error-file-too-large", "64"));
    assert_eq!(files(folder.path()).len(), 0);
}

#[test]
fn a_name_is_never_a_path() {
    let right = BlobName::of(b"x");
    assert_eq!(BlobName::parse(right.as_str()), Some(right.clone()));
    let hostile = [
        String::new(),
        "..".into(),
        "../../etc/passwd".into(),
        format!("../{}", "a".repeat(61)),
        format!("{}/", "a".repeat(63)),
        format!("/{}", "a".repeat(63)),
        format!("{}\0", "a".repeat(63)),
        "A".repeat(64),
        "g".repeat(64),
        "%2e".repeat(21) + "a",
        "é".repeat(32),
        right.as_str().to_uppercase(),
        format!("{}0", right.as_str()),
        format!(" {}", &right.as_str()[1..]),
    ];
    for name in hostile {
        assert_eq!(BlobName::parse(&name), None, "{name:?}");
    }
}
