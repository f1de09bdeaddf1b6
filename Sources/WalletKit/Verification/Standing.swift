// Why a key counts, and how a signed state lies to those that the verifier holds.
import Bytes
import Documents

/// What is known of the key that has signed something of a log.
enum KeyStanding {
    /// The log is named after the key's address: nobody else can have such a key.
    case selfCertified
    /// The policy names it, and enough of these witnesses have cosigned.
    case named(witnesses: [TrustPolicy.WitnessedBy])
    /// It has signed a checkpoint that the verifier holds.
    case holdsCheckpoint
    /// Nothing.
    case unknown

    /// Whether it is known to be the log's.
    var counts: Bool { if case .unknown = self { false } else { true } }
}

/// What a signed state of a log is worth to the verifier.
struct Standing {
    /// How a state lies to those that the verifier holds of the same log.
    enum Relation: Equatable {
        /// None is held.
        case none
        /// It is one of them.
        case held
        /// They have other sizes: the largest of them, and the state's own.
        case otherSize(held: Int, size: Int)
    }

    let origin: String
    let signer: Address
    let key: KeyStanding
    let relation: Relation

    /// The key, to follow "sealed" or "signed", with the witnesses that have seen the state.
    var phrase: String {
        switch key {
        case .selfCertified: "under the key that the domain is named after"
        case .named(let witnesses): "under a key of the policy" + Self.phrase(witnesses)
        case .holdsCheckpoint:
            "under the key of \(signer), which has signed the checkpoint that you hold"
        case .unknown: "under the key of \(signer)"
        }
    }

    private static func phrase(_ witnesses: [TrustPolicy.WitnessedBy]) -> String {
        guard !witnesses.isEmpty else { return "" }
        let seen = witnesses.map { witness in
            let time =
                witness.time <= Int(Timestamp.latest.milliseconds / 1000)
                ? Timestamp(milliseconds: Int64(witness.time) * 1000) : nil
            return "'\(witness.witness.name)'" + (time.map { " at \($0)" } ?? "")
        }
        return " and witnessed by " + seen.joined(separator: " and ")
    }

    /// What is not known of the key.
    var unprovedKey: [String] {
        key.counts ? [] : ["that \(signer) is the key of '\(origin)'"]
    }

    /// What is not known of the key and of the log.
    /// - Parameter extendsHeld: whether the log was shown to extend one that the verifier holds.
    func unproved(extendsHeld: Bool = false) -> [String] {
        unprovedKey + (extendsHeld ? [] : relation.unproved)
            + (isWitnessed ? [] : ["that everybody is shown the same log"])
    }

    private var isWitnessed: Bool {
        if relation == .held { return true }
        if case .named(let witnesses) = key { return !witnesses.isEmpty }
        return false
    }
}

extension Standing.Relation {
    /// What is not known of the states that are held.
    var unproved: [String] {
        guard case .otherSize(let held, let size) = self else { return [] }
        return [
            size > held
                ? "that its log of \(size) documents extends the one of \(held) that you hold: "
                    + "'wallet prove --consistency' shows that"
                : "that the log of \(held) documents that you hold extends its \(size): "
                    + "'wallet prove --consistency' shows that"
        ]
    }
}
