//! HTTP/1.1 over one connection that stays open: just enough of it, so that the load costs the machine little beside the service.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::sync::Mutex;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// The tokens of the servers that listen, by address.
static TOKENS: Mutex<Vec<(SocketAddr, String)>> = Mutex::new(Vec::new());

/// From now on every connection to this address shows this token.
pub fn show(address: SocketAddr, token: &str) {
    let mut tokens = TOKENS.lock().expect("nobody panics with it");
    tokens.retain(|(known, _)| *known != address);
    tokens.push((address, token.to_owned()));
}

/// A connection.
pub struct Wire {
    stream: BufReader<TcpStream>,
    /// The line with the token, if the server has one.
    token: String,
}

/// A reply.
#[derive(Debug, Default)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The lines of the head, names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body as it was sent: compressed, if that was asked for.
    pub body: Vec<u8>,
}

impl Reply {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_default()
    }

    /// This reply, if it has the status.
    ///
    /// # Errors
    /// What was said instead.
    pub fn is(self, status: u16) -> Result<Self> {
        if self.status == status {
            Ok(self)
        } else {
            Err(Error::other(format!(
                "{status} expected, {}: {}",
                self.status,
                self.text()
            )))
        }
    }
}

/// A request without a body. `headers` are whole lines.
pub fn get(path: &str, headers: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: bench\r\n{headers}\r\n")
}

/// A request with a body. `headers` are whole lines.
pub fn post(path: &str, kind: &str, headers: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
}

impl Wire {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let tokens = TOKENS.lock().expect("nobody panics with it");
        let token = tokens.iter().find(|(known, _)| *known == address);
        let token = token.map(|(_, token)| format!("authorization: Bearer {token}\r\n"));
        Ok(Wire {
            stream: BufReader::new(stream),
            token: token.unwrap_or_default(),
        })
    }

    /// Sends a request and reads the whole reply.
    pub async fn send(&mut self, request: &str) -> Result<Reply> {
        // In one write, right behind the first line.
        let (line, rest) = request.split_once("\r\n").unwrap_or((request, ""));
        let request = [line, "\r\n", &self.token, rest].concat();
        self.stream.write_all(request.as_bytes()).await?;
        let mut reply = self.head().await?;
        let chunked = reply.header("transfer-encoding") == Some("chunked");
        let length = reply
            .header("content-length")
            .and_then(|length| length.parse().ok());
        match length {
            _ if chunked => reply.body = self.chunks().await?,
            Some(length) => reply.body = self.exactly(length).await?,
            None => {}
        }
        Ok(reply)
    }

    async fn head(&mut self) -> Result<Reply> {
        let mut reply = Reply::default();
        let first = self.line().await?;
        reply.status = first
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .ok_or_else(|| Error::new(ErrorKind::InvalidData, "no status"))?;
        loop {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(':') else {
                return Ok(reply);
            };
            reply
                .headers
                .push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }

    async fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let length = usize::from_str_radix(&self.line().await?, 16)
                .map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
            body.extend(self.exactly(length).await?);
            self.line().await?;
            if length == 0 {
                return Ok(body);
            }
        }
    }

    async fn exactly(&mut self, length: usize) -> Result<Vec<u8>> {
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await?;
        Ok(body)
    }

    async fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}
