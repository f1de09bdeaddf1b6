// Whoever wants to be called when headers come.
import Bytes
import Cryptography
import Dispatch
import Documents
import Files
import Network
import Synchronization

/// A URL that is called with every event.
struct Webhook: Sendable, Equatable {
    let url: String
    /// The field and its value that it wants to see; nil for none.
    let field: (name: String, value: String)?
    /// Seconds since 1970.
    let created: Int64
    var lastStatus = ""
    var lastTime: Int64?
    var failures = 0
    var isActive = true

    static func == (left: Webhook, right: Webhook) -> Bool { left.json == right.json }

    /// What its owner is shown.
    var shown: ForeignJSON {
        .object([
            .init("url", .string(url)), .init("createdAt", .string(HeaderJSON.time(created))),
            .init("lastEmitStatus", .string(lastStatus)),
            .init("lastEmitTimestamp", .string(lastTime.map { HeaderJSON.time($0) } ?? "")),
            .init("errorsCount", ForeignJSON(failures)), .init("active", .boolean(isActive)),
        ])
    }

    /// A line of the file.
    var json: ForeignJSON {
        .object([
            .init("url", .string(url)), .init("name", ForeignJSON(field?.name)),
            .init("value", ForeignJSON(field?.value)),
            .init("created", .number(String(created))), .init("status", .string(lastStatus)),
            .init("time", lastTime.map { .number(String($0)) } ?? .null),
            .init("failures", ForeignJSON(failures)), .init("active", .boolean(isActive)),
        ])
    }

    init(url: String, field: (name: String, value: String)?, created: Int64) {
        self.url = url
        self.field = field
        self.created = created
    }

    /// A line of the file.
    init?(line: ForeignJSON) {
        guard let url = line["url"]?.string, let created = line["created"]?.integer else {
            return nil
        }
        var field: (name: String, value: String)?
        if let name = line["name"]?.string { field = (name, line["value"]?.string ?? "") }
        self.init(url: url, field: field, created: Int64(created))
        lastStatus = line["status"]?.string ?? ""
        lastTime = line["time"]?.integer.map { Int64($0) }
        failures = line["failures"]?.integer ?? 0
        isActive = line["active"]?.boolean ?? true
    }

    /// What a client registers: `{url,requiredAuth{type,token,header}}`.
    /// - Parameter allowsPrivate: whether it may be on a network of the server's own.
    init(
        registering body: ForeignJSON, now: Int64, allowsPrivate: Bool
    ) throws(HeaderProblem) {
        guard let text = body["url"]?.string, !text.isEmpty else {
            throw HeaderProblem(400, "ErrURLBodyRequired", "'url' is missing")
        }
        func refuse(_ reason: String) -> HeaderProblem {
            HeaderProblem(400, "ErrCreateWebhook", reason)
        }
        guard text.utf8.count <= HeaderServiceLimits.webhookBytes, let url = try? WebURL(text),
            url.scheme == "http" || url.scheme == "https"
        else { throw refuse("'url' is no URL of http or https") }
        guard allowsPrivate || !Self.isPrivate(url.host) else {
            throw refuse("'url' leads into a private network")
        }
        self.init(url: text, field: try Self.field(body["requiredAuth"], refuse), created: now)
    }

    /// Names are judged again when they are called: by the addresses that they have then.
    private static func isPrivate(_ host: String) -> Bool {
        if let address = IPAddress(host) { return !address.isPublic }
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        return ["localhost", "local", "internal", "lan"].contains {
            name == $0 || name.hasSuffix(".\($0)")
        }
    }

    private static func field(
        _ auth: ForeignJSON?, _ refuse: (String) -> HeaderProblem
    ) throws(HeaderProblem) -> (name: String, value: String)? {
        guard let auth, let token = auth["token"]?.string, !token.isEmpty else { return nil }
        let name: String
        let value: String
        switch auth["type"]?.string?.uppercased() ?? "BEARER" {
        case "BEARER", "": (name, value) = ("Authorization", "Bearer \(token)")
        case "CUSTOM_HEADER": (name, value) = (auth["header"]?.string ?? "", token)
        default: throw refuse("'requiredAuth.type' is BEARER or CUSTOM_HEADER")
        }
        let isName =
            !name.isEmpty && name.utf8.count <= HeaderServiceLimits.webhookBytes
            && name.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5a).contains($0 & 0xdf) || $0 == 0x2d
                    || $0 == 0x5f
            }
        let isFraming = [
            "host", "content-length", "transfer-encoding", "connection", "content-type", "upgrade",
            "te", "trailer", "expect",
        ].contains(name.lowercased())
        guard isName, !isFraming, value.utf8.count <= HeaderServiceLimits.webhookBytes,
            value.utf8.allSatisfy({ (0x20...0x7e).contains($0) })
        else { throw refuse("'requiredAuth' is no field of a request") }
        return (name, value)
    }
}

/// All webhooks of a service, and their calls.
final class Webhooks: Sendable {
    private let path: String
    private let sender: any HTTPSender
    private let now: @Sendable () -> Int64
    private let hooks: Mutex<[String: Webhook]>
    private let queue = DispatchQueue(label: "webhooks")
    private let isStopped = Atomic<Bool>(false)

    private static let fileBytes = HeaderServiceLimits.webhooks * 16_384

    /// - Parameter sender: refuses addresses that not everybody reaches.
    init(
        _ path: String, _ sender: any HTTPSender, now: @escaping @Sendable () -> Int64
    ) throws(FileError) {
        self.path = path
        self.sender = sender
        self.now = now
        var known: [String: Webhook] = [:]
        if try FileSystem.status(path) != nil {
            let bytes = try FileSystem.read(path, limit: Self.fileBytes)
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                guard let json = try? ForeignJSON(Array(line)), let hook = Webhook(line: json)
                else {
                    continue
                }
                known[hook.url] = hook
            }
        }
        hooks = Mutex(known)
    }

    func hook(_ url: String) -> Webhook? { hooks.withLock { $0[url] } }

    /// Adds one; one that was given up is called again.
    /// - Throws: `HeaderProblem`; failures of storage.
    func add(_ hook: Webhook) throws {
        try hooks.withLock { hooks in
            guard hooks[hook.url]?.isActive != true else {
                throw HeaderProblem(
                    400, "ErrRefreshWebhook", "the webhook is there already, and active")
            }
            guard hooks.count < HeaderServiceLimits.webhooks else {
                throw HeaderProblem(400, "ErrCreateWebhook", "there are too many webhooks")
            }
            var changed = hooks
            changed[hook.url] = hook
            try write(changed)
            hooks = changed
        }
    }

    /// Removes one; whether there was one.
    /// - Throws: failures of storage.
    func remove(_ url: String) throws -> Bool {
        try hooks.withLock { hooks in
            guard hooks[url] != nil else { return false }
            var changed = hooks
            changed[url] = nil
            try write(changed)
            hooks = changed
            return true
        }
    }

    private func write(_ hooks: [String: Webhook]) throws(FileError) {
        let lines = hooks.values.sorted { $0.url < $1.url }.map { $0.json.bytes + [0x0a] }
        try FileSystem.replace(path, with: lines.concatenated())
    }

    /// Calls all of them with each of the events, in order, on a thread of its own.
    func tell(_ events: [ForeignJSON]) {
        guard !hooks.withLock({ $0.isEmpty }) else { return }
        queue.async { [self] in
            for event in events {
                for url in hooks.withLock({ $0.keys.sorted() })
                where !isStopped.load(ordering: .relaxed) {
                    call(url, event.bytes)
                }
            }
        }
    }

    func stop() { isStopped.store(true, ordering: .relaxed) }

    private func call(_ url: String, _ body: [UInt8]) {
        guard var hook = hook(url), hook.isActive, let target = try? WebURL(url) else { return }
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        if let field = hook.field { headers.add(field.name, field.value) }
        do throws(NetworkError) {
            let response = try sender.send(
                HTTPRequest("POST", target, headers: headers, body: body))
            hook.lastStatus = String(response.status)
            hook.failures = (200...299).contains(response.status) ? 0 : hook.failures + 1
        } catch {
            hook.lastStatus = error.code
            hook.failures += 1
        }
        hook.lastTime = now()
        if hook.failures >= HeaderServiceLimits.webhookFailures { hook.isActive = false }
        let changed = hook
        hooks.withLock { hooks in
            // It may have been removed meanwhile.
            guard hooks[url] != nil else { return }
            hooks[url] = changed
            // What was the last status is not worth a failure.
            try? write(hooks)
        }
    }
}
