//! The pages of calls and of the lines that they come in on.

mod lines;

pub use lines::{LineForm, change_line, create_line, list_lines, new_line, show_line, switch_line};
