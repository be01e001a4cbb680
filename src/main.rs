//! The program: parse the command line, run, map what went wrong to an exit code. All of it is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    deskbell::cli::run(std::env::args_os())
}
