//! The program: parse the command line, run, map what went wrong to an exit code. All of it is in the library.

use std::process::ExitCode;

#[global_allocator]
static MEMORY: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    deskbell::cli::run(std::env::args_os())
}
