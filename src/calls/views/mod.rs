//! All HTML of calls and lines.

mod lines;

pub(super) use lines::{line, lines, new_line};
