//! A line to the server that can be cut where it hurts most: at a commit, or at the statement that is a batch and its commit in one.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What the line does with the next commit, or batch, that comes along; after that it carries everything again, unless it is told otherwise.
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
    /// The same for a batch in one statement.
    LateBatch,
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
    delivered: Notify,
}

impl Line {
    pub async fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            server,
            fault: Mutex::new(Fault::None),
            deliver: Notify::new(),
            delivered: Notify::new(),
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

    /// Until the server has answered what was held back.
    pub async fn has_delivered(&self) {
        self.shared.delivered.notified().await;
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
    // The names under which this session knows the statements that are a batch: no other counts the elements of a list.
    let mut batches: Vec<Vec<u8>> = Vec::new();
    loop {
        tokio::select! {
            read = node.read(&mut said) => {
                let said = &said[..read?];
                if said.is_empty() || shared.fault() == Fault::Dead {
                    return Ok(());
                }
                let holds = |words: &[u8]| said.windows(words.len()).any(|window| window == words);
                if said[0] == b'P' && holds(b"cardinality(") {
                    batches.extend(said[5..].split_inclusive(|byte| *byte == 0).next().map(<[u8]>::to_vec));
                }
                let is_batch = said[0] == b'B' && batches.iter().any(|name| holds(name));
                let fault = shared.fault();
                let is_hit = match fault {
                    Fault::None => false,
                    Fault::LateCommit => holds(b"COMMIT\0"),
                    Fault::LateBatch => is_batch,
                    _ => is_batch || holds(b"COMMIT\0"),
                };
                if !is_hit {
                    server.write_all(said).await?;
                    continue;
                }
                let after = if fault == Fault::AfterCommitForGood { Fault::Dead } else { Fault::None };
                *shared.fault.lock().unwrap() = after;
                let is_late = matches!(fault, Fault::LateCommit | Fault::LateBatch);
                if is_late {
                    drop(node);
                    shared.deliver.notified().await;
                }
                if fault != Fault::BeforeCommit {
                    server.write_all(said).await?;
                    // The answer is waited for and kept from the node.
                    let _ = server.read(&mut answered).await?;
                    if is_late {
                        shared.delivered.notify_one();
                    }
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
