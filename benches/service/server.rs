//! The program itself, on a record of its own.

use std::io::{BufRead as _, BufReader, Lines, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Instant;

/// A running service. It is killed when it is dropped, as hard as a power cut.
pub struct Server {
    child: Child,
    /// What the program says; it goes on saying it for as long as somebody listens.
    _said: Lines<BufReader<ChildStdout>>,
    /// Where it listens.
    pub address: SocketAddr,
    /// From the start of the process to its first "ready", in milliseconds.
    pub ready_ms: f64,
}

impl Server {
    /// Starts the program on the record in `folder`, on a free port, and waits until it is ready.
    pub fn start(folder: &Path) -> Self {
        let url = format!("sqlite://{}", folder.join("record.db").display());
        Self::on(folder, &url)
    }

    /// Starts the program on this database; its key and its log are in `folder`.
    pub fn on(folder: &Path, url: &str) -> Self {
        let log = std::fs::File::create(folder.join("log")).expect("the folder can be written");
        let began = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_nhs111"))
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--log",
                "warn",
                "--pathways",
            ])
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("pathways"))
            .args(["--database-url", url])
            .arg("--master-key")
            .arg(folder.join("master.key"))
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the program starts");
        let mut said = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let address = listening(&mut said).unwrap_or_else(|| {
            let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
            panic!("the program did not say where it listens: {log}")
        });
        // It listens before it says so: the first request waits for its answer, and nobody has to ask twice.
        assert!(is_ready(address), "the program says that it is not ready");
        Server {
            child,
            _said: said,
            address,
            ready_ms: began.elapsed().as_secs_f64() * 1e3,
        }
    }

    /// The process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// What the process holds of memory now, in MiB.
    pub fn resident_mib(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .expect("the process is there");
        let kib = status.lines().find_map(|line| {
            line.strip_prefix("VmRSS:")?
                .split_whitespace()
                .next()?
                .parse::<f64>()
                .ok()
        });
        kib.expect("the process holds memory") / 1024.0
    }

    /// Ends it without warning, in the middle of whatever it does (SIGKILL).
    pub fn kill(&mut self) {
        // One that has ended already is ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Where a program listens, from what it says.
pub fn listening(said: &mut impl Iterator<Item = std::io::Result<String>>) -> Option<SocketAddr> {
    said.map_while(std::io::Result::ok).find_map(|line| {
        line.split_once("http://")?
            .1
            .split('/')
            .next()?
            .parse()
            .ok()
    })
}

fn is_ready(address: SocketAddr) -> bool {
    let mut reply = String::new();
    let asked = TcpStream::connect(address).and_then(|mut stream| {
        stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n")?;
        stream.read_to_string(&mut reply)
    });
    asked.is_ok() && reply.starts_with("HTTP/1.1 200 ")
}
