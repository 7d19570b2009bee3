use super::*;
use image::{DynamicImage, ImageFormat};
use std::{
    io::Cursor,
    sync::{Mutex, PoisonError},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What a server of this machine was asked, a request a string.
type Asked = Arc<Mutex<Vec<String>>>;

fn asked(server: &Server) -> Vec<String> {
    server.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

struct Server {
    url: Url,
    asked: Asked,
}

impl Server {
    /// A server at an address that answers by path.
    async fn at(address: &str, answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((address, 0)).await.unwrap();
        let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        let (asked, answer) = (Asked::default(), Arc::new(answer));
        let seen = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&seen), Arc::clone(&answer)));
            }
        });
        Self { url, asked }
    }

    fn at_path(&self, path: &str) -> Url {
        self.url.join(path).unwrap()
    }
}

async fn serve(mut stream: TcpStream, asked: Asked, answer: Arc<impl Fn(&str) -> Vec<u8> + Send + Sync>) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        match stream.read(&mut byte).await {
            Ok(1) => request.push(byte[0]),
            _ => return,
        }
    }
    let request = String::from_utf8(request).unwrap();
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    asked.lock().unwrap().push(request);
    let answer = answer(&path);
    if stream.write_all(&answer).await.is_err() {
        return;
    }
    if path == "/slow" {
        std::future::pending::<()>().await;
    }
}

fn found(media_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\nSet-Cookie: seen=1\r\n\
         Connection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn moved_to(location: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        .into_bytes()
}

fn png() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(4, 3).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn networks(networks: &[&str]) -> Vec<Network> {
    networks.iter().map(|network| network.parse().unwrap()).collect()
}

#[tokio::test]
async fn an_image_comes_and_its_server_learns_nothing() {
    let server = Server::at("127.0.0.1", |path| match path {
        "/first" => moved_to("/second?x=1"),
        // The type is a lie: what counts are the bytes.
        _ => found("text/html", &png()),
    })
    .await;
    let fetcher = Fetcher::new(&networks(&["127.0.0.1"]));
    let raster = fetcher.fetch(&server.at_path("first")).await.unwrap();
    assert_eq!((raster.media_type, raster.width, raster.height), ("image/png", 4, 3));
    // By name too, and again: no cookie came along.
    let mut named = server.at_path("named");
    named.set_host(Some("localhost")).unwrap();
    fetcher.fetch(&named).await.unwrap();
    let requests = asked(&server);
    assert_eq!(requests.len(), 3, "{requests:?}");
    for request in requests {
        let mut names: Vec<String> = request
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(':'))
            .map(|(name, _)| name.to_ascii_lowercase())
            .collect();
        names.sort();
        assert_eq!(names, ["accept", "host", "user-agent"], "{request}");
        assert!(request.contains(AGENT) && !request.contains("ostern"), "{request}");
    }
}

#[tokio::test]
async fn nothing_inside_is_asked_not_even_by_a_redirect() {
    let inside = Server::at("127.0.0.2", |_| found("image/png", &png())).await;
    let to = inside.url.clone();
    let port = inside.url.port().unwrap();
    let outside = Server::at("127.0.0.1", move |path| match path {
        "/number" => moved_to(to.as_str()),
        "/decimal" => moved_to(&format!("http://2130706434:{port}/")),
        "/mapped" => moved_to(&format!("http://[::ffff:127.0.0.2]:{port}/")),
        "/userinfo" => moved_to(&format!("http://a:b@127.0.0.1:{port}/")),
        "/file" => moved_to("file:///etc/passwd"),
        "/ftp" => moved_to(&format!("ftp://127.0.0.1:{port}/")),
        _ => moved_to("data:image/png;base64,AAAA"),
    })
    .await;
    let fetcher = Fetcher::new(&networks(&["127.0.0.1"]));
    for path in ["number", "decimal", "mapped", "userinfo", "file", "ftp", "data"] {
        let error = fetcher.fetch(&outside.at_path(path)).await.unwrap_err();
        assert!(matches!(error, FetchError::Forbidden), "{path}: {error}");
    }
    assert!(asked(&inside).is_empty());
    assert_eq!(asked(&outside).len(), 7);

    // Without the operator's word nothing of this machine is reached, by number or by name.
    let strict = Fetcher::new(&[]);
    let mut named = outside.at_path("x");
    named.set_host(Some("localhost")).unwrap();
    for url in
        [outside.at_path("x"), Url::parse("http://127.0.0.1/").unwrap(), Url::parse("http://[::1]/").unwrap()]
    {
        assert!(matches!(strict.fetch(&url).await, Err(FetchError::Forbidden)), "{url}");
    }
    assert!(matches!(strict.fetch(&named).await, Err(FetchError::Unreachable(_))));
    named.set_port(None).unwrap();
    assert!(matches!(strict.fetch(&named).await, Err(FetchError::Unreachable(_))));
    assert_eq!(asked(&outside).len(), 7);
}

#[tokio::test]
async fn what_is_no_image_or_too_much_of_one_is_not_shown() {
    let bomb = {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_luma8(6_000, 6_000).write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    };
    let server = Server::at("127.0.0.1", move |path| match path {
        "/loop" => moved_to("/loop"),
        "/html" => found("image/png", b"<!DOCTYPE html><script>alert(1)</script>"),
        "/svg" => found("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        "/bomb" => found("image/png", &bomb),
        "/huge" => b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n\x89PNG\r\n\x1a\n".to_vec(),
        "/endless" => {
            let mut body = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
            body.extend_from_slice(&png());
            body.resize(LARGEST + 4096, 0);
            body
        }
        "/slow" => b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n\x89PNG\r\n\x1a\n".to_vec(),
        "/cut" => found("image/png", &png()[..40]),
        "/missing" => b"HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\nConnection: close\r\n\r\nno!".to_vec(),
        _ => b"nonsense\r\n\r\n".to_vec(),
    })
    .await;
    let mut fetcher = Fetcher::new(&networks(&["127.0.0.0/8"]));
    let error = async |path: &str| fetcher.fetch(&server.at_path(path)).await.unwrap_err();
    assert!(matches!(error("loop").await, FetchError::Moved));
    assert_eq!(asked(&server).len(), 1 + REDIRECTS);
    for path in ["html", "svg"] {
        assert!(matches!(error(path).await, FetchError::Raster(RasterError::NotRaster)), "{path}");
    }
    assert!(matches!(error("bomb").await, FetchError::Raster(RasterError::TooLarge)));
    assert!(matches!(error("huge").await, FetchError::TooLarge));
    assert!(matches!(error("endless").await, FetchError::TooLarge));
    assert!(matches!(error("cut").await, FetchError::Raster(RasterError::Broken(_))));
    assert!(matches!(error("missing").await, FetchError::Status(_)));
    assert!(matches!(error("nonsense").await, FetchError::Unreachable(_)));
    fetcher.patience = Duration::from_millis(200);
    assert!(matches!(fetcher.fetch(&server.at_path("slow")).await, Err(FetchError::Timeout)));
}
