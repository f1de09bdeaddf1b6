// What a path asks for.
import Documents
import Network

/// The paths of a server of Paymail. They are free: clients find them in the list of capabilities;
/// these are those that the library of most servers has.
enum PaymailTarget: Sendable, Equatable {
    case capabilities
    case health
    /// A capability of a handle.
    case handle(Capability, PaymailHandle)
    /// Whether a key, as it was written, is the handle's.
    case key(PaymailHandle, String)

    static let prefix = "/v1/bsvalias/"

    /// The words of the paths.
    static let words: [(word: String, capability: Capability)] = [
        ("id", .publicKey), ("address", .paymentDestination), ("public-profile", .publicProfile),
        ("verify-pubkey", .verifyPublicKey), ("p2p-payment-destination", .peerDestination),
        ("receive-transaction", .receiveTransaction), ("beef", .receiveBEEF),
        ("iou", .promiseDestination),
    ]

    /// - Throws: 404, 400.
    init(_ path: String, _ options: PaymailOptions) throws(PaymailProblem) {
        let known = [""] + options.suffixes
        if known.contains(where: { path == CapabilityDocument.path + $0 }) {
            self = .capabilities
            return
        }
        if path == "/health" {
            self = .health
            return
        }
        guard path.hasPrefix(Self.prefix) else { throw .path }
        let parts = path.dropFirst(Self.prefix.count)
            .split(separator: "/", omittingEmptySubsequences: false)
        guard let found = Self.words.first(where: { $0.word == parts[0] })?.capability,
            parts.count == (found == .verifyPublicKey ? 3 : 2)
        else { throw .path }
        guard let text = PercentCoding.decode(String(parts[1])),
            let handle = try? PaymailHandle(text)
        else { throw .handle }
        guard handle.domain == options.domain else { throw .domain }
        self = found == .verifyPublicKey ? .key(handle, String(parts[2])) : .handle(found, handle)
    }

    /// The methods that it has.
    var methods: [String] {
        switch self {
        case .handle(.paymentDestination, _), .handle(.peerDestination, _),
            .handle(.receiveTransaction, _), .handle(.receiveBEEF, _):
            ["POST"]
        case .capabilities, .health, .handle, .key: ["GET"]
        }
    }

    /// Bytes of a body.
    var bodyLimit: Int {
        switch self {
        case .handle(.receiveTransaction, _), .handle(.receiveBEEF, _):
            PaymailLimits.submissionBytes
        case .handle, .key: PaymailLimits.requestBytes
        case .capabilities, .health: 0
        }
    }

    /// Whose; nil where it is nobody's.
    var handle: PaymailHandle? {
        switch self {
        case .handle(_, let handle), .key(let handle, _): handle
        case .capabilities, .health: nil
        }
    }

    /// The list of what is offered.
    static func document(_ options: PaymailOptions) -> CapabilityDocument {
        var entries: [(String, ForeignJSON)] = []
        for (word, capability) in words {
            let path = options.publicURL + prefix + word + "/{alias}@{domain.tld}"
            let tail = capability == .verifyPublicKey ? "/{pubkey}" : ""
            for name in capability.names { entries.append((name, .string(path + tail))) }
        }
        entries += [
            (Capability.senderValidation.rawValue, .boolean(options.requiresSender)),
            (Capability.receiverApprovals.rawValue, .boolean(options.asksForApproval)),
            (Capability.payToPrefix.rawValue, .boolean(true)),
        ]
        return CapabilityDocument(
            entries.sorted { $0.0 < $1.0 }.map { ForeignJSON.Member($0.0, $0.1) })
    }
}
