//! Who is calling, as a JWT says it, and as nothing else does.

use axum::http::{Method, header};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use support_core::time::{Clock as _, SystemClock};
use support_http_axum::{JwtAuthenticator, JwtError, SupportRouter};

use crate::harness::{Answer, Caller, TestDesk, about_nothing, contact};

const SECRET: &[u8] = b"a secret of this test, 32 bytes or more";

/// Far in the future, so that no clock is asked.
const LATER: i64 = 4_102_444_800;

fn desk_with(authenticator: JwtAuthenticator) -> TestDesk {
    TestDesk::with(|desk| desk, |router| router.authenticator(authenticator).without_rate_limits())
}

fn signed(header: &Header, claims: &Value, secret: &[u8]) -> String {
    jsonwebtoken::encode(header, claims, &EncodingKey::from_secret(secret)).unwrap()
}

fn token(claims: &Value) -> String {
    signed(&Header::default(), claims, SECRET)
}

fn with_token<'a>(desk: &'a TestDesk, token: &str) -> Caller<'a> {
    desk.anonymous().with(header::AUTHORIZATION, format!("Bearer {token}"))
}

/// What a list says to the holder of a token: staff see who somebody is, users see their own.
async fn list(desk: &TestDesk, token: &str) -> Answer {
    with_token(desk, token).get("/chat/sessions").await
}

#[tokio::test]
async fn s_17_a_subscriber_whose_token_expires_is_told_and_cut_within_five_seconds() {
    // No clock of the test's own: a token is good until the machine's clock says otherwise.
    let desk = desk_with(JwtAuthenticator::hs256(SECRET).unwrap());
    let expires = SystemClock.now().timestamp() + 2;
    let short = token(&json!({ "sub": "ann", "exp": expires }));
    let mut stream = with_token(&desk, &short).follow("/chat/events").await;
    let told = stream.event().await;
    let late = SystemClock.now().timestamp() - expires;
    assert_eq!((told.name.as_str(), &told.data["code"]), ("denied", &json!("invalid_credentials")));
    assert_eq!(told.data["status"], 401);
    assert_eq!(stream.next().await, None);
    assert!((0..=5).contains(&late), "{late} s after it expired");
}

#[test]
fn s_05_a_short_secret_is_refused() {
    for length in [0, 1, 16, 31] {
        let refused = JwtAuthenticator::hs256(&vec![b'x'; length]);
        assert!(matches!(refused, Err(JwtError::ShortSecret)), "{length}");
    }
    assert!(JwtAuthenticator::hs256(&[b'x'; 32]).is_ok());
    assert!(matches!(JwtAuthenticator::rs256(b"nonsense"), Err(JwtError::PublicKey(_))));
    assert!(matches!(JwtAuthenticator::ed25519(SECRET), Err(JwtError::PublicKey(_))));
    let shown = format!("{:?}", JwtAuthenticator::hs256(&[b'Q'; 32]).unwrap());
    assert!(!shown.contains("QQ") && !shown.contains("81, 81"), "{shown}");
}

#[tokio::test]
async fn s_29_good_tokens_name_their_caller() {
    let desk = desk_with(JwtAuthenticator::hs256(SECRET).unwrap());
    let good = [
        (json!({ "sub": "ann", "exp": LATER }), false),
        (json!({ "sub": "ann", "exp": LATER, "is_admin": false, "name": null, "email": null }), false),
        (json!({ "sub": "ann", "exp": LATER, "is_admin": true }), true),
        (
            json!({ "sub": "ann", "exp": LATER, "nbf": 0, "iat": 0, "aud": "elsewhere", "roles": ["admin"] }),
            false,
        ),
        (json!({ "sub": "ann", "exp": LATER, "admin": true, "isAdmin": true, "role": "admin" }), false),
    ];
    for (claims, is_admin) in good {
        let caller = with_token(&desk, &token(&claims));
        caller.get("/chat/sessions").await.json(200);
        let agents = caller.get("/support/agents").await;
        assert_eq!(agents.status, if is_admin { 200 } else { 403 }, "{claims}");
    }
    let named = json!({ "sub": "ann", "exp": LATER, "name": "Ann Lee", "email": "ann@example.org" });
    let ticket = with_token(&desk, &token(&named)).open_ticket(json!({})).await;
    assert_eq!(ticket["requester"], json!({ "id": "ann", "name": "Ann Lee", "email": "ann@example.org" }));
    // A tenant that nobody has used is an empty world.
    let elsewhere = token(&json!({ "sub": "ann", "exp": LATER, "tenant": "acme", "is_admin": true }));
    assert_eq!(list(&desk, &elsewhere).await.json(200)["items"], json!([]));
}

#[tokio::test]
async fn s_29_bad_claims_are_no_credential() {
    let desk = desk_with(JwtAuthenticator::hs256(SECRET).unwrap());
    let now = chrono::DateTime::from(std::fs::metadata("/proc/self").unwrap().modified().unwrap());
    let now: chrono::DateTime<chrono::Utc> = now;
    let bad = [
        json!({ "sub": "ann" }),
        json!({ "sub": "ann", "exp": null }),
        json!({ "sub": "ann", "exp": LATER.to_string() }),
        json!({ "sub": "ann", "exp": true }),
        json!({ "sub": "ann", "exp": [LATER] }),
        json!({ "sub": "ann", "exp": 0 }),
        json!({ "sub": "ann", "exp": -1 }),
        json!({ "sub": "ann", "exp": 1_000_000_000 }),
        json!({ "sub": "ann", "exp": now.timestamp() - 2 }),
        json!({ "sub": "ann", "exp": LATER, "nbf": LATER - 1 }),
        json!({ "exp": LATER }),
        json!({ "sub": null, "exp": LATER }),
        json!({ "sub": "", "exp": LATER }),
        json!({ "sub": " ", "exp": LATER }),
        json!({ "sub": 7, "exp": LATER }),
        json!({ "sub": ["ann"], "exp": LATER }),
        json!({ "sub": { "id": "ann" }, "exp": LATER }),
        json!({ "sub": "x".repeat(129), "exp": LATER }),
        json!({ "sub": "a\u{0}b", "exp": LATER }),
        json!({ "sub": "ann", "exp": LATER, "is_admin": "true" }),
        json!({ "sub": "ann", "exp": LATER, "is_admin": 1 }),
        json!({ "sub": "ann", "exp": LATER, "is_admin": "false" }),
        json!({ "sub": "ann", "exp": LATER, "is_admin": [true] }),
        json!({ "sub": "ann", "exp": LATER, "is_admin": {} }),
        json!({ "sub": "ann", "exp": LATER, "name": 5 }),
        json!({ "sub": "ann", "exp": LATER, "tenant": 5 }),
        json!({ "sub": "ann", "exp": LATER, "tenant": "" }),
        json!([]),
        json!("ann"),
    ];
    for claims in bad {
        let answer = list(&desk, &token(&claims)).await;
        assert_eq!(answer.status, 401, "{claims}");
        answer.problem(401, "invalid_credentials");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{claims}");
    }
}

#[tokio::test]
async fn s_29_the_algorithm_is_the_hosts_to_choose() {
    let desk = desk_with(JwtAuthenticator::hs256(SECRET).unwrap());
    let claims = json!({ "sub": "ann", "exp": LATER, "is_admin": true });
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let good = token(&claims);
    list(&desk, &good).await.json(200);
    let (head, rest) = good.split_once('.').unwrap();
    let (body, signature) = rest.split_once('.').unwrap();
    let mut forged = vec![
        format!("{}.{body}.", part(&json!({ "alg": "none" }))),
        format!("{}.{body}.{signature}", part(&json!({ "alg": "none", "typ": "JWT" }))),
        format!("{}.{body}.", part(&json!({ "alg": "NONE" }))),
        format!("{}.{body}.{signature}", part(&json!({ "typ": "JWT" }))),
        format!("{}.{body}.{signature}", part(&json!({ "alg": "RS256" }))),
        format!("{head}.{}.{signature}", part(&json!({ "sub": "eve", "exp": LATER, "is_admin": true }))),
        format!("{head}.{body}"),
        format!("{head}.{body}."),
        format!("{head}.{body}.{}", &signature[1..]),
        format!("{good}.{body}"),
        head.to_owned(),
        good[..good.len() - 1].to_owned(),
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "a.b.c".to_owned(),
        signed(&Header::default(), &claims, b"another secret, also 32 bytes or more"),
        signed(&Header::default(), &claims, b""),
    ];
    for algorithm in [Algorithm::HS384, Algorithm::HS512] {
        forged.push(signed(&Header::new(algorithm), &claims, SECRET));
    }
    // Where the key is to be found is not the token's to say.
    let jwk = json!({ "alg": "HS256", "jwk": { "kty": "oct", "k": BASE64_URL_SAFE_NO_PAD.encode("x".repeat(32)) } });
    let attackers = "x".repeat(32);
    let resigned = signed(&Header::default(), &claims, attackers.as_bytes());
    let forged_signature = resigned.rsplit_once('.').unwrap().1;
    forged.push(format!("{}.{body}.{forged_signature}", part(&jwk)));
    let mut header = Header { jku: Some("https://evil.example/keys".to_owned()), ..Header::default() };
    header.kid = Some("../../dev/null".to_owned());
    forged.push(signed(&header, &claims, attackers.as_bytes()));
    for token in forged {
        list(&desk, &token).await.problem(401, "invalid_credentials");
    }
}

#[tokio::test]
async fn s_29_a_public_key_is_no_secret() {
    let claims = json!({ "sub": "ann", "exp": LATER, "is_admin": true });
    let rsa = include_bytes!("keys/rsa.pub.pem");
    let desk = desk_with(JwtAuthenticator::rs256(rsa).unwrap());
    for secret in [&rsa[..], rsa.trim_ascii(), SECRET] {
        list(&desk, &signed(&Header::default(), &claims, secret)).await.problem(401, "invalid_credentials");
    }
    let public = include_bytes!("keys/ed25519.pub.pem");
    let desk = desk_with(JwtAuthenticator::ed25519(public).unwrap());
    let key = EncodingKey::from_ed_pem(include_bytes!("keys/ed25519.pem")).unwrap();
    let good = jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), &claims, &key).unwrap();
    list(&desk, &good).await.json(200);
    list(&desk, &signed(&Header::default(), &claims, public)).await.problem(401, "invalid_credentials");
}

#[tokio::test]
async fn s_13_a_bad_credential_is_never_nobody() {
    let desk = desk_with(JwtAuthenticator::hs256(SECRET).unwrap());
    let good = token(&json!({ "sub": "ann", "exp": LATER }));
    let schemes = [
        String::new(),
        " ".to_owned(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        good.clone(),
        format!("Basic {good}"),
        "Basic YW5uOmFubg==".to_owned(),
        format!("Bearer {good}, Bearer {good}"),
        format!("Bearer {good} {good}"),
        format!("Token {good}"),
    ];
    for value in schemes {
        for call in about_nothing() {
            if matches!(call.path.as_str(), "/openapi.json" | "/chat/stats") {
                continue;
            }
            let caller = desk.anonymous().with(header::AUTHORIZATION, &*value);
            caller.call(&call).await.problem(401, "invalid_credentials");
        }
        let caller = desk.anonymous().with(header::AUTHORIZATION, value);
        caller.post("/chat/sessions", contact()).await.problem(401, "invalid_credentials");
    }
    let twice = with_token(&desk, &good).request(Method::GET, "/chat/sessions");
    twice.header("Authorization", format!("Bearer {good}")).send().await.problem(401, "invalid_credentials");
    let lower = desk.anonymous().with(header::AUTHORIZATION, format!("bearer {good}"));
    lower.get("/chat/sessions").await.json(200);
    assert_eq!(desk.anonymous().get("/chat/stats").await.json(200)["total_sessions"], 0);
    // Where nobody can read credentials, none is good.
    let router = SupportRouter::new(
        support_core::SupportDesk::builder(support_core::memory::MemoryStore::new()).build(),
    );
    let router = axum::Router::new().nest("/api/v1", router.build());
    let caller = Caller::new(&router).with(header::AUTHORIZATION, format!("Bearer {good}"));
    caller.post("/chat/sessions", contact()).await.problem(401, "invalid_credentials");
    Caller::new(&router).post("/chat/sessions", contact()).await.json(201);
}

async fn s_27_no_header_names_a_user(desk: &TestDesk) {
    let chat = desk.user("ann").start_chat(json!({})).await;
    let (guest, own) = desk.guest_chat().await;
    let names = [
        "X-User",
        "X-User-Id",
        "X-Forwarded-User",
        "X-Remote-User",
        "Remote-User",
        "X-Auth-Request-User",
        "X-Authenticated-User",
        "X-Admin",
        "X-Is-Admin",
        "X-Tenant",
        "From",
        "Cookie",
        "X-Original-User",
    ];
    for name in names {
        for value in ["ann", "ada", "true", "admin=true; user=ann"] {
            let path = format!("/chat/sessions/{}", chat["id"].as_str().unwrap());
            let nobody = desk.anonymous().request(Method::GET, &path).header(name, value).send().await;
            nobody.problem(401, "unauthenticated");
            let list =
                guest.request(Method::GET, "/chat/sessions").header(name, value).send().await.json(200);
            assert_eq!(list["items"], json!([own_view(&guest, &own).await]));
        }
    }
}

async fn own_view(guest: &Caller<'_>, chat: &Value) -> Value {
    guest.read(chat).await
}

#[tokio::test]
async fn s_27_an_untrusted_peer_says_nothing_of_addresses() {
    let begin = async |desk: &TestDesk| {
        let request = desk.anonymous().from("198.51.100.7").request(Method::POST, "/chat/sessions");
        let request = request.header("X-Forwarded-For", "203.0.113.9").header("Forwarded", "for=203.0.113.9");
        let chat = request.header("X-Real-IP", "203.0.113.9").json(&contact()).send().await.json(201);
        desk.admin("ada").read(&chat).await["ip_address"].as_str().unwrap().to_owned()
    };
    assert_eq!(begin(&TestDesk::new()).await, "198.51.100.0");
    let trusting = |network: &str| {
        let network = network.parse().unwrap();
        TestDesk::with(|desk| desk, move |router| router.trusted_proxy(network).without_rate_limits())
    };
    assert_eq!(begin(&trusting("198.51.100.0/24")).await, "203.0.113.0");
    assert_eq!(begin(&trusting("192.0.2.0/24")).await, "198.51.100.0");
}

on_each_store!(
    without a bot:
    s_27_no_header_names_a_user,
);
