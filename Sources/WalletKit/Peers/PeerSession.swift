// Dealing with one peer: asking, sending, and keeping what it has signed.
import Bytes
import Documents
import Glibc
import Network
import Service

/// What a peer has made of a document.
public enum PeerAnswer: Sendable {
    /// It has taken it: the transaction, or the unit itself, without newline, verified and kept.
    case taken([UInt8], isNew: Bool)
    /// It refuses it, and would again.
    case refused(StatedError)
}

/// Talks to a peer. Nothing that it answers is believed: every document is verified under the key
/// that is pinned, and the counters of this wallet's own addresses must go on from where they were.
/// Not to be shared among threads.
public final class PeerSession {
    /// The peer.
    public let peer: Peer
    let records: PeerRecords
    private let client: DomainClient
    private let own: Set<Address>
    private let patienceSeconds: Int
    private var devices: CertifiedDevices?

    init(
        peer: Peer, client: DomainClient, records: PeerRecords, own: Set<Address>,
        patienceSeconds: Int
    ) {
        self.peer = peer
        self.client = client
        self.records = records
        self.own = own
        self.patienceSeconds = patienceSeconds
    }

    func isOwn(_ address: Address) -> Bool { own.contains(address) }

    /// Asks, and says whom.
    func ask<Answer>(
        _ body: (DomainClient) throws(ClientError) -> Answer
    ) throws(PeerError) -> Answer {
        do throws(ClientError) { return try body(client) } catch {
            throw .noAnswer(peer: peer.name, error)
        }
    }

    func falseReceipt(_ reason: String) -> PeerError {
        .falseReceipt(peer: peer.name, reason: reason)
    }

    // MARK: - Sending

    /// Has a document cleared and verifies the answer. What the domain has signed for us is kept
    /// before this returns.
    /// - Parameter line: an instruction, a request or a unit, without newline.
    /// - Throws: `Refusal` for what the rules refuse wherever it is sent; `PeerError`; `FileError`,
    ///   `WalletError.busy`.
    public func send(_ line: [UInt8]) throws -> PeerAnswer {
        let prepared = PreparedLine(InputLine(file: nil, number: 0, bytes: line))
        switch prepared.content {
        case .refused(let refusal): throw refusal
        case .request(let request, let signatures):
            try checkDomain(of: request)
            if let signatures { throw signatures }
        case .unit: break
        }
        let taken: DomainClient.Taken
        switch try submit(line) {
        case .success(let answer): taken = answer
        case .failure(let error): return .refused(error)
        }
        switch prepared.content {
        case .request(let request, _): try take(taken, for: request)
        case .unit(let unit, _):
            let stored = try? UnitDefinition(Envelope(line: taken.line))
            guard stored?.hash == unit.hash else { throw falseReceipt("it is another unit") }
        case .refused: break
        }
        return .taken(taken.line, isNew: taken.isNew)
    }

    /// A verdict is an answer, everything else is none. Whoever asks us to wait a little is waited
    /// for.
    private func submit(
        _ line: [UInt8]
    ) throws(PeerError) -> Result<DomainClient.Taken, StatedError> {
        var patience = patienceSeconds
        while true {
            do throws(ClientError) { return .success(try client.submit(line)) } catch {
                guard case .stated(let stated) = error else {
                    throw .noAnswer(peer: peer.name, error)
                }
                if stated.isVerdict { return .failure(stated) }
                guard let seconds = stated.retryAfterSeconds, seconds <= patience else {
                    throw .noAnswer(peer: peer.name, error)
                }
                sleep(UInt32(max(1, seconds)))
                patience -= max(1, seconds)
            }
        }
    }

    private func checkDomain(of request: Request) throws(Refusal) {
        for instruction in request.instructions
        where !instruction.domain.utf8.elementsEqual(peer.domain.utf8) {
            throw Refusal(
                .wrongDomain,
                "made for the domain '\(instruction.domain)', '\(peer.name)' is '\(peer.domain)'",
                ["domain": instruction.domain, "hash": instruction.hash.hexadecimal])
        }
    }

    private func take(_ taken: DomainClient.Taken, for request: Request) throws {
        let receipt = try receipt(taken.line)
        // Signed by the domain, so it is kept whatever it says.
        try records.keep(receipt: taken.line, receipt.hash, isNew: taken.isNew)
        guard receipt.transaction.inputs == request.instructions.map(\.hash) else {
            throw falseReceipt("it holds other instructions than were sent")
        }
        for link in receipt.links where isOwn(link.key.address) { try follow(link) }
    }

    /// Sends a promise of this wallet, which is kept until its answer is known.
    /// - Throws: as `send`; `PeerError.unsent` where it may not have arrived.
    public func deliver(_ line: [UInt8]) throws -> PeerAnswer {
        try records.keep(unsent: line)
        let answer: PeerAnswer
        do {
            answer = try send(line)
        } catch PeerError.noAnswer(let peer, let error) {
            throw PeerError.unsent(peer: peer, error)
        }
        try records.remove(unsent: line)
        return answer
    }

    /// The promises that may not have arrived.
    /// - Throws: `FileError`.
    public func unsent() throws -> [[UInt8]] { try records.unsent() }

    // MARK: - Receipts

    /// A transaction that a certified device of the domain has signed.
    /// - Parameter hash: which one it must be; nil for any.
    /// - Throws: `PeerError`, and what asking for certificates throws.
    func receipt(_ line: [UInt8], is hash: Digest256? = nil) throws -> PeerReceipt {
        let receipt: PeerReceipt
        do throws(Refusal) {
            receipt = try PeerReceipt(line, domain: peer.domain)
        } catch {
            throw falseReceipt(error.message)
        }
        guard hash == nil || receipt.hash == hash else {
            throw falseReceipt("it is another transaction than was asked for")
        }
        try checkCertified(receipt.transaction.clock.device)
        return receipt
    }

    private func checkCertified(_ device: Address) throws {
        var known: CertifiedDevices
        if let devices {
            known = devices
        } else {
            known = CertifiedDevices(peer: peer.name, key: peer.key)
            // What was certified by a key that is no longer pinned does not count.
            for line in try records.certificates() { _ = try? known.enter(line) }
        }
        if !known.contains(device) {
            // A device that is new since the last time.
            let identity = try ask { client throws(ClientError) in try client.identity() }
            try peer.check(identity)
            if try known.enter(identity.certificates) {
                try records.keep(certificates: known.certificates)
            }
        }
        devices = known
        guard known.contains(device) else {
            throw PeerError.uncertified(peer: peer.name, device: device)
        }
    }
}

extension Peer {
    /// Whether a domain is still the one that is pinned.
    /// - Throws: `PeerError.domainChanged`, `.keyChanged`.
    func check(_ identity: DomainIdentity) throws(PeerError) {
        guard identity.domain.utf8.elementsEqual(domain.utf8) else {
            throw .domainChanged(peer: name, pinned: domain, got: identity.domain)
        }
        guard identity.verifierKey == key.text else {
            throw .keyChanged(peer: name, pinned: key.text, got: identity.verifierKey)
        }
    }
}
