//! A line to the server that can be cut where it hurts most: at a commit.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What the line does with the next commit that comes along; after that it carries everything again, unless it is told otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// Cut before the commit reaches the server.
    BeforeCommit,
    /// The commit reaches the server and is done; the answer does not come back.
    AfterCommit,
    /// As `AfterCommit`, and nobody gets through any more.
    AfterCommitForGood,
    /// Cut for the node at once; the commit reaches the server once [`Line::deliver`] is called.
    LateCommit,
    /// Nobody gets through.
    Dead,
}

/// A line from a port of its own to the server.
pub struct Line {
    pub port: u16,
    listening: tokio::task::JoinHandle<()>,
    shared: Arc<Shared>,
}

struct Shared {
    server: u16,
    fault: Mutex<Fault>,
    deliver: Notify,
}

impl Line {
    pub async fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            server,
            fault: Mutex::new(Fault::None),
            deliver: Notify::new(),
        });
        let of_task = shared.clone();
        let listening = tokio::spawn(async move {
            while let Ok((node, _)) = listener.accept().await {
                let shared = of_task.clone();
                if shared.fault() != Fault::Dead {
                    // A line that breaks is what it is for.
                    tokio::spawn(async move { drop(carry(node, &shared).await) });
                }
            }
        });
        Line {
            port,
            listening,
            shared,
        }
    }

    pub fn is_to(&self, fault: Fault) {
        *self.shared.fault.lock().unwrap() = fault;
    }

    /// What it would do with the next commit.
    pub fn fault(&self) -> Fault {
        self.shared.fault()
    }

    /// Nobody listens any more, and whoever is through is cut at the next word.
    pub fn is_gone(&self) {
        self.is_to(Fault::Dead);
        self.listening.abort();
    }

    /// Lets the commit through that was held back.
    pub fn deliver(&self) {
        self.shared.deliver.notify_one();
    }
}

impl Shared {
    fn fault(&self) -> Fault {
        *self.fault.lock().unwrap()
    }
}

async fn carry(mut node: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let mut server = TcpStream::connect(("127.0.0.1", shared.server)).await?;
    let (mut said, mut answered) = (vec![0; 65536], vec![0; 65536]);
    loop {
        tokio::select! {
            read = node.read(&mut said) => {
                let said = &said[..read?];
                if said.is_empty() || shared.fault() == Fault::Dead {
                    return Ok(());
                }
                let is_commit = said.windows(7).any(|window| window == b"COMMIT\0");
                let fault = shared.fault();
                if !is_commit || fault == Fault::None {
                    server.write_all(said).await?;
                    continue;
                }
                let after = if fault == Fault::AfterCommitForGood { Fault::Dead } else { Fault::None };
                *shared.fault.lock().unwrap() = after;
                if fault == Fault::LateCommit {
                    drop(node);
                    shared.deliver.notified().await;
                }
                if fault != Fault::BeforeCommit {
                    server.write_all(said).await?;
                    // The answer is waited for and kept from the node.
                    let _ = server.read(&mut answered).await?;
                }
                return Ok(());
            }
            read = server.read(&mut answered) => {
                let answered = &answered[..read?];
                if answered.is_empty() {
                    return Ok(());
                }
                node.write_all(answered).await?;
            }
        }
    }
}
