// The words and numbers of ARC, and what they mean for whoever has sent a transaction.

/// How ARC says that a transaction stands.
enum ARCStatus: String, CaseIterable {
    case unknown = "UNKNOWN"
    case queued = "QUEUED"
    case received = "RECEIVED"
    case stored = "STORED"
    case announced = "ANNOUNCED_TO_NETWORK"
    case requested = "REQUESTED_BY_NETWORK"
    case sent = "SENT_TO_NETWORK"
    case accepted = "ACCEPTED_BY_NETWORK"
    case seenInOrphanPool = "SEEN_IN_ORPHAN_MEMPOOL"
    case seenOnNetwork = "SEEN_ON_NETWORK"
    case doubleSpendAttempted = "DOUBLE_SPEND_ATTEMPTED"
    case rejected = "REJECTED"
    case minedInStaleBlock = "MINED_IN_STALE_BLOCK"
    case mined = "MINED"

    enum Meaning: Equatable {
        case nothing
        /// ARC has checked and kept it; the network has not answered yet.
        case stored
        /// Nodes have it.
        case seen
        case mined
        /// Nodes have it, and another that spends the same.
        case contested
        case refused(RejectionCode)
    }

    var meaning: Meaning {
        switch self {
        case .unknown: .nothing
        case .queued, .received, .stored, .announced, .requested, .sent: .stored
        // A block that has left the chain: it waits again.
        case .accepted, .seenOnNetwork, .minedInStaleBlock: .seen
        case .mined: .mined
        case .seenInOrphanPool: .refused(.missingParent)
        case .doubleSpendAttempted: .contested
        case .rejected: .refused(.refused)
        }
    }

    /// What an error's number says about the transaction; nil where it is the service that fails.
    static func code(of status: Int) -> RejectionCode? {
        switch status {
        case 400, 422, 460, 463: .malformed
        case 461: .invalidScript
        case 462: .invalidInputs
        case 464: .invalidOutputs
        case 465, 473: .feeTooLow
        case 466: .doubleSpend
        case 467: .missingParent
        case 468, 469: .invalidProof
        case 471, 472: .frozen
        // Numbers that will have been given since.
        case 470, 474...499: .refused
        default: nil
        }
    }
}
