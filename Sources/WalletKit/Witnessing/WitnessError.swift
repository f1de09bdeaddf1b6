// Why a witness does not cosign, and what can be wrong with what it keeps.
import Documents

/// A refusal of a witness, or of its peers' directory.
public enum WitnessError: Error, Sendable {
    /// The request cannot be read.
    case malformed(NoteError)
    /// The request goes from `old` documents to fewer.
    case badSize(old: Int, size: Int)
    /// No log of that origin is witnessed here.
    case unknownLog(origin: String)
    /// The trusted key has not signed, or one of its signatures is false.
    case notSigned(origin: String)
    /// The request begins at another size than that of the last checkpoint cosigned; or that one was
    /// signed with a key that is no longer trusted, and has another root.
    case conflict(origin: String, seen: Int, old: Int)
    /// The log has signed two roots of one size: the accusation proves it, and is kept.
    case equivocation(Accusation, size: Int)
    /// The path does not show that what was seen is the beginning of what is to be cosigned.
    case inconsistent(origin: String, seen: Int, size: Int)
    /// Another key is trusted for the origin.
    case keyTaken(origin: String)
    /// The origin is an address, and not that of the key.
    case foreignKey(origin: String, address: Address)
    /// The domain's name cannot be the name of a key.
    case unusableName(String)
    /// A file of the peers' directory is not what was written there.
    case damaged(path: String, reason: String)
}

extension WitnessError {
    /// A name that will not change, for programs.
    public var code: String {
        switch self {
        case .malformed: "malformed-request"
        case .badSize: "bad-size"
        case .unknownLog: "unknown-log"
        case .notSigned: "not-signed"
        case .conflict: "conflict"
        case .equivocation: "equivocation"
        case .inconsistent: "inconsistent"
        case .keyTaken: "key-taken"
        case .foreignKey: "foreign-key"
        case .unusableName: "unusable-name"
        case .damaged: "corrupt-peer"
        }
    }

    /// The status of HTTP that c2sp.org/tlog-witness gives a refused request; nil for what a request
    /// cannot bring about.
    public var httpStatus: Int? {
        switch self {
        case .malformed, .badSize: 400
        case .notSigned: 403
        case .unknownLog: 404
        case .conflict, .equivocation: 409
        case .inconsistent: 422
        case .keyTaken, .foreignKey, .unusableName, .damaged: nil
        }
    }

    /// The size of the last checkpoint cosigned: what an answer with the status 409 holds.
    public var seenSize: Int? {
        switch self {
        case .conflict(_, let seen, _): seen
        case .equivocation(_, let size): size
        default: nil
        }
    }

    /// The values that explain it, for programs.
    public var details: [String: String] {
        switch self {
        case .malformed(let error): ["reason": error.code]
        case .badSize(let old, let size): ["old": String(old), "size": String(size)]
        case .unknownLog(let origin), .notSigned(let origin), .keyTaken(let origin):
            ["origin": origin]
        case .conflict(let origin, let seen, let old):
            ["old": String(old), "origin": origin, "size": String(seen)]
        case .equivocation(let accusation, let size):
            [
                "accusation": accusation.hash.hexadecimal, "origin": accusation.domain,
                "size": String(size),
            ]
        case .inconsistent(let origin, let seen, let size):
            ["old": String(seen), "origin": origin, "size": String(size)]
        case .foreignKey(let origin, let address): ["address": address.text, "origin": origin]
        case .unusableName(let name): ["name": name]
        case .damaged(let path, _): ["path": path]
        }
    }
}

extension WitnessError: CustomStringConvertible {
    /// A sentence for people: no capital, no full stop.
    public var description: String {
        switch self {
        case .malformed(let error): "the request cannot be read: \(error)"
        case .badSize(let old, let size):
            "the request goes from \(old) documents to \(size): a log only grows"
        case .unknownLog(let origin): "this wallet witnesses no log '\(origin)'"
        case .notSigned(let origin): "the key that is trusted for '\(origin)' has not signed this"
        case .conflict(let origin, let seen, let old):
            seen == old
                ? "the \(seen) documents of '\(origin)' had another root under another key"
                : "\(seen) documents of '\(origin)' have been seen, the request begins at \(old)"
        case .equivocation(let accusation, let size):
            "'\(accusation.domain)' has signed two different roots of \(size) documents"
        case .inconsistent(let origin, let seen, let size):
            "it is not proved that the \(seen) documents seen of '\(origin)' are the beginning of "
                + "these \(size)"
        case .keyTaken(let origin): "another key is trusted for '\(origin)'"
        case .foreignKey(let origin, let address):
            "'\(origin)' is the address of another key, this one's is \(address)"
        case .unusableName(let name): "the domain's name '\(name)' cannot be the name of a key"
        case .damaged(let path, let reason): "'\(path)' is damaged: \(reason)"
        }
    }
}
