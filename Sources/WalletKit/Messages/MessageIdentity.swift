// Who this wallet is in what it says to others.
import Bytes
import Documents

/// A domain and a device that signs for it; safe to use from any thread.
struct MessageIdentity: Sendable {
    let domain: String
    let device: Address
    /// The device's certificate, a document without newline.
    let certificate: [UInt8]
    /// Where this wallet takes messages; nil where that is unknown.
    let reply: String?
    let surroundings: Surroundings
    let sign: ReceiptSigner

    /// Says that a message has been taken.
    func acknowledge(_ message: Digest256) throws -> Acknowledgement {
        let draft = Acknowledgement(
            by: device, domain: domain, message: message, received: surroundings.now(),
            certificate: certificate)
        return draft.replacing(Endorsements(signatures: [try sign(draft.hash)]))
    }

    /// Signs a message.
    func sign(_ message: Message) throws -> Message {
        message.replacing(Endorsements(signatures: [try sign(message.hash)]))
    }

    /// The terms of a message to `domain`, signed by the device.
    func terms(to domain: String) throws -> Message.Terms {
        var terms = Message.Terms(
            domain: self.domain, from: device, to: domain, random: try random(),
            sent: surroundings.now())
        terms.reply = reply
        return terms
    }

    func random() throws -> String {
        Hexadecimal.encode(try surroundings.random.bytes(16))
    }
}

extension Wallet {
    /// - Throws: `KeyError`, and what asking for the passphrase throws; failures of storage.
    func messageIdentity() throws -> MessageIdentity {
        let device = try deviceAddress()
        return MessageIdentity(
            domain: try ownDomain(), device: device, certificate: try certificate(of: device),
            reply: try configuration.text(Settings.servePublicURL), surroundings: surroundings,
            sign: try receiptSigner())
    }

    /// The document by which the domain vouches for a device of its own.
    private func certificate(of device: Address) throws -> [UInt8] {
        let ledger = try reader()
        try ledger.catchUp()
        let entry = try ledger.graph.devices().first { $0.address == device && $0.revoked == nil }
        guard let entry, case .device(_, let envelope) = try ledger.document(at: entry.place) else {
            throw WalletError.noKey(address: device)
        }
        return Array(envelope.bytes)
    }
}

/// How far a sender is known.
public enum Acquaintance: Sendable, Hashable {
    /// A device of a peer, certified by the key that is pinned.
    case peer(String)
    /// An address of the address book.
    case contact(String)
    /// A device that is certified by the key that the domain is named after.
    case certified
    /// Nothing shows that the sender is who he says.
    case stranger

    /// A word for reports.
    public var text: String {
        switch self {
        case .peer: "peer"
        case .contact: "contact"
        case .certified: "certified"
        case .stranger: "stranger"
        }
    }
}

/// Whom this wallet knows, as one moment shows it; safe to use from any thread.
struct Acquaintances: Sendable {
    let peers: [Peer]
    let contacts: [Address: String]

    /// Who a message is from.
    /// - Throws: `Refusal` where the certificate is false, or of another device.
    func standing(of message: Message) throws(Refusal) -> Acquaintance {
        let terms = message.terms
        var unknown = Acquaintance.stranger
        if let certificate = message.certificate {
            let issuer = try Self.issuer(certificate, of: terms.from, in: terms.domain)
            if let peer = peers.first(where: { $0.domain.utf8.elementsEqual(terms.domain.utf8) }) {
                if Address(of: peer.key.publicKey) == issuer { return .peer(peer.name) }
            } else if (try? Address(text: terms.domain)) == issuer {
                unknown = .certified
            }
        }
        return contacts[terms.from].map { .contact($0) } ?? unknown
    }

    /// Who has certified a device.
    /// - Throws: `Refusal` where the certificate is false, of another device or of another domain,
    ///   or where the domain is the address of another key.
    static func issuer(
        _ certificate: [UInt8], of device: Address, in domain: String
    ) throws(Refusal) -> Address {
        let document = try DeviceCertificate(try Envelope(line: certificate))
        guard let issuer = document.endorsements.signatures.first?.signer else {
            throw Refusal(.signatureMissing, "the certificate of a device has no signature")
        }
        try document.endorsements.check(document.hash, signedBy: issuer)
        guard document.address == device, document.domain.utf8.elementsEqual(domain.utf8) else {
            throw Refusal(
                .signatureInvalid, "the certificate is not of \(device) in '\(domain)'",
                ["signer": device.text])
        }
        if let named = try? Address(text: domain), named != issuer {
            throw Refusal(
                .signatureInvalid, "the certificate of \(device) is not signed by '\(domain)'",
                ["signer": issuer.text])
        }
        return issuer
    }
}

extension Wallet {
    func acquaintances() throws -> Acquaintances {
        Acquaintances(
            peers: try knownPeers(),
            contacts: Dictionary(
                (book.contacts.map { ($0.address, $0.name) }
                    + book.own.map { ($0.address, $0.name) })
            ) { first, _ in first })
    }
}
