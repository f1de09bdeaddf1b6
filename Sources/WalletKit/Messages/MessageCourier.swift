// Delivering messages: at least once, until somebody has signed that it was taken.
import Bytes
import Documents
import Files
import Network
import Service

/// What has become of one message of the outbox.
public struct MessageDelivery: Sendable {
    /// The message, as far as it is known here.
    public let entry: OutboxEntry
    /// The receiver's acknowledgement, a document without newline; nil where it was not taken.
    public let acknowledgement: [UInt8]?
    /// Whether it was not tried: it waits, or its destination has just failed.
    public let wasSkipped: Bool
}

/// Delivers what is in a wallet's outbox. Safe to use from any thread; two at once deliver
/// a message twice, and it is taken once.
struct MessageCourier: Sendable {
    let outbox: OutboxStore
    let peers: [Peer]
    let ssh: String
    let transport: MessageTransport
    let surroundings: Surroundings

    // MARK: - All of them

    /// Tries the messages whose time has come.
    /// - Parameter isForced: whether those that wait for their next attempt are tried too.
    /// - Returns: what has become of each, the oldest first.
    /// - Throws: `FileError`, `MessageError.damaged`, `WalletError.busy`.
    func deliverAll(isForced: Bool) throws -> [MessageDelivery] {
        var deliveries: [MessageDelivery] = []
        var failed: Set<MessageDestination> = []
        for entry in try outbox.entries() {
            let isDue = isForced || entry.next <= surroundings.now()
            guard entry.status == .waiting, isDue, !failed.contains(entry.route.destination) else {
                deliveries.append(
                    MessageDelivery(entry: entry, acknowledgement: nil, wasSkipped: true))
                continue
            }
            let delivery = try deliver(entry)
            deliveries.append(delivery)
            // Who does not answer once is not asked for each of a thousand messages.
            if let obstacle = delivery.entry.obstacle, delivery.acknowledgement == nil,
                !obstacle.isFinal
            {
                failed.insert(entry.route.destination)
            }
        }
        return deliveries
    }

    /// Tries one message.
    /// - Throws: as `deliverAll`.
    func deliver(_ entry: OutboxEntry) throws -> MessageDelivery {
        let hash = entry.message.hash
        // Delivered before a crash, and not removed.
        if let known = try outbox.acknowledgement(of: hash) {
            return try finish(entry, known)
        }
        guard surroundings.now() < entry.route.expires else {
            let updated = try outbox.update(hash) { $0.status = .expired }
            return MessageDelivery(
                entry: updated ?? entry, acknowledgement: nil, wasSkipped: false)
        }
        let answer: [UInt8]
        do {
            answer = try carry(entry)
            try check(answer, of: entry)
        } catch let obstacle as Obstacle {
            let now = surroundings.now()
            let updated = try outbox.update(hash) { $0.fail(obstacle, at: now) }
            return MessageDelivery(
                entry: updated ?? entry, acknowledgement: nil, wasSkipped: false)
        }
        return try finish(entry, answer)
    }

    private func finish(_ entry: OutboxEntry, _ acknowledgement: [UInt8]) throws -> MessageDelivery
    {
        try outbox.finish(entry.message, acknowledgement)
        return MessageDelivery(
            entry: entry, acknowledgement: acknowledgement, wasSkipped: false)
    }

    // MARK: - One attempt

    /// Brings the message there; the answer.
    /// - Throws: `Obstacle`.
    private func carry(_ entry: OutboxEntry) throws -> [UInt8] {
        let line = entry.message.document
        switch entry.route.destination {
        case .peer(let name):
            guard let peer = peers.first(where: { $0.name == name }) else {
                throw Obstacle("unknown-name", "no peer '\(name)'")
            }
            return try post(line, to: peer.url, peer.authorities, isStrange: false)
        case .url(let url, let isStrange):
            return try post(line, to: url, nil, isStrange: isStrange)
        case .directory(let path): return try take(line, in: path)
        case .ssh(let place):
            return try run(place, ["inbox", "receive"], line + [MessageFiles.newline])
        }
    }

    private func post(
        _ line: [UInt8], to url: WebURL, _ authorities: String?, isStrange: Bool
    ) throws(Obstacle) -> [UInt8] {
        let sender: any HTTPSender
        do { sender = try transport.http(authorities, isStrange) } catch {
            throw Obstacle("network", "there is no way to the network: \(error)")
        }
        do throws(ClientError) {
            return try DomainClient(url, over: sender).deliver(message: line)
        } catch { throw Obstacle(error) }
    }

    /// Another wallet of this machine takes it, in this process.
    private func take(_ line: [UInt8], in path: String) throws -> [UInt8] {
        do {
            let receiver = try transport.directory(path)
            let taken = try receiver.receive(message: line)
            // What its hook makes of it is its own affair; the message has been taken.
            if taken.isNew, let report = try? receiver.announceReceived(), !report.answers.isEmpty {
                _ = try? receiver.deliverPending(over: transport)
            }
            return taken.acknowledgement
        } catch let refusal as Refusal {
            throw Obstacle(refusal.code.rawValue, refusal.message, isFinal: true)
        } catch let error as MessageError {
            var isFinal = false
            if case .notAdmitted = error { isFinal = true }
            throw Obstacle(error.code, "\(error)", isFinal: isFinal)
        } catch let error as WalletError {
            throw Obstacle(error.code, "there is no wallet that takes it (\(error.code))")
        } catch let error as FileError {
            throw Obstacle("storage", "\(error.call) '\(error.path)': \(error.reason)")
        } catch {
            throw Obstacle("receiver", "the wallet there cannot take it: \(error)")
        }
    }

    /// Runs `wallet` on another machine; the first line that it answers with.
    func run(
        _ place: SSHPlace, _ command: [String], _ input: [UInt8]
    ) throws(Obstacle) -> [UInt8] {
        let answer: ProgramAnswer
        do { answer = try transport.program(ssh, place.arguments(command), input) } catch {
            throw Obstacle("ssh", "'\(ssh)' could not be run: \(error)")
        }
        let line = Array(answer.output.prefix { $0 != MessageFiles.newline })
        if answer.status == 0, !line.isEmpty { return line }
        if let error = (try? JSONText(line))?.root["error"], let code = error["code"]?.string,
            code.utf8.count <= AnswerLimits.codeBytes
        {
            let isFinal = RefusalCode(rawValue: code) != nil || code == "not-admitted"
            throw Obstacle(
                code, String((error["message"]?.string ?? "").prefix(1_000)), isFinal: isFinal)
        }
        let said =
            String(decoding: answer.errors.prefix(1_000), as: UTF8.self)
            .split(whereSeparator: \.isNewline).last.map { ": " + $0 } ?? ""
        throw Obstacle("ssh", "'\(ssh)' ended with status \(answer.status)\(said)")
    }

    // MARK: - The acknowledgement

    /// Whether the receiver's domain has signed that it took this message.
    private func check(_ line: [UInt8], of entry: OutboxEntry) throws(Obstacle) {
        func doubt(_ reason: String) -> Obstacle {
            Obstacle("false-acknowledgement", "what came back shows no delivery: \(reason)")
        }
        let route = entry.route
        do throws(Refusal) {
            let acknowledgement = try Acknowledgement(try Envelope(line: line))
            try acknowledgement.checkSignatures()
            guard acknowledgement.message == entry.message.hash else {
                throw Refusal(.malformedDocument, "it is of another message")
            }
            guard acknowledgement.domain.utf8.elementsEqual(route.domain.utf8) else {
                throw Refusal(.wrongDomain, "it is of '\(acknowledgement.domain)'")
            }
            let issuer = try Acquaintances.issuer(
                acknowledgement.certificate, of: acknowledgement.by, in: route.domain)
            if let key = key(of: route), Address(of: key.publicKey) != issuer {
                throw Refusal(.signatureInvalid, "its device is certified by another key")
            }
        } catch { throw doubt(error.message) }
    }

    /// The key that the receiver's domain must have; nil where the domain's name alone tells it, or
    /// where nothing is known of it.
    private func key(of route: MessageRoute) -> VerifierKey? {
        let pinned = peers.first { $0.domain.utf8.elementsEqual(route.domain.utf8) }?.key
        return pinned ?? route.key.flatMap { try? VerifierKey($0) }
    }
}

extension Obstacle {
    /// Why a processor has not taken a message.
    init(_ error: ClientError) {
        switch error {
        case .network(let error): self.init(error.code, PeerError.sentence(for: error))
        case .stated(let error):
            self.init(
                error.code, error.message,
                isFinal: error.isVerdict || error.code == "not-admitted",
                retryAfterSeconds: error.retryAfterSeconds)
        case .unreadable(let what, let reason):
            self.init("malformed-response", "the answer does not say \(what): \(reason)")
        }
    }
}
