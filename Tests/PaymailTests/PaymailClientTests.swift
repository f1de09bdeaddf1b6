// A client before servers of all kinds: lists, memory, redirections, keys.
import Bitcoin
import Bytes
import Cryptography
import Documents
import Network
import Testing

@testable import Paymail

private func page(_ text: String, _ status: Int = 200, _ headers: HTTPHeaders = [:]) -> HTTPResponse
{
    HTTPResponse(status: status, headers: headers, body: Array(text.utf8))
}

private let root = "https://example.com/.well-known/bsvalias"

struct PaymailClientTests {
    private let clock = Clock()
    private let memory = VolatileMemory()

    private func client(
        _ sender: any HTTPSender, named: [String: String] = [:], suffix: String = ""
    ) throws -> PaymailClient {
        let clock = clock
        return PaymailClient(
            PaymailClient.Reach(named: sender, strange: sender), services: TableResolver(),
            named: try named.mapValues { try WebURL($0) }, memory: memory,
            random: SeededRandom(seed: [4]), now: { clock.now }, suffix: suffix)
    }

    private func list(_ capabilities: String) -> HTTPResponse {
        page(#"{"bsvalias":"1.0","capabilities":{\#(capabilities)}}"#)
    }

    @Test func `a list is asked for once, and again when it is old`() throws {
        let sender = TableSender([root: list(#""pki":"https://example.com/{alias}""#)])
        let client = try client(sender)
        for _ in 0..<3 {
            #expect(
                try client.capabilities(of: "example.com").template(.publicKey)
                    == "https://example.com/{alias}")
        }
        #expect(sender.asked.withLock { $0.count } == 1)
        clock.pass(seconds: 3_601)
        _ = try client.capabilities(of: "example.com")
        #expect(sender.asked.withLock { $0.count } == 2)
    }

    @Test func `an unchanged list is kept, and ages as the server says`() throws {
        var first = list(#""pki":"https://example.com/{alias}""#)
        first.headers.add("ETag", "\"v1\"")
        first.headers.add("Cache-Control", "public, max-age=120")
        let sender = TableSender([root: first])
        let client = try client(sender)
        _ = try client.capabilities(of: "example.com")
        sender.set(root, HTTPResponse(status: 304, headers: ["Cache-Control": "max-age=1"]))
        clock.pass(seconds: 121)
        #expect(try client.capabilities(of: "example.com").known == [.publicKey])
        #expect(sender.asked.withLock { $0.last?.headers["If-None-Match"] } == "\"v1\"")
        // Less than a minute is a minute.
        clock.pass(seconds: 59)
        _ = try client.capabilities(of: "example.com")
        #expect(sender.asked.withLock { $0.count } == 2)
    }

    @Test func `on networks for tests the other path is asked first`() throws {
        let sender = TableSender([root + "-testnet": page("", 404), root: list("")])
        _ = try client(sender, suffix: "-testnet").capabilities(of: "example.com")
        #expect(sender.asked.withLock { $0.map(\.url.path) }.count == 2)
        sender.set(root + "-testnet", list(#""pki":"https://t.example/{alias}""#))
        clock.pass(seconds: 4_000)
        let found = try client(sender, suffix: "-testnet").capabilities(of: "example.com")
        #expect(found.offers(.publicKey))
    }

    @Test(arguments: [
        "", "[]", "{}", "null", #"{"bsvalias":"2.0","capabilities":{}}"#,
        #"{"bsvalias":"1.0"}"#, #"{"bsvalias":"1.0","capabilities":[]}"#,
        #"{"bsvalias":"1.0","capabilities":{"pki":"a","PKI":"b"}}"#, "<html></html>",
        #"{"capabilities":{}}"#,
    ])
    func `a list that is none is refused`(_ text: String) throws {
        let client = try client(TableSender([root: page(text)]))
        #expect(throws: PaymailError.self) { try client.capabilities(of: "example.com") }
    }

    @Test func `odd members of a list do no harm`() throws {
        let sender = TableSender([
            root: list(
                #""pki":7,"0c4339ef99c2":null,"f12f968c92d6":"","2a40af698840":["x"],"#
                    + #""6745385c3fc0":true,"8c4ed5ef8ace":{"invite":"x","outputs":"y"}"#)
        ])
        let found = try client(sender).capabilities(of: "example.com")
        #expect(found.known == [.senderValidation, .contacts])
        #expect(found.isOn(.senderValidation))
    }

    @Test func `more than two hundred capabilities are refused`() throws {
        func text(_ count: Int) -> HTTPResponse {
            list((0..<count).map { "\"c\($0)\":true" }.joined(separator: ","))
        }
        let sender = TableSender([root: text(201)])
        #expect(throws: PaymailError.self) {
            try client(sender).capabilities(of: "example.com")
        }
        sender.set(root, text(200))
        #expect(try client(sender).capabilities(of: "example.com").entries.count == 200)
    }

    @Test func `an answer of too many bytes is refused`() throws {
        let long = String(repeating: " ", count: PaymailLimits.answerBytes + 1)
        let client = try client(TableSender([root: page(long)]))
        #expect(throws: PaymailError.tooLarge(limitBytes: PaymailLimits.answerBytes)) {
            try client.capabilities(of: "example.com")
        }
    }

    @Test(arguments: [
        "http://example.com/x", "https://evil.com/x", "//evil.com/x", "https://example.com:444/x",
        "ftp://example.com/", "",
    ])
    func `a redirection leads nowhere else`(_ location: String) throws {
        let sender = TableSender([root: page("", 302, ["Location": location])])
        #expect(throws: PaymailError.self) {
            try client(sender).capabilities(of: "example.com")
        }
        #expect(sender.asked.withLock { $0.count } == 1)
    }

    @Test func `a redirection within the server is followed, three times`() throws {
        let sender = TableSender([root: page("", 301, ["Location": "/a"])])
        sender.set("https://example.com/a", page("", 302, ["Location": "https://example.com/b"]))
        sender.set("https://example.com/b", page("", 307, ["Location": "/c?d"]))
        sender.set("https://example.com/c?d", list(""))
        _ = try client(sender).capabilities(of: "example.com")
        sender.set("https://example.com/c?d", page("", 308, ["Location": "/e"]))
        clock.pass(seconds: 4_000)
        #expect(throws: PaymailError.self) {
            try client(sender).capabilities(of: "example.com")
        }
    }

    @Test(arguments: [
        "http://example.com/{alias}", "ftp://x/{alias}", "https://example.com/{other}", "x",
        "https://a@evil.com/{alias}", "unix:/etc/passwd", "https://exa mple.com/",
    ])
    func `a template that leads elsewhere than to HTTPS is refused`(_ template: String) throws {
        let sender = TableSender([root: list("\"pki\":\"\(template)\"")])
        #expect(throws: PaymailError.self) { try client(sender).publicKey(of: alice) }
        #expect(sender.asked.withLock { $0.count } == 1)
    }

    @Test func `without TLS only the server is asked that the user has named`() throws {
        let named = "http://127.0.0.1:9"
        let sender = TableSender([
            named + "/.well-known/bsvalias": list(
                #""pki":"http://127.0.0.1:9/{alias}","#
                    + #""f12f968c92d6":"http://127.0.0.1:8/{alias}""#)
        ])
        let number = Hexadecimal.encode(try key(1).publicKey.compressed)
        sender.set(
            named + "/alice",
            page(#"{"bsvalias":"1.0","handle":"alice@example.com","pubkey":"\#(number)"}"#))
        let client = try client(sender, named: ["example.com": named])
        #expect(try client.publicKey(of: alice) == key(1).publicKey.compressed)
        #expect(throws: PaymailError.unsafeRedirection(url: "http://127.0.0.1:8/alice")) {
            try client.profile(of: alice)
        }
    }

    @Test func `a strange server's URLs are asked by the sender that refuses private addresses`()
        throws
    {
        let named = TableSender([
            "http://127.0.0.1:9/.well-known/bsvalias": list(
                #""f12f968c92d6":"https://10.0.0.1/{alias}""#)
        ])
        let strange = TableSender([:])
        let clock = clock
        let client = PaymailClient(
            PaymailClient.Reach(named: named, strange: strange), services: TableResolver(),
            named: ["example.com": try WebURL("http://127.0.0.1:9")], memory: memory,
            random: SeededRandom(seed: [4]), now: { clock.now })
        #expect(throws: NetworkError.self) { try client.profile(of: alice) }
        #expect(strange.asked.withLock { $0.map(\.url.host) } == ["10.0.0.1"])
    }

    @Test func `aliases stand percent-encoded in URLs`() throws {
        let url = try CapabilityDocument.url(
            "https://x.example/{alias}@{domain.tld}/{pubkey}?a={alias}",
            for: try PaymailHandle("a+b@example.com"), publicKey: [2, 3])
        #expect(url.description == "https://x.example/a%2Bb@example.com/0203?a=a%2Bb")
    }

    @Test func `a refusal is told in the server's words`() throws {
        let sender = TableSender([root: list(#""f12f968c92d6":"https://example.com/{alias}""#)])
        let client = try client(sender)
        for (body, code, message) in [
            (#"{"code":"error-x","message":"no"}"#, "error-x", "no"),
            (#"{"error":"gone"}"#, "", "gone"), ("<html>", "", ""), ("", "", ""),
        ] {
            sender.set("https://example.com/alice", page(body, 404))
            #expect(
                throws: PaymailError.refused(status: 404, code: code, message: message)
            ) { try client.profile(of: alice) }
        }
    }
}

struct KeyPinningTests {
    @Test func `the first key is kept, and another one is refused until it is accepted`() throws {
        let stage = Stage()
        let client = try stage.client()
        let (old, new) = (try key(1).publicKey.compressed, try key(3).publicKey.compressed)
        #expect(try client.publicKey(of: alice) == old)
        stage.desk.state.withLock { $0.keys["alice"] = 3 }
        #expect(
            throws: PaymailError.keyChanged(
                handle: "alice@example.com", known: Hexadecimal.encode(old),
                offered: Hexadecimal.encode(new))
        ) { try client.publicKey(of: alice) }
        // What the new key has signed is not believed either.
        #expect(throws: PaymailError.self) { try client.promiseDestination(of: alice) }
        #expect(try client.offeredKey(of: alice) == new)
        try client.accept(new, of: alice)
        #expect(try client.publicKey(of: alice) == new)
        #expect(try client.promiseDestination(of: alice).handle == alice)
    }

    @Test(arguments: [
        #"{"bsvalias":"1.0","handle":"bob@example.com","pubkey":"KEY"}"#,
        #"{"bsvalias":"1.0","pubkey":"KEY"}"#, #"{"handle":"alice@example.com"}"#,
        #"{"handle":"alice@example.com","pubkey":"KEY00"}"#,
        #"{"handle":"alice@example.com","pubkey":"02"}"#,
        #"{"handle":"alice@example.com","pubkey":7}"#,
        #"{"handle":"alice@example.com","pubkey":"05KEY"}"#, "[]", "",
    ])
    func `a key that is none, or another's, is refused`(_ text: String) throws {
        let number = Hexadecimal.encode(try key(1).publicKey.compressed)
        let body = text.split(separator: "KEY", omittingEmptySubsequences: false)
            .joined(separator: number)
        let stage = Stage()
        let client = try stage.client { request, response in
            request.url.path.contains("/id/")
                ? HTTPResponse(status: 200, body: Array(body.utf8)) : response
        }
        #expect(throws: PaymailError.self) { try client.publicKey(of: alice) }
        #expect(stage.memory.pin(of: alice) == nil)
    }
}
