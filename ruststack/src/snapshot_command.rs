//! `ruststack snapshot save|load`: a running RustStack's state to a file, and back.

use std::{
    fs::{self, File},
    io::{self, IsTerminal as _, Read as _, Write},
    path::{Path, PathBuf},
    pin::Pin,
    time::{Duration, Instant},
};

use bytes::Bytes;
use clap::{Args, Subcommand};
use futures_util::stream;
use http_body_util::{BodyExt as _, Empty, StreamBody};
use hyper::{
    Request, Response, StatusCode,
    body::{Body, Frame, Incoming},
    client::conn::http1,
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// How much is read of a file at once. Bytes.
const PIECE_SIZE: usize = 64 * 1024;
/// Of an answer that says what is wrong. Bytes.
const MAX_REFUSAL_SIZE: usize = 4 * 1024;
/// Standard output or input.
const STANDARD: &str = "-";

const HELP: &str = "\
Examples:

  ruststack snapshot save seeded.tar.zst               all state, as it is now
  ruststack snapshot load seeded.tar.zst               puts it back, in place of what is there
  ruststack snapshot save --name seeded seeded.tar.zst a snapshot that was taken by name
  ruststack snapshot save - | ssh ci ruststack snapshot load -

RustStack goes on serving meanwhile. The file holds rows and object bytes of one instant; it can be loaded by this
RustStack and later ones, with persistence and without. Loading changes all of it or nothing.";

#[derive(Subcommand)]
pub(crate) enum SnapshotCommand {
    /// Write the state of a running RustStack to a file.
    #[command(after_help = HELP)]
    Save(Target),
    /// Put the state in a file back, in place of what a running RustStack has.
    #[command(after_help = HELP)]
    Load(Target),
}

#[derive(Args)]
pub(crate) struct Target {
    /// A .tar.zst; - is standard output or input.
    file: PathBuf,
    /// A snapshot's name: save that one, or keep the file as a snapshot of this name and change nothing else.
    #[arg(long)]
    name: Option<String>,
    /// Where RustStack runs; where GATEWAY_LISTEN says, if this is left out.
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
}

impl SnapshotCommand {
    pub(crate) fn target(&self) -> &Target {
        match self {
            Self::Save(target) | Self::Load(target) => target,
        }
    }

    /// The error says what is wrong and what to do.
    pub(crate) fn run(&self, endpoint: &str) -> Result<(), String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        runtime.block_on(async {
            match self {
                Self::Save(target) => save(target, endpoint).await,
                Self::Load(target) => load(target, endpoint).await,
            }
        })
    }
}

impl Target {
    fn path(&self) -> String {
        match &self.name {
            Some(name) => format!("/_ruststack/snapshots/{name}/file"),
            None => "/_ruststack/state/file".to_owned(),
        }
    }

    fn is_standard(&self) -> bool {
        self.file == Path::new(STANDARD)
    }
}

async fn save(target: &Target, endpoint: &str) -> Result<(), String> {
    let answer = send(endpoint, "GET", &target.path(), Empty::new()).await?;
    let body = accepted(answer).await?;
    if target.is_standard() {
        return receive(body, &mut io::stdout().lock()).await.map(drop);
    }
    let wrong = |error: io::Error| format!("cannot write {}: {error}", target.file.display());
    // What was in the file stays until all of the new is there.
    let mut part = target.file.clone().into_os_string();
    part.push(".part");
    let mut file = File::create(&part).map_err(wrong)?;
    let received = receive(body, &mut file).await;
    let kept = match received {
        Ok(size) => file.sync_all().and_then(|()| fs::rename(&part, &target.file)).map(|()| size).map_err(wrong),
        Err(error) => Err(error),
    };
    match kept {
        Ok(size) => {
            say(&format!("saved {size} bytes to {}", target.file.display()));
            Ok(())
        }
        Err(error) => {
            // It is the first error that counts.
            let _removed = fs::remove_file(&part);
            Err(error)
        }
    }
}

async fn receive(mut body: Incoming, out: &mut impl Write) -> Result<u64, String> {
    let mut progress = Progress::new("received");
    while let Some(frame) = body.frame().await {
        let ended = |error| format!("the snapshot was not sent to its end: {error}; RustStack's log says why");
        if let Ok(bytes) = frame.map_err(ended)?.into_data() {
            out.write_all(&bytes).map_err(|error| format!("cannot write the snapshot: {error}"))?;
            progress.add(bytes.len());
        }
    }
    out.flush().map_err(|error| format!("cannot write the snapshot: {error}"))?;
    Ok(progress.size)
}

async fn load(target: &Target, endpoint: &str) -> Result<(), String> {
    let source: Box<dyn io::Read + Send> = if target.is_standard() {
        Box::new(io::stdin())
    } else {
        let wrong = |error| format!("cannot read {}: {error}", target.file.display());
        Box::new(File::open(&target.file).map_err(wrong)?)
    };
    let answer = send(endpoint, "PUT", &target.path(), StreamBody::new(pieces(source))).await?;
    let body = accepted(answer).await?.collect().await.map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&body.to_bytes()).trim().to_owned();
    say(&format!("loaded: {text}"));
    Ok(())
}

type Piece = io::Result<Frame<Bytes>>;

/// Nothing else runs on this thread while the file is read.
fn pieces(source: Box<dyn io::Read + Send>) -> Pin<Box<dyn stream::Stream<Item = Piece> + Send>> {
    let start = (source, Progress::new("sent"));
    Box::pin(stream::try_unfold(start, |(mut source, mut progress)| async move {
        let mut piece = vec![0; PIECE_SIZE];
        let size = source.read(&mut piece)?;
        progress.add(size);
        piece.truncate(size);
        Ok((size > 0).then(|| (Frame::data(Bytes::from(piece)), (source, progress))))
    }))
}

async fn send<B>(endpoint: &str, method: &str, path: &str, body: B) -> Result<Response<Incoming>, String>
where
    B: Body<Data = Bytes> + Send + 'static + Unpin,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let authority = endpoint.trim_end_matches('/').strip_prefix("http://");
    let authority = authority.ok_or_else(|| format!("{endpoint} does not begin with http://"))?;
    let has_port = authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let address = if has_port { authority.to_owned() } else { format!("{authority}:80") };
    let nothing = |error: &dyn std::fmt::Display| {
        format!("nothing answers at {endpoint}: {error}; start RustStack, or name where it runs with --endpoint")
    };
    let stream = TcpStream::connect(&address).await.map_err(|error| nothing(&error))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| nothing(&error))?;
    let request = Request::builder().method(method).uri(path).header("host", authority);
    let request = request.body(body).map_err(|_| "a snapshot's name has letters, digits and . _ - only".to_owned())?;
    let answer = Box::pin(sender.send_request(request));
    let connection = Box::pin(connection);
    match futures_util::future::select(answer, connection).await {
        futures_util::future::Either::Left((answer, connection)) => {
            keep_running(connection);
            answer.map_err(|error| nothing(&error))
        }
        futures_util::future::Either::Right((ended, _)) => {
            Err(nothing(&ended.err().map_or_else(|| "the connection ended".to_owned(), |error| error.to_string())))
        }
    }
}

/// Bodies come through it.
#[expect(clippy::disallowed_methods, reason = "the command ends when it is done, and this with it")]
fn keep_running<E>(connection: impl Future<Output = Result<(), E>> + Send + 'static) {
    drop(tokio::spawn(async move {
        // A body that does not end says so itself.
        let _ended = connection.await;
    }));
}

/// The body, unless it says what is wrong.
async fn accepted(answer: Response<Incoming>) -> Result<Incoming, String> {
    let (status, mut body) = (answer.status(), answer.into_body());
    if status.is_success() {
        return Ok(body);
    }
    let mut text = Vec::new();
    while let Some(Ok(frame)) = body.frame().await
        && text.len() < MAX_REFUSAL_SIZE
    {
        text.extend(frame.into_data().unwrap_or_default());
    }
    let text = String::from_utf8_lossy(&text).trim().to_owned();
    match status {
        StatusCode::NOT_FOUND if text.is_empty() => Err("what answers there is no RustStack with snapshots".to_owned()),
        _ => Err(text),
    }
}

/// Says now and then how far it is, where somebody looks.
struct Progress {
    doing: &'static str,
    size: u64,
    said: Instant,
    is_watched: bool,
}

impl Progress {
    const PERIOD: Duration = Duration::from_secs(1);

    fn new(doing: &'static str) -> Self {
        Self { doing, size: 0, said: Instant::now(), is_watched: io::stderr().is_terminal() }
    }

    fn add(&mut self, size: usize) {
        self.size += size as u64;
        if self.is_watched && self.said.elapsed() > Self::PERIOD {
            self.said = Instant::now();
            say(&format!("{} {} MiB", self.doing, self.size >> 20));
        }
    }
}

/// Standard output may be the snapshot. Who has closed standard error does not want it.
fn say(sentence: &str) {
    drop(writeln!(io::stderr(), "ruststack: {sentence}"));
}
