// A channel server with real sockets, a clock that the test moves, and a client that says exactly
// what it is told.
import Bytes
import Cryptography
import Documents
import Files
import Foundation
import Network
import Synchronization
import Testing

@testable import Channels

/// One server in a directory of its own.
final class ChannelRig: Sendable {
    static let password = "Correct Horse"

    let directory: String
    let loop: EventLoop
    let url: WebURL
    let client: HTTPClient
    let service: ChannelService
    private let server: HTTPServer
    private let shared: SharedClock
    private let collected: Collected

    /// - Parameter start: milliseconds since 1970 at the beginning.
    init(
        start: Int64 = 1_791_000_000_000, _ change: (inout ChannelOptions) -> Void = { _ in },
        proofs: ((String) throws -> ProofReceiver)? = nil
    ) throws {
        directory = NSTemporaryDirectory() + "channels-\(UUID().uuidString)"
        try FileSystem.makeDirectory(directory)
        let path = directory + "/channels.db"
        let clock = SharedClock(start)
        let collected = Collected()
        var options = ChannelOptions(
            now: { clock.now.withLock { $0 } },
            onFailure: { error in collected.texts.withLock { $0.append("\(error)") } })
        change(&options)
        service = try ChannelService(
            options, proofs: try proofs?(directory), random: SystemRandom()
        ) { try ChannelRig.store(path) }
        loop = try EventLoop()
        server = HTTPServer(
            loop: loop, addresses: [.network(host: "127.0.0.1", port: 0)],
            clock: { 1_791_000_000 }, handler: service)
        url = try WebURL("http://\(try server.start()[0])")
        client = HTTPClient(loop: loop, allowsPrivateAddresses: true)
        shared = clock
        self.collected = collected
    }

    final class SharedClock: Sendable {
        let now: Mutex<Int64>
        init(_ start: Int64) { now = Mutex(start) }
    }

    final class Collected: Sendable { let texts = Mutex<[String]>([]) }

    deinit {
        service.stop()
        server.stop(graceSeconds: 1)
        loop.stop()
        try? FileSystem.removeTree(directory)
    }

    static func store(_ path: String) throws -> ChannelStore {
        try ChannelStore(
            path: path, secret: [UInt8](repeating: 7, count: 32), random: SystemRandom())
    }

    /// What went wrong inside.
    var reported: [String] { collected.texts.withLock { $0 } }

    func pass(milliseconds: Int64) { shared.now.withLock { $0 += milliseconds } }

    /// Another user; the account's number.
    @discardableResult
    func account(_ name: String = "shop", user: String = "username") throws -> Int {
        try Self.store(directory + "/channels.db").createAccount(
            name: name, user: user, password: SecretBytes(Array(Self.password.utf8)))
    }

    static func basic(_ user: String = "username", _ password: String = password) -> String {
        "Basic " + Base64.encode(Array("\(user):\(password)".utf8))
    }

    func ask(
        _ method: String, _ path: String, as who: String? = nil, type: String? = nil,
        _ body: String = "", fields: [(String, String)] = []
    ) throws -> HTTPResponse {
        try ask(method, path, as: who, type: type, bytes: Array(body.utf8), fields: fields)
    }

    func ask(
        _ method: String, _ path: String, as who: String? = nil, type: String? = nil,
        bytes: [UInt8], fields: [(String, String)] = []
    ) throws -> HTTPResponse {
        var headers = HTTPHeaders()
        if let who { headers.add("Authorization", who) }
        if let type { headers.add("Content-Type", type) }
        for (name, value) in fields { headers.add(name, value) }
        var target = url
        let parts = path.split(separator: "?", maxSplits: 1)
        target.path = "/api/v1" + String(parts[0])
        if parts.count == 2 { target.query = String(parts[1]) }
        return try client.send(HTTPRequest(method, target, headers: headers, body: bytes))
    }

    /// A channel by the API: its id, and its owner's `Bearer …`.
    func channel(_ body: String = "{}", account: Int = 1) throws -> (id: String, owner: String) {
        let answer = try ask(
            "POST", "/account/\(account)/channel", as: Self.basic(), type: "application/json", body)
        let json = try ForeignJSON(answer.body)
        return (
            try #require(json["id"]?.string),
            "Bearer " + (try #require(json["access_tokens"]?.elements?[0]["token"]?.string))
        )
    }

    /// A token by the API: its number, and `Bearer …`.
    func token(
        _ channel: String, read: Bool = true, write: Bool = true
    ) throws -> (id: String, bearer: String) {
        let answer = try ask(
            "POST", "/account/1/channel/\(channel)/api-token", as: Self.basic(),
            type: "application/json",
            #"{"description":"t","can_read":\#(read),"can_write":\#(write)}"#)
        let json = try ForeignJSON(answer.body)
        return (
            try #require(json["id"]?.string),
            "Bearer " + (try #require(json["token"]?.string))
        )
    }

    func write(_ channel: String, _ who: String?, _ text: String = "hello") throws -> HTTPResponse {
        try ask("POST", "/channel/\(channel)", as: who, type: "text/plain", text)
    }

    /// The sequences that a token sees.
    func sequences(
        _ channel: String, _ who: String?, unread: Bool = false
    ) throws -> [Int] {
        let answer = try ask("GET", "/channel/\(channel)?unread=\(unread)", as: who)
        return try #require(try ForeignJSON(answer.body).elements).compactMap {
            $0["sequence"]?.integer
        }
    }
}

extension HTTPResponse {
    var text: String { String(decoding: body, as: UTF8.self) }

    var code: String? { (try? ForeignJSON(body))?["code"]?.string }

    /// The body with what is random in it named after its first appearance.
    func masked(_ names: inout [String]) -> String {
        let pattern = try? NSRegularExpression(pattern: "[A-Za-z0-9_-]{86}")
        var text = text
        let whole = NSRange(text.startIndex..., in: text)
        let found = (pattern?.matches(in: text, range: whole) ?? []).compactMap {
            Range($0.range, in: text).map { String(text[$0]) }
        }
        for value in found {
            if !names.contains(value) { names.append(value) }
            text = text.replacingOccurrences(
                of: value, with: "<\((names.firstIndex(of: value) ?? 0) + 1)>")
        }
        return text
    }
}
