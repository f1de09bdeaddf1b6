// Which logs and which witnesses somebody relies on.

/// A trust policy (c2sp.org/tlog-policy): a checkpoint counts if one of the logs signed it, and
/// enough of the witnesses cosigned it.
public struct TrustPolicy: Equatable, Sendable {
    /// Octets without white space: a name, or an address on the net. Equal where the octets are.
    public struct Word: Hashable, Sendable, CustomStringConvertible {
        /// As they stand in the file, in UTF-8 or not.
        public let octets: [UInt8]

        init(_ octets: ArraySlice<UInt8>) { self.octets = Array(octets) }

        /// The octets as text.
        public var description: String { String(decoding: octets, as: UTF8.self) }
    }

    /// `log <vkey> [<url>]`.
    public struct Log: Equatable, Sendable {
        /// Its name is the origin of the log's checkpoints.
        public let key: VerifierKey
        /// Where the log is found.
        public let url: Word?
    }

    /// `witness <name> <vkey> [<url>]`.
    public struct Witness: Equatable, Sendable {
        /// Its name in this file.
        public let name: Word
        /// What it cosigns with.
        public let key: VerifierKey
        /// Where the witness is found.
        public let url: Word?
    }

    /// `group <name> all|any|<k> <member>…`.
    public struct Group: Equatable, Sendable {
        /// Its name in this file.
        public let name: Word
        /// How many members must have witnessed a checkpoint, 1 to their number.
        public let threshold: Int
        /// Witnesses, and groups that stand above.
        public let members: [Word]
    }

    /// In the order of the file; may be empty.
    public let logs: [Log]
    /// In the order of the file; may be empty.
    public let witnesses: [Witness]
    /// In the order of the file: members stand before their groups.
    public let groups: [Group]
    /// The witness or group that must have witnessed a checkpoint; nil where the file says `none`.
    public let quorum: Word?

    /// Reads a policy file.
    /// - Throws: `tooLong`, and `policy` with the line (counted from 1) and the rule it breaks.
    public init(_ bytes: [UInt8]) throws(NoteError) {
        var reader = TrustPolicyReader()
        try reader.read(bytes)
        logs = reader.logs
        witnesses = reader.witnesses
        groups = reader.groups
        quorum = reader.quorum
    }
}

extension TrustPolicy {
    /// A witness that cosigned a checkpoint.
    public struct WitnessedBy: Equatable, Sendable {
        /// Which one.
        public let witness: Witness
        /// When, in seconds since 1970; whether that is too long ago or yet to come is the
        /// caller's to judge.
        public let time: Int
    }

    /// What a checkpoint is worth under a policy.
    public struct Evaluation: Equatable, Sendable {
        /// What the log states.
        public let checkpoint: Checkpoint
        /// The logs that signed: at least one, all of the checkpoint's origin.
        public let logs: [VerifierKey]
        /// The witnesses that cosigned, in the order of their signatures.
        public let witnesses: [WitnessedBy]
        /// Whether they are enough.
        public let isQuorumMet: Bool
    }

    /// Verifies a checkpoint's signatures: of the policy's logs, of `others` that the caller knows
    /// from elsewhere, and of the witnesses.
    /// - Throws: `malformedLine` where the note is no checkpoint, `unknownLog` and
    ///   `logSignatureMissing` where no log of its origin is known or signed, `signatureFailed`
    ///   where any known key's signature is false, `ambiguousKey`, `wrongKeyType` of `others`.
    public func evaluate(
        _ note: SignedNote, logs others: [VerifierKey] = []
    ) throws(NoteError) -> Evaluation {
        for key in others { try key.require(.ed25519) }
        let checkpoint = try Checkpoint(note: note)
        let keys = logs.map(\.key) + others
        guard keys.contains(where: { checkpoint.isOf($0.name.bytes) }) else {
            throw .unknownLog(origin: checkpoint.origin)
        }
        let verified: [VerifiedSignature]
        do {
            verified = try note.verified(by: keys + witnesses.map(\.key))
        } catch NoteError.notSigned {
            throw .logSignatureMissing(origin: checkpoint.origin)
        }
        let signers = verified.map(\.key).filter {
            $0.kind == .ed25519 && checkpoint.isOf($0.name.bytes)
        }
        guard !signers.isEmpty else { throw .logSignatureMissing(origin: checkpoint.origin) }
        var witnessed: [WitnessedBy] = []
        for signature in verified {
            guard let time = signature.time,
                let witness = witnesses.first(where: { $0.key == signature.key })
            else { continue }
            witnessed.append(WitnessedBy(witness: witness, time: time))
        }
        return Evaluation(
            checkpoint: checkpoint, logs: signers, witnesses: witnessed,
            isQuorumMet: isQuorum(Set(witnessed.map(\.witness.name))))
    }

    /// The same, and the quorum is required.
    /// - Throws: what `evaluate` throws, and `quorumNotMet`.
    public func verify(
        _ note: SignedNote, logs others: [VerifierKey] = []
    ) throws(NoteError) -> Evaluation {
        let evaluation = try evaluate(note, logs: others)
        guard evaluation.isQuorumMet else {
            throw .quorumNotMet(
                quorum: quorum?.description ?? "none",
                witnesses: evaluation.witnesses.map(\.witness.name.description))
        }
        return evaluation
    }

    /// Whether these witnesses are enough.
    func isQuorum(_ names: Set<Word>) -> Bool {
        guard let quorum else { return true }
        // Members stand before their groups, so one pass settles all.
        var witnessed = names
        for group in groups
        where group.members.count(where: { witnessed.contains($0) }) >= group.threshold {
            witnessed.insert(group.name)
        }
        return witnessed.contains(quorum)
    }
}
