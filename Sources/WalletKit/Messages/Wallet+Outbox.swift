// Sending messages: who is meant, what is said, and what waits to be delivered.
import Bytes
import Documents
import Files
import Network
import Service

/// What a person wants to send.
public struct Letter: Sendable {
    /// Documents, a line each, without newline.
    public var documents: [[UInt8]] = []
    /// A text to go with them.
    public var note: String?
    /// A file to go with them: its name, media type and contents.
    public var file: (name: String, type: String, content: [UInt8])?
    /// A line for people.
    public var subject: String?
    /// Which own address signs, by name; nil for this device.
    public var from: String?
    /// How long delivery is tried, a duration or a time; nil for 30 days.
    public var expires: String?

    /// Nothing yet.
    public init() {}
}

/// Somebody who takes messages.
public struct Recipient: Sendable {
    /// The way there.
    public let destination: MessageDestination
    /// The domain.
    public let domain: String
    /// The domain's verifier key, where it was shown; nil where nothing but the name is known.
    public let key: String?
    /// The message that is answered; nil where none is.
    public var answers: Digest256?
}

extension Wallet {
    private static let usualExpiryDays: Int64 = 30
    private static let dayMilliseconds: Int64 = 86_400_000

    func outboxStore() throws -> OutboxStore {
        OutboxStore(
            wallet: directory, waitSeconds: try configuration.integer(Settings.coreWait),
            onWait: surroundings.onWait)
    }

    func courier(_ transport: MessageTransport) throws -> MessageCourier {
        MessageCourier(
            outbox: try outboxStore(), peers: try knownPeers(),
            ssh: try configuration.text(Settings.sshProgram) ?? "ssh", transport: transport,
            surroundings: surroundings)
    }

    // MARK: - Who

    /// Finds whom `who` means: a peer's name, a URL, `ssh://HOST/PATH`, or another wallet's
    /// directory. Asks there for the domain, but for a peer, whose domain is known.
    /// - Throws: `MessageError.invalidDestination`, `.unreached`; `NetworkError.invalidURL`;
    ///   `WalletError.unknown`, and what opening the other wallet throws.
    public func recipient(_ who: String, over transport: MessageTransport) throws -> Recipient {
        if let peer = try knownPeer(who) {
            return Recipient(
                destination: .peer(peer.name), domain: peer.domain, key: peer.key.text)
        }
        if who.hasPrefix(SSHPlace.scheme) {
            return try recipient(at: SSHPlace(who), transport)
        }
        if who.hasPrefix("https://") || who.hasPrefix("http://") || who.hasPrefix("unix:") {
            return try recipient(at: WebURL(who), transport)
        }
        guard who.contains("/") || who == "." || who == ".." else {
            throw WalletError.unknown(
                what: "peer", name: who, suggestions: try knownPeers().map(\.name))
        }
        let other = try transport.directory(who)
        return Recipient(
            destination: .directory(FileSystem.parent(of: other.directory)),
            domain: try other.ownDomain(), key: nil)
    }

    private func recipient(
        at url: WebURL, _ transport: MessageTransport
    ) throws -> Recipient {
        guard url.query == nil else {
            throw MessageError.invalidDestination(
                text: url.description, reason: "a wallet's URL has no query")
        }
        if let peer = try knownPeers().first(where: { $0.url == url }) {
            return Recipient(
                destination: .peer(peer.name), domain: peer.domain, key: peer.key.text)
        }
        let sender = try transport.http(nil, false)
        do throws(ClientError) {
            let identity = try DomainClient(url, over: sender).identity()
            return Recipient(
                destination: .url(url, isStrange: false), domain: identity.domain,
                key: identity.verifierKey)
        } catch {
            throw MessageError.unreached(to: url.description, Obstacle(error))
        }
    }

    private func recipient(
        at place: SSHPlace, _ transport: MessageTransport
    ) throws -> Recipient {
        let courier = try courier(transport)
        let domain: [UInt8]
        do throws(Obstacle) {
            domain = try courier.run(place, ["config", "get", "domain.name"], [])
        } catch {
            throw MessageError.unreached(to: place.description, error)
        }
        guard (1...Limits.domainBytes).contains(domain.count),
            let text = String(validating: domain, as: UTF8.self)
        else {
            throw MessageError.unreached(
                to: place.description, Obstacle("ssh", "it names no domain"))
        }
        return Recipient(destination: .ssh(place), domain: text, key: nil)
    }

    /// Who has sent a message, to be answered: a peer where its domain is one, otherwise where the
    /// message asks for answers, on the public network.
    /// - Throws: `MessageError.noWay`.
    public func recipient(answering entry: InboxEntry) throws -> Recipient {
        try Correspondence(peers: knownPeers()).recipient(answering: entry.message)
    }

    // MARK: - What

    /// Signs a message and keeps it to be delivered; durable when this returns.
    /// - Parameter event: makes a repeated call give the same message; nil for a new one.
    /// - Throws: `Refusal` for what is no document; `MessageError`, `WalletError`; key failures,
    ///   failures of storage.
    public func post(
        _ letter: Letter, to recipient: Recipient, event: (id: String, time: Timestamp)? = nil
    ) throws -> OutboxEntry {
        let identity = try messageIdentity()
        var documents: [Envelope] = []
        for line in letter.documents {
            let envelope = try Envelope(line: line)
            try envelope.check()
            _ = try CarriedDocument(envelope)
            // The same document twice says nothing more.
            if !documents.contains(where: { $0.hash == envelope.hash }) {
                documents.append(envelope)
            }
        }
        documents += try notes(letter, identity)
        var terms = try identity.terms(to: recipient.domain)
        terms.answers = recipient.answers
        terms.subject = letter.subject
        if let event { (terms.random, terms.sent) = (event.id, event.time) }
        if let who = letter.from { terms.from = try resolver().address(who) }
        let draft = Message(
            terms, documents: documents,
            certificate: letter.from == nil ? identity.certificate : nil)
        // What we sign others can read: shape and limits are judged before a key is touched.
        guard draft.document.count <= Limits.lineBytes else { throw DocumentLines.tooLong }
        _ = try Message(Envelope(line: draft.document))
        let signed =
            letter.from == nil
            ? try identity.sign(draft)
            : draft.replacing(try endorse(.init(), draft.hash, as: terms.from))
        return try outboxStore().add(
            signed, try route(to: recipient, expires: letter.expires, surroundings.now()))
    }

    private func notes(_ letter: Letter, _ identity: MessageIdentity) throws -> [Envelope] {
        var contents: [Note.Content] = []
        if let text = letter.note { contents.append(.text(text)) }
        if let file = letter.file {
            guard file.content.count <= MessageLimits.fileBytes else {
                throw MessageError.fileTooLarge(path: file.name, limit: MessageLimits.fileBytes)
            }
            contents.append(
                .file(Note.File(name: file.name, type: file.type, content: file.content)))
        }
        return try contents.map { content in
            let note = Note(content, random: try identity.random(), written: surroundings.now())
            let envelope = try Envelope(line: note.document)
            _ = try Note(envelope)
            return envelope
        }
    }

    private func route(
        to recipient: Recipient, expires: String?, _ now: Timestamp
    ) throws -> MessageRoute {
        let usual = now.adding(milliseconds: Self.usualExpiryDays * Self.dayMilliseconds)
        let expiry = try expires.map { try time($0, "expiry", now) } ?? usual ?? .latest
        let latest = now.adding(milliseconds: MessageTexts.expiryDays * Self.dayMilliseconds)
        guard now < expiry, expiry <= latest ?? .latest else {
            throw WalletError.invalidArgument(
                what: "expiry", value: expires ?? expiry.text,
                reason: "it must come, and within \(MessageTexts.expiryDays) days")
        }
        return MessageRoute(
            destination: recipient.destination, domain: recipient.domain, key: recipient.key,
            expires: expiry, queued: now)
    }

    // MARK: - Delivery

    /// The messages that wait, were refused or have expired, the oldest first.
    /// - Throws: failures of storage; `MessageError.damaged`.
    public func outbox() throws -> [OutboxEntry] { try outboxStore().entries() }

    /// The message of the outbox whose hash begins with `prefix`.
    /// - Throws: `WalletError.unknown`, `.ambiguous`, `.invalidArgument`; as `outbox`.
    public func outboxEntry(_ prefix: String) throws -> OutboxEntry {
        let store = try outboxStore()
        let hash = try MessageFiles.find(prefix, among: try store.hashes())
        guard let entry = try store.entry(hash) else {
            throw WalletError.unknown(what: "message", name: prefix, suggestions: [])
        }
        return entry
    }

    /// Tries to deliver one message now, also one that was refused.
    /// - Throws: failures of storage.
    public func deliver(
        _ entry: OutboxEntry, over transport: MessageTransport
    ) throws -> MessageDelivery {
        let store = try outboxStore()
        let waiting = try store.update(entry.message.hash) { entry in
            if entry.status == .refused { entry.status = .waiting }
        }
        return try courier(transport).deliver(waiting ?? entry)
    }

    /// Tries to deliver what waits. To be called whenever there may be a way: by `sync`, a timer, a
    /// server.
    /// - Parameter isForced: whether messages are tried before their next attempt is due.
    /// - Returns: what has become of each message of the outbox, the oldest first.
    /// - Throws: failures of storage; `MessageError.damaged`.
    public func deliverPending(
        over transport: MessageTransport, isForced: Bool = false
    ) throws -> [MessageDelivery] {
        try courier(transport).deliverAll(isForced: isForced)
    }

    /// Gives a message up.
    /// - Throws: failures of storage.
    public func giveUp(_ entry: OutboxEntry) throws {
        _ = try outboxStore().remove(entry.message.hash)
    }
}

/// Where answers go.
struct Correspondence: Sendable {
    let peers: [Peer]

    /// - Throws: `MessageError.noWay`.
    func recipient(answering message: Message) throws(MessageError) -> Recipient {
        let domain = message.terms.domain
        if let peer = peers.first(where: { $0.domain.utf8.elementsEqual(domain.utf8) }) {
            return Recipient(
                destination: .peer(peer.name), domain: domain, key: peer.key.text,
                answers: message.hash)
        }
        guard let reply = message.terms.reply.flatMap({ MessageDestination.reply($0) }) else {
            throw .noWay(domain: domain)
        }
        return Recipient(destination: reply, domain: domain, key: nil, answers: message.hash)
    }
}

extension Letter {
    /// Adds a file, under the last component of its path. What is UTF-8 without NUL is called text.
    /// - Throws: `MessageError.fileTooLarge`; `WalletError.invalidName`; `FileError`.
    public mutating func attach(_ path: String) throws {
        guard let status = try FileSystem.status(path) else {
            throw WalletError.unknown(what: "file", name: path, suggestions: [])
        }
        guard status.size <= MessageLimits.fileBytes else {
            throw MessageError.fileTooLarge(path: path, limit: MessageLimits.fileBytes)
        }
        let name = String(path.split(separator: "/").last ?? "")
        guard Note.isName(name) else {
            throw WalletError.invalidName(name: name, reason: "a file in a message is called so")
        }
        let content = try FileSystem.read(path, limit: MessageLimits.fileBytes)
        let isText = !content.contains(0) && String(validating: content, as: UTF8.self) != nil
        file = (name, isText ? "text/plain" : "application/octet-stream", content)
    }
}
