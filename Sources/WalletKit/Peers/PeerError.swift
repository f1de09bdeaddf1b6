// What another domain does wrong, or cannot do.
import Bytes
import Documents
import Network
import Service

/// A failure with a stable code and the values that explain it.
public enum PeerError: Error, Sendable, Equatable {
    /// No answer that could be used.
    case noAnswer(peer: String, ClientError)
    /// The same, for a promise that is kept to be sent again.
    case unsent(peer: String, ClientError)
    /// The domain is named after the address of another key.
    case foreignKey(domain: String, address: Address)
    /// Another key than the one that was pinned.
    case keyChanged(peer: String, pinned: String, got: String)
    /// Another domain than the one that was pinned.
    case domainChanged(peer: String, pinned: String, got: String)
    /// A certificate of a device that the domain's key has not signed, or none at all.
    case falseCertificate(peer: String, reason: String)
    /// A receipt of a device that the domain's key has not certified.
    case uncertified(peer: String, device: Address)
    /// What was answered is no receipt for what was sent.
    case falseReceipt(peer: String, reason: String)
    /// A counter's history is not the one that was shown before.
    case forked(peer: String, counter: CounterKey, known: Transaction.Pointer)
    /// A balance that its evidence does not give.
    case unproved(peer: String, counter: CounterKey, reason: String)
    /// A unit that its issuer has not defined so.
    case falseUnit(peer: String, symbol: Address, reason: String)
    /// What is kept of the peer cannot be read.
    case damaged(path: String, reason: String)

    /// The stable code.
    public var code: String {
        switch self {
        case .noAnswer(_, let error), .unsent(_, let error):
            switch error {
            case .network(let error): error.code
            case .stated(let error): error.code
            case .unreadable: "malformed-response"
            }
        case .foreignKey: "foreign-key"
        case .keyChanged: "peer-key-changed"
        case .domainChanged: "peer-domain-changed"
        case .falseCertificate: "peer-certificate"
        case .uncertified: "peer-uncertified"
        case .falseReceipt: "peer-receipt"
        case .forked: "peer-forked"
        case .unproved: "peer-unproved"
        case .falseUnit: "peer-unit"
        case .damaged: "peer-damaged"
        }
    }

    /// The values that explain it, for programs.
    public var details: [String: String] {
        switch self {
        case .noAnswer(let peer, .stated(let error)), .unsent(let peer, .stated(let error)):
            error.details.merging(["peer": peer, "status": String(error.status)]) { $1 }
        case .noAnswer(let peer, _), .unsent(let peer, _), .falseCertificate(let peer, _),
            .falseReceipt(let peer, _):
            ["peer": peer]
        case .foreignKey(let domain, let address): ["address": address.text, "domain": domain]
        case .keyChanged(let peer, let pinned, let got),
            .domainChanged(let peer, let pinned, let got):
            ["got": got, "peer": peer, "pinned": pinned]
        case .uncertified(let peer, let device): ["device": device.text, "peer": peer]
        case .forked(let peer, let counter, let known):
            [
                "address": counter.address.text, "known": known.text, "peer": peer,
                "symbol": counter.symbol.text,
            ]
        case .unproved(let peer, let counter, _):
            ["address": counter.address.text, "peer": peer, "symbol": counter.symbol.text]
        case .falseUnit(let peer, let symbol, _): ["peer": peer, "symbol": symbol.text]
        case .damaged(let path, _): ["path": path]
        }
    }
}

extension PeerError: CustomStringConvertible {
    /// A sentence for people: no capital, no full stop.
    public var description: String {
        switch self {
        case .noAnswer(let peer, let error), .unsent(let peer, let error):
            "'\(peer)': \(Self.phrase(error))"
        case .foreignKey(let domain, let address):
            "'\(domain)' is the address of another key, this one's is \(address)"
        case .keyChanged(let peer, let pinned, let got):
            "'\(peer)' shows the key '\(got)', '\(pinned)' is pinned"
        case .domainChanged(let peer, let pinned, let got):
            "'\(peer)' says that it is the domain '\(got)', '\(pinned)' is pinned"
        case .falseCertificate(let peer, let reason):
            "'\(peer)' shows no certificate of its devices that holds: \(reason)"
        case .uncertified(let peer, let device):
            "the device \(device) has signed for '\(peer)', whose key has not certified it"
        case .falseReceipt(let peer, let reason):
            "'\(peer)' answers with what is no receipt: \(reason)"
        case .forked(let peer, let counter, let known):
            "'\(peer)' tells another history of \(counter.address) in \(counter.symbol) than "
                + "before: \(known.text) is not in it"
        case .unproved(let peer, let counter, let reason):
            "'\(peer)' does not prove the balance of \(counter.address) in \(counter.symbol): "
                + reason
        case .falseUnit(let peer, let symbol, let reason):
            "'\(peer)' shows a false definition of the unit of \(symbol): \(reason)"
        case .damaged(let path, let reason): "'\(path)' is damaged: \(reason)"
        }
    }

    private static func phrase(_ error: ClientError) -> String {
        switch error {
        case .network(let error): sentence(for: error)
        case .stated(let error):
            error.message
                + (error.retryAfterSeconds.map { "; it asks to wait \($0) seconds" } ?? "")
        case .unreadable(let what, let reason): "the answer does not say \(what): \(reason)"
        }
    }

    /// What went wrong between two machines, in words.
    public static func sentence(for error: NetworkError) -> String {
        switch error {
        case .invalidURL(let text, let reason): "'\(text)' cannot be used: \(reason)"
        case .unknownHost(let host, let reason): "nobody knows the host '\(host)': \(reason)"
        case .privateAddress(let host, let address):
            "'\(host)' is \(address), on a private network"
        case .unreachable(let host, let reason): "nobody answers at '\(host)': \(reason)"
        case .insecure(let host, let reason): "'\(host)' cannot be trusted: \(reason)"
        case .timedOut(let host, let what, let seconds):
            "'\(host)': nothing came in \(seconds) seconds (\(what))"
        case .disconnected(let host): "'\(host)' broke off"
        case .malformed(let host, let reason): "'\(host)' answers with no HTTP: \(reason)"
        case .tooLarge(let host, let limit): "'\(host)' answers with more than \(limit) bytes"
        case .cannotListen(let address, let reason): "'\(address)' cannot be had: \(reason)"
        case .unusableCertificate(let path, let reason): "'\(path)' cannot be used: \(reason)"
        }
    }
}
