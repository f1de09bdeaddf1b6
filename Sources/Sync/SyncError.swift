// Why a message is not taken, or a session ends early. The codes are API.
import Documents

/// A refusal of the protocol, with the values that explain it; never a secret.
public struct SyncError: Error, Sendable, Equatable {
    /// What is wrong.
    public enum Code: String, Sendable, CaseIterable {
        /// A frame's length or type is none that the protocol has.
        case malformedFrame = "malformed-frame"
        /// A message's body cannot be read.
        case malformedMessage = "malformed-message"
        /// More than a named limit allows.
        case limitExceeded = "limit-exceeded"
        /// The peer speaks no version that we do.
        case unsupportedVersion = "unsupported-version"
        /// The peer is a replica of another domain.
        case wrongDomain = "wrong-domain"
        /// A frame that answers no question of ours.
        case unexpectedFrame = "unexpected-frame"
        /// Documents that nobody asked for.
        case notRequested = "not-requested"
        /// A document whose bytes do not give its hash, or that cannot be read.
        case invalidDocument = "invalid-document"
        /// What was said does not agree with what was sent.
        case contradiction = "contradiction"
        /// A peer that knows less than it did.
        case rollback = "rollback"
        /// Nothing comes of the exchange any more.
        case noProgress = "no-progress"
        /// Equal sets of documents, and different results: the programs disagree.
        case viewMismatch = "view-mismatch"
        /// The peer answers that it will not or cannot.
        case refusedByPeer = "refused-by-peer"
        /// A bundle that is cut, flipped or no bundle.
        case invalidBundle = "invalid-bundle"
        /// A request that no device of ours has signed, or not now.
        case notAuthentic = "not-authentic"
    }

    /// What is wrong.
    public let code: Code
    /// A sentence for people: no capital, no full stop.
    public let message: String
    /// Values for programs, by name.
    public let details: [String: String]

    /// An error of `code` with its reason.
    public init(_ code: Code, _ message: String, _ details: [String: String] = [:]) {
        self.code = code
        self.message = message
        self.details = details
    }
}
