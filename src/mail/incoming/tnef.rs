//! Outlook's winmail.dat (MS-OXTNEF): the files inside. The rich text is not decoded.

/// A file of a winmail.dat.
pub(super) struct File {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Files that are taken from one winmail.dat.
const FILES_MAX: usize = 200;

const SIGNATURE: [u8; 4] = [0x78, 0x9F, 0x3E, 0x22];
const RENDERING: u32 = 0x0006_9002;
const DATA: u32 = 0x0006_800F;
const TITLE: u32 = 0x0001_8010;
const PROPERTIES: u32 = 0x0006_9005;

/// The files inside, as far as they can be read.
pub(super) fn files(bytes: &[u8]) -> Vec<File> {
    let mut found: Vec<File> = Vec::new();
    let Some(mut rest) = bytes.strip_prefix(&SIGNATURE).and_then(|rest| rest.get(2..)) else { return found };
    while let [_, a, b, c, d, l0, l1, l2, l3, after @ ..] = rest {
        let attribute = u32::from_le_bytes([*a, *b, *c, *d]);
        let length = u32::from_le_bytes([*l0, *l1, *l2, *l3]) as usize;
        let Some(value) = after.get(..length) else { break };
        if attribute == RENDERING {
            if found.len() == FILES_MAX {
                break;
            }
            found.push(File { name: String::new(), bytes: Vec::new() });
        } else if let Some(file) = found.last_mut() {
            match attribute {
                DATA => file.bytes = value.to_vec(),
                TITLE if file.name.is_empty() => {
                    let name = value.split(|b| *b == 0).next().unwrap_or_default();
                    file.name = super::charset::decode(name, None);
                }
                PROPERTIES => {
                    if let Some(name) = long_name(value) {
                        file.name = name;
                    }
                }
                _ => {}
            }
        }
        // Two octets of a sum that nobody keeps right.
        let Some(further) = after.get(length.saturating_add(2)..) else { break };
        rest = further;
    }
    found.retain(|file| !file.bytes.is_empty());
    found
}

/// The long file name among the properties of a file (MS-OXTNEF section 2.1.3.4): tag 0x3707, else the display name
/// 0x3001, as an 8-bit or a Unicode string.
fn long_name(value: &[u8]) -> Option<String> {
    let count = value.get(..4)?;
    let mut at = 4;
    let mut display = None;
    for _ in 0..u32::from_le_bytes([*count.first()?, *count.get(1)?, *count.get(2)?, *count.get(3)?]).min(500) {
        let (kind, id) = (short(value, at)?, short(value, at + 2)?);
        at += 4;
        // Named properties have a name of variable length before their value; there is none before what is sought.
        if id >= 0x8000 {
            return display;
        }
        let fixed = match kind {
            0x0002 | 0x000A | 0x000B | 0x0003 | 0x0004 => Some(4),
            0x0005 | 0x0006 | 0x0007 | 0x0014 | 0x0040 => Some(8),
            0x0048 => Some(16),
            _ => None,
        };
        if let Some(length) = fixed {
            at += length;
            continue;
        }
        let values = long(value, at)?;
        at += 4;
        for _ in 0..values.min(100) {
            let length = long(value, at)? as usize;
            let text = value.get(at + 4..(at + 4).checked_add(length)?)?;
            at += 4 + length.div_ceil(4) * 4;
            let read = match (id, kind) {
                (0x3707 | 0x3001, 0x001E) => Some(super::charset::decode(text, None)),
                (0x3707 | 0x3001, 0x001F) => Some(super::charset::decode(text, Some("utf-16le"))),
                _ => None,
            };
            let read = read.map(|name| name.trim_end_matches('\0').to_owned()).filter(|name| !name.is_empty());
            match read {
                Some(name) if id == 0x3707 => return Some(name),
                Some(name) => display = Some(name),
                None => {}
            }
        }
    }
    display
}

fn short(value: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes([*value.get(at)?, *value.get(at + 1)?]))
}

fn long(value: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(short(value, at)?) | (u32::from(short(value, at + 2)?) << 16))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(id: u32, value: &[u8]) -> Vec<u8> {
        let length = u32::try_from(value.len()).unwrap().to_le_bytes();
        [&[2][..], &id.to_le_bytes(), &length, value, &[0, 0]].concat()
    }

    #[test]
    fn files_and_their_names() {
        let name: Vec<u8> = "Bericht ü.txt\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = u32::try_from(name.len()).unwrap().to_le_bytes();
        let padded = [name.as_slice(), &[0; 3][..(4 - name.len() % 4) % 4]].concat();
        let properties =
            [&[2, 0, 0, 0, 3, 0, 5, 0x37, 1, 0, 0, 0, 0x1F, 0, 7, 0x37, 1, 0, 0, 0][..], &length, &padded].concat();
        let file = [
            &SIGNATURE[..],
            &[1, 0],
            &attribute(RENDERING, &[0; 14]),
            &attribute(TITLE, b"BERICHT.TXT\0"),
            &attribute(DATA, b"content"),
            &attribute(PROPERTIES, &properties),
            &attribute(RENDERING, &[0; 14]),
            &attribute(TITLE, b"b.txt\0"),
            &attribute(DATA, b"b"),
        ]
        .concat();
        let found = files(&file);
        assert_eq!(found.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["Bericht ü.txt", "b.txt"]);
        assert_eq!(found[0].bytes, b"content");
        for end in 0..file.len() {
            files(&file[..end]);
        }
        assert!(files(b"no tnef").is_empty());
    }
}
