//! The other interpreter, in a process of its own.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Map, Value, json};

pub struct Oracle {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    loaded: Vec<(String, String)>,
}

impl Oracle {
    pub fn start() -> Self {
        let python = std::env::var("NHS111_ORACLE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/oracle.py");
        let child = Command::new(python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = child.expect("Python with PyYAML is there: scripts/setup test");
        let input = child.stdin.take().expect("its input is piped");
        let output = BufReader::new(child.stdout.take().expect("its output is piped"));
        Oracle {
            child,
            input,
            output,
            loaded: Vec::new(),
        }
    }

    /// Loads a library, unless it is the one that is loaded.
    pub fn load(&mut self, files: &[(String, String)]) -> Result<(), String> {
        if self.loaded == files {
            return Ok(());
        }
        let texts: Map<String, Value> = files
            .iter()
            .map(|(name, text)| (name.clone(), json!(text)))
            .collect();
        self.loaded = files.to_vec();
        match self.ask(&json!({ "op": "load", "files": texts })) {
            loaded if loaded == json!({ "ok": true }) => Ok(()),
            refused => Err(format!("the oracle cannot read what we read: {refused}")),
        }
    }

    pub fn ask(&mut self, request: &Value) -> Value {
        writeln!(self.input, "{request}").expect("the oracle listens");
        let mut line = String::new();
        self.output
            .read_line(&mut line)
            .expect("the oracle answers");
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("the oracle broke off at {request}"))
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
