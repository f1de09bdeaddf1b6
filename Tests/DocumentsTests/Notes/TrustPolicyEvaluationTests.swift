import Bytes
import Documents
import Testing

@Suite struct TrustPolicyEvaluationTests {
    private let policy: TrustPolicy
    private let log: Signer
    private let witnesses: [Signer]
    private let checkpoint: Checkpoint

    init() throws {
        log = try Signer("example.com/log", 100)
        witnesses = try (1...6).map { try Signer("witness.example/w\($0)", $0, .cosignature) }
        let keys = witnesses.map(\.verifier.text)
        policy = try TrustPolicy(
            Array(
                """
                log \(log.verifier.text)
                witness X1 \(keys[0])
                witness X2 \(keys[1])
                witness X3 \(keys[2])
                group X-witnesses 2 X1 X2 X3
                witness Y1 \(keys[3])
                witness Y2 \(keys[4])
                witness Y3 \(keys[5])
                group Y-witnesses any Y1 Y2 Y3
                group X-and-Y all X-witnesses Y-witnesses
                quorum X-and-Y

                """.utf8))
        var random = Generator()
        checkpoint = try Checkpoint(origin: "example.com/log", size: 7, root: random.digest())
    }

    /// All 64 sets of witnesses, against the rule in the example's own words: two of the X, one of
    /// the Y.
    @Test func `the quorum is met by the right sets of witnesses`() throws {
        let text = checkpoint.text
        let signature = try log.sign(text)
        let cosignatures = try witnesses.enumerated().map { try $1.sign(text, at: 1_000 + $0) }
        for set in 0..<64 {
            let members = (0..<6).filter { set >> $0 & 1 == 1 }
            let note = try SignedNote(
                text: text, signatures: [signature] + members.map { cosignatures[$0] })
            let evaluation = try policy.evaluate(note)
            #expect(evaluation.checkpoint == checkpoint)
            #expect(evaluation.logs == [log.verifier])
            #expect(
                evaluation.witnesses.map(\.witness.key) == members.map { witnesses[$0].verifier })
            #expect(evaluation.witnesses.map(\.time) == members.map { 1_000 + $0 })
            let isMet = members.count { $0 < 3 } >= 2 && members.contains { $0 >= 3 }
            #expect(evaluation.isQuorumMet == isMet, "\(members)")
            let refused = noteError { () throws(NoteError) in try policy.verify(note) }
            #expect(
                refused
                    == (isMet
                        ? nil
                        : .quorumNotMet(
                            quorum: "X-and-Y",
                            witnesses: evaluation.witnesses.map(\.witness.name.description))))
        }
    }

    @Test(arguments: NoteVectors.all.unevaluated)
    func `a checkpoint that does not count is refused for its reason`(
        vector: NoteVectors.Unverified
    ) throws {
        let policy = try TrustPolicy(Array(NoteVectors.all.policy.utf8))
        let note = try SignedNote(Array(vector.note.utf8))
        #expect(noteError { () throws(NoteError) in try policy.verify(note) }?.code == vector.code)
    }

    @Test func `a policy without logs takes those that the caller knows`() throws {
        let policy = try TrustPolicy(Array("quorum none\n".utf8))
        let text = checkpoint.text
        let note = try SignedNote(
            text: text, signatures: [log.sign(text), witnesses[0].sign(text, at: 1)])
        #expect(
            noteError { () throws(NoteError) in try policy.evaluate(note) }
                == .unknownLog(origin: "example.com/log"))
        let evaluation = try policy.verify(note, logs: [log.verifier])
        #expect(evaluation.logs == [log.verifier] && evaluation.witnesses.isEmpty)
        #expect(evaluation.isQuorumMet)
        let witness = witnesses[0].verifier
        #expect(
            noteError { () throws(NoteError) in try policy.evaluate(note, logs: [witness]) }
                == .wrongKeyType(expected: 1, got: 4))
    }

    @Test func `either of two keys of a log is enough, and both are told`() throws {
        let next = try Signer("example.com/log", 101)
        let policy = try TrustPolicy(
            Array("log \(log.verifier.text)\nlog \(next.verifier.text)\nquorum none\n".utf8))
        let text = checkpoint.text
        for signers in [[log], [next], [log, next]] {
            let note = try SignedNote(
                text: text, signatures: signers.map { try $0.sign(text) })
            #expect(try policy.verify(note).logs == signers.map(\.verifier))
        }
    }

    @Test func `another log's signature does not speak for this origin`() throws {
        let other = try Signer("example.org/log", 102)
        let policy = try TrustPolicy(
            Array("log \(log.verifier.text)\nlog \(other.verifier.text)\nquorum none\n".utf8))
        let text = checkpoint.text
        let alone = try SignedNote(text: text, signatures: [other.sign(text)])
        #expect(
            noteError { () throws(NoteError) in try policy.evaluate(alone) }
                == .logSignatureMissing(origin: "example.com/log"))
        let both = try alone.adding([log.sign(text)])
        #expect(try policy.evaluate(both).logs == [log.verifier])
    }

    /// Random trees of groups against a reckoning that goes down from the quorum.
    @Test func `random policies agree with the rule`() throws {
        var random = Generator()
        var met = 0
        for _ in 0..<60 {
            let tree = Tree(&random, witnesses: witnesses.count)
            let policy = try TrustPolicy(tree.text(log, witnesses, &random))
            let text = checkpoint.text
            for _ in 0..<4 {
                let members = (0..<witnesses.count).filter { _ in !random.chance(3) }
                let signatures = try [log.sign(text)] + members.map { try witnesses[$0].sign(text) }
                let note = try SignedNote(
                    text: text, signatures: signatures.shuffled(using: &random))
                let evaluation = try policy.evaluate(note)
                let expected = tree.isWitnessed(tree.quorum, by: Set(members))
                #expect(evaluation.isQuorumMet == expected, random.comment)
                #expect(evaluation.witnesses.count == members.count, random.comment)
                met += expected ? 1 : 0
            }
        }
        #expect((1..<240).contains(met), random.comment)
    }
}

/// A random policy: nodes below `witnesses` are witnesses, the others groups of earlier nodes.
private struct Tree {
    let witnesses: Int
    private(set) var groups: [(threshold: Int, members: [Int])] = []
    let quorum: Int

    init(_ random: inout Generator, witnesses: Int) {
        self.witnesses = witnesses
        var free = Array(0..<witnesses).shuffled(using: &random)
        while free.count > 1 && !random.chance(8) {
            let members = Array(free.prefix(1 + random.below(free.count)))
            free.removeFirst(members.count)
            groups.append((1 + random.below(members.count), members))
            free.append(witnesses + groups.count - 1)
            free.shuffle(using: &random)
            if groups.count > 6 { break }
        }
        quorum = random.below(witnesses + groups.count)
    }

    func isWitnessed(_ node: Int, by members: Set<Int>) -> Bool {
        guard node >= witnesses else { return members.contains(node) }
        let group = groups[node - witnesses]
        return group.members.count { isWitnessed($0, by: members) } >= group.threshold
    }

    func text(_ log: Signer, _ signers: [Signer], _ random: inout Generator) -> [UInt8] {
        func blank() -> String { [" ", "\t", "  ", " \t "][random.below(4)] }
        var lines = signers.enumerated().map { "witness n\($0) \($1.verifier.text)" }
        for (index, group) in groups.enumerated() {
            let count = group.members.count
            var threshold = String(group.threshold)
            if group.threshold == count && random.chance(2) { threshold = "all" }
            if group.threshold == 1 && random.chance(2) { threshold = "any" }
            let members = group.members.map { "n\($0)" }.joined(separator: " ")
            lines.append("group n\(witnesses + index) \(threshold) \(members)")
        }
        lines.append("quorum n\(quorum)")
        lines.insert("log \(log.verifier.text)", at: random.below(lines.count + 1))
        lines.insert(" # n0", at: random.below(lines.count + 1))
        return lines.reduce(into: []) { bytes, line in
            let spaced = line.split(separator: " ").joined(separator: blank())
            bytes += Array((random.chance(2) ? spaced : blank() + spaced + blank()).utf8) + [0x0a]
        }
    }
}
