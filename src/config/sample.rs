//! The commented sample file, made from the table of fields.

use super::SECTIONS;

const HEAD: &str = "\
# Configuration of deskbell. Everything here is optional: what is commented out is the default or an example.
# What is not here is a setting in the web interface.
#
# Files in conf.d/*.toml beside this one are read after it, in the order of their names; environment variables
# (DESKBELL__WEB__LISTEN=127.0.0.1:8080, lists with commas) win over files, systemd credentials over both.
# Check with `deskbell config check`, see what is in effect with `deskbell config show`.
";

/// The sample file. Take the `#` from a line that has no space after it to set that key.
pub fn sample() -> String {
    let mut text = HEAD.to_owned();
    for section in SECTIONS {
        text.push_str(&format!("\n# {}\n[{}]\n", section.doc.replace('\n', "\n# "), section.name));
        for field in section.fields {
            text.push_str(&format!("\n# {}\n", field.doc.replace('\n', "\n# ")));
            if let Some(credential) = field.credential {
                text.push_str(&format!("# The systemd credential {credential} stands in for it.\n"));
            }
            text.push_str(&format!("#{} = {}\n", field.name, field.specimen()));
        }
    }
    text
}

/// A file with the defaults alone.
pub(super) fn defaults() -> String {
    let mut text = String::new();
    for section in SECTIONS {
        text.push_str(&format!("[{}]\n", section.name));
        for field in section.fields {
            if let Some(default) = field.default {
                text.push_str(&format!("{} = {default}\n", field.name));
            }
        }
    }
    text
}
