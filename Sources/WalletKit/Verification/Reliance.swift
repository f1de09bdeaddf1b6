// What a verifier relies on: a policy, states of logs, headers.
import Blockstack
import Bytes
import Documents
import Headers

/// What the verifier knows already. It grows by what is verified.
public struct Reliance: Sendable {
    /// A state of a log, as a note says it.
    struct State: Sendable {
        let checkpoint: Checkpoint
        let note: SignedNote
        /// The key that has signed it; nil for what the verifier holds on its own account.
        let key: VerifierKey?

        func isSameLog(as other: Checkpoint) -> Bool { checkpoint.isOf(other.origin.utf8) }
    }

    private(set) var policy: TrustPolicy?
    private(set) var headers: VerifiedHeaders?
    private var held: [State] = []
    /// States that were verified before, by what must not be told twice.
    private var seen: [StateName: State] = [:]
    /// Keys that logs are named after, by name: a note carries none.
    private var keys: [[UInt8]: VerifierKey] = [:]

    private struct StateName: Hashable {
        let key: VerifierKey
        let size: Int
    }

    /// Relies on nothing.
    public init() {}

    /// From now on a key counts if this policy names it, and a state if the policy's quorum has
    /// witnessed it.
    /// - Parameter bytes: a trust policy (c2sp.org/tlog-policy).
    /// - Throws: `malformed-document`.
    public mutating func rely(onPolicy bytes: [UInt8]) throws(Refusal) {
        do throws(NoteError) { policy = try TrustPolicy(bytes) } catch { throw Refusal(error) }
    }

    /// Holds a state of a log: others are compared with it.
    /// - Parameter bytes: a checkpoint, a signed note. Nobody's signature is asked for.
    /// - Throws: `malformed-document`; `proof-invalid` where another one that is held contradicts
    ///   it.
    public mutating func hold(checkpoint bytes: [UInt8]) throws(Refusal) {
        let state: State
        do throws(NoteError) {
            let note = try SignedNote(bytes)
            state = State(checkpoint: try Checkpoint(note: note), note: note, key: nil)
        } catch {
            throw Refusal(error)
        }
        try checkAgreement(of: state.checkpoint, under: nil)
        held.append(state)
    }

    /// Knows headers of 80 bytes each from height 0 on, of Bitcoin or of a domain's stacks.
    /// - Throws: `malformed-document`, `proof-invalid` where one is refused.
    public mutating func know(headers bytes: [UInt8]) throws(Refusal) {
        do throws(BadHeader) {
            headers = try VerifiedHeaders(verifying: bytes)
        } catch {
            let refusal = Refusal(error.reason)
            throw Refusal(refusal.code, error.message, refusal.details)
                .with("index", String(error.index))
        }
    }

    // MARK: - States under a key that is known

    /// What a state is worth that `key` has signed: the note's signature by it has been verified.
    /// - Throws: `not-trusted`, `signature-invalid`; `proof-invalid` where the state contradicts
    ///   another.
    func standing(
        of note: SignedNote, _ checkpoint: Checkpoint, under key: VerifierKey
    ) throws(Refusal) -> Standing {
        try checkAgreement(of: checkpoint, under: key)
        let standing: KeyStanding
        if let policy {
            standing = .named(witnesses: try witnesses(policy, note, checkpoint, key))
        } else {
            standing = try keyStanding(key)
        }
        return Standing(
            origin: checkpoint.origin, signer: Address(of: key.publicKey), key: standing,
            relation: relation(of: checkpoint))
    }

    /// What a key is worth that has signed something but a state: a stack, or two states at once.
    /// - Throws: `not-trusted`.
    func standing(of key: VerifierKey) throws(Refusal) -> Standing {
        let standing: KeyStanding
        if let policy {
            guard policy.logs.contains(where: { $0.key == key }) else { throw unnamed(key) }
            standing = .named(witnesses: [])
        } else {
            standing = try keyStanding(key)
        }
        return Standing(
            origin: key.name.description, signer: Address(of: key.publicKey), key: standing,
            relation: .none)
    }

    private func keyStanding(_ key: VerifierKey) throws(Refusal) -> KeyStanding {
        if key.isNamedAfterItself { return .selfCertified }
        let signer = Address(of: key.publicKey)
        guard (try? Address(key.name.bytes)) == nil else {
            throw Refusal(
                .notTrusted,
                "the domain '\(key.name)' is named after another key than that of \(signer)",
                ["domain": key.name.description, "signer": signer.text])
        }
        let isHolder = held.contains {
            $0.checkpoint.isOf(key.name.bytes) && $0.note.check(key) == .verified
        }
        return isHolder ? .holdsCheckpoint : .unknown
    }

    private func unnamed(_ key: VerifierKey) -> Refusal {
        let signer = Address(of: key.publicKey)
        return Refusal(
            .notTrusted, "the policy names no log '\(key.name)' with the key of \(signer)",
            ["domain": key.name.description, "signer": signer.text])
    }

    private func witnesses(
        _ policy: TrustPolicy, _ note: SignedNote, _ checkpoint: Checkpoint, _ key: VerifierKey
    ) throws(Refusal) -> [TrustPolicy.WitnessedBy] {
        // The key of the block must be the policy's: that the policy's key has signed the same
        // checkpoint says nothing of what else another key puts into a block.
        guard policy.logs.contains(where: { $0.key == key }) else { throw unnamed(key) }
        return try evaluate(policy, note, checkpoint).witnesses
    }

    /// A checkpoint by the policy. What others have cosigned of the same text counts too, wherever
    /// it stands.
    private func evaluate(
        _ policy: TrustPolicy, _ note: SignedNote, _ checkpoint: Checkpoint
    ) throws(Refusal) -> TrustPolicy.Evaluation {
        let known = policy.witnesses.map(\.key)
        var lines: [NoteSignature] = []
        for other in held + Array(seen.values) where other.checkpoint == checkpoint {
            lines += other.note.signatures.filter { line in
                known.contains { $0.isNamed(by: line) }
                    && !(note.signatures + lines).contains(line)
            }
        }
        if !lines.isEmpty, let joined = try? note.adding(lines),
            let evaluation = try? policy.verify(joined)
        {
            return evaluation
        }
        do throws(NoteError) { return try policy.verify(note) } catch { throw Refusal(error) }
    }

    // MARK: - Notes, which carry no key

    /// What a note is worth, and the key that has signed it; nil for both where it is only known to
    /// be a state that the verifier holds.
    /// - Throws: `not-trusted` where nothing speaks for it; `signature-invalid`, `proof-invalid`.
    func standing(
        of note: SignedNote, _ checkpoint: Checkpoint
    ) throws(Refusal) -> (VerifierKey, Standing)? {
        if let key = try key(of: note, checkpoint) {
            return (key, try standing(of: note, checkpoint, under: key))
        }
        try checkAgreement(of: checkpoint, under: nil)
        guard relation(of: checkpoint) == .held else {
            throw Refusal(
                .notTrusted,
                "nothing was verified: a note carries no key, and none of '\(checkpoint.origin)' "
                    + "is known; '--policy' names keys, '--checkpoint' what you hold",
                ["domain": checkpoint.origin])
        }
        return nil
    }

    private func key(
        of note: SignedNote, _ checkpoint: Checkpoint
    ) throws(Refusal) -> VerifierKey? {
        if let policy {
            do throws(NoteError) {
                return try policy.evaluate(note).logs.first
            } catch {
                throw Refusal(error)
            }
        }
        guard let key = keys[Array(checkpoint.origin.utf8)] else { return nil }
        switch note.check(key) {
        case .verified: return key
        case .absent: return nil
        case .failed:
            throw Refusal(
                NoteError.signatureFailed(name: key.name.description, keyID: key.keyID))
        }
    }

    // MARK: - What is held and what has been seen

    /// A state of the same size and another root is a second story.
    /// - Throws: `proof-invalid`.
    func checkAgreement(
        of checkpoint: Checkpoint, under key: VerifierKey?
    ) throws(Refusal) {
        let own = key.flatMap { seen[StateName(key: $0, size: checkpoint.size)] }
        for other in held + [own].compactMap({ $0 })
        where other.isSameLog(as: checkpoint) && other.checkpoint.size == checkpoint.size
            && other.checkpoint.root != checkpoint.root
        {
            let place = other.key == nil ? "the checkpoint that you hold" : "what came before"
            let signers =
                switch key.map({ other.note.check($0) }) {
                case .verified: "one key has signed both: an equivocation"
                case .absent, .failed: "this key has not signed that one"
                case nil: "no key is known that would have signed either"
                }
            throw Refusal(
                .proofInvalid,
                "the log of '\(checkpoint.origin)' with \(checkpoint.size) documents has another "
                    + "root in \(place); \(signers)",
                [
                    "domain": checkpoint.origin, "held": other.checkpoint.root.hexadecimal,
                    "root": checkpoint.root.hexadecimal, "size": String(checkpoint.size),
                ])
        }
    }

    private func relation(of checkpoint: Checkpoint) -> Standing.Relation {
        let same = held.filter { $0.isSameLog(as: checkpoint) }.map(\.checkpoint)
        if same.contains(where: { $0.size == checkpoint.size }) { return .held }
        guard let largest = same.map(\.size).max() else { return .none }
        return .otherSize(held: largest, size: checkpoint.size)
    }

    /// Whether the verifier holds this state.
    func holds(_ checkpoint: Checkpoint) -> Bool { relation(of: checkpoint) == .held }

    /// Remembers the key that a log is named after.
    mutating func remember(_ key: VerifierKey) {
        guard key.isNamedAfterItself, keys.count < Limits.rememberedStates else {
            return
        }
        keys[key.name.bytes] = key
    }

    /// Remembers a state that has been verified.
    mutating func remember(_ note: SignedNote, _ checkpoint: Checkpoint, _ key: VerifierKey) {
        remember(key)
        let name = StateName(key: key, size: checkpoint.size)
        guard seen[name] == nil, seen.count < Limits.rememberedStates else { return }
        seen[name] = State(checkpoint: checkpoint, note: note, key: key)
    }

    /// Holds a state that extends one that is held, under a key that counts.
    mutating func hold(_ note: SignedNote, _ checkpoint: Checkpoint) {
        guard !holds(checkpoint), held.count < Limits.rememberedStates else { return }
        held.append(State(checkpoint: checkpoint, note: note, key: nil))
    }
}
