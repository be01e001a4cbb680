//! The command line on the desk's own database.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use super::TestDesk;

impl TestDesk {
    /// Runs `deskbell` with these arguments on the database of this desk, which goes on running; `input` is what it reads.
    pub fn cli(&self, args: &[&str], input: &str) -> Output {
        let mut child = self.command(env!("CARGO_BIN_EXE_deskbell")).args(args).spawn().unwrap();
        // A command that reads nothing may be gone already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// A program that finds the database of this desk as `deskbell` does.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("DESKBELL__DATA__DIR", self.folder())
            .env("DESKBELL__DATABASE__URL", self.database_url())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Changes the database behind the desk's back.
    pub async fn sql(&self, statements: &str) {
        use diesel::connection::SimpleConnection as _;
        let statements = statements.to_owned();
        self.app().books.store().write(move |db| Ok(db.batch_execute(&statements)?)).await.unwrap();
    }

    /// The answer to a query for one `number`.
    pub async fn number(&self, query: &str) -> i64 {
        let query = query.to_owned();
        self.read(move |db| Ok(crate::db::number(db, &query))).await
    }
}
