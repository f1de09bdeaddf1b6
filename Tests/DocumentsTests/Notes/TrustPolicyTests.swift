import Bytes
import Documents
import Testing

@Suite struct TrustPolicyTests {
    @Test(arguments: NoteVectors.all.policies)
    func `a policy is logs, witnesses, groups and a quorum`(vector: NoteVectors.Policy) throws {
        let policy = try TrustPolicy(vector.bytes)
        #expect(policy.logs.count == vector.logs)
        #expect(policy.witnesses.count == vector.witnesses)
        #expect(policy.groups.count == vector.groups)
        #expect(policy.quorum?.description == vector.quorum)
    }

    @Test(arguments: NoteVectors.refused("policy"))
    func `what breaks a rule is refused for its reason, in its line`(vector: NoteVectors.Refused) {
        expectRefusal(vector) { bytes throws(NoteError) in try TrustPolicy(bytes) }
    }

    @Test func `the specification's example is read in full`() throws {
        let policy = try TrustPolicy(Array(NoteVectors.all.policy.utf8))
        #expect(policy.logs.map(\.key.name.description) == ["example.com/log"])
        #expect(
            policy.witnesses.map(\.name.description) == ["X1", "X2", "X3", "Y1", "Y2", "Y3"])
        #expect(policy.groups.map(\.name.description) == ["X-witnesses", "Y-witnesses", "X-and-Y"])
        #expect(policy.groups.map(\.threshold) == [2, 1, 2])
        #expect(
            policy.groups.map { $0.members.map(\.description) } == [
                ["X1", "X2", "X3"], ["Y1", "Y2", "Y3"], ["X-witnesses", "Y-witnesses"],
            ])
        #expect(policy.logs[0].url == nil && policy.witnesses.allSatisfy { $0.url == nil })
    }

    @Test func `addresses are kept as they stand`() throws {
        let policy = try TrustPolicy(
            Array(
                """
                log \(try Signer("log", 1).verifier.text) https://log.example/
                witness w \(try Signer("w", 2, .cosignature).verifier.text)\thttps://ẃ.example/#a
                quorum w

                """.utf8))
        #expect(policy.logs[0].url?.description == "https://log.example/")
        #expect(policy.witnesses[0].url?.octets == Array("https://ẃ.example/#a".utf8))
    }

    @Test func `256 of each are taken, 257 are not`() throws {
        let limit = Limits.policyEntries
        func key(_ number: Int, _ kind: VerifierKey.Kind) throws -> String {
            let bytes =
                [UInt8(number & 255), UInt8(number >> 8)] + [UInt8](repeating: 9, count: 30)
            return try VerifierKey(name: KeyName("k"), kind: kind, publicKey: bytes).text
        }
        let logs = try (0...limit).map { "log \(try key($0, .ed25519))\n" }
        let witnesses = try (0...limit).map { "witness w\($0) \(try key($0, .cosignature))\n" }
        let groups = (0...limit).map { "group g\($0) any \($0 == 0 ? "w0" : "g\($0 - 1)")\n" }
        let quorum = "quorum none\n"
        for (kind, lines) in [("log", logs), ("witness", witnesses), ("group", groups)] {
            let head = kind == "group" ? witnesses[0] : ""
            let most = head + lines.dropLast().joined() + quorum
            #expect(throws: Never.self) { try TrustPolicy(Array(most.utf8)) }
            let more = head + lines.joined() + quorum
            let error = noteError { () throws(NoteError) in try TrustPolicy(Array(more.utf8)) }
            let line = limit + (head.isEmpty ? 1 : 2)
            #expect(error == .policy(line: line, .tooMany(keyword: kind, limit: limit)))
        }
    }

    @Test func `262,144 bytes are taken, one more is not`() throws {
        let quorum = Array("quorum none\n".utf8)
        let space = [UInt8](repeating: 0x20, count: Limits.policyBytes - quorum.count)
        #expect(throws: Never.self) { try TrustPolicy(space + quorum) }
        #expect(
            noteError { () throws(NoteError) in try TrustPolicy([0x20] + space + quorum) }
                == .tooLong(what: "the policy", bytes: 262_145, limit: 262_144))
    }

    @Test func `every octet is allowed in a comment, or refused, as the specification says`() {
        for octet in UInt8.min...UInt8.max {
            let bytes = [0x23, octet, 0x0a] + Array("quorum none\n".utf8)
            let isAllowed = octet == 9 || octet == 10 || 0x20...0x7e ~= octet || octet >= 0x80
            // A newline ends the comment, and what follows it is a blank line.
            #expect(((try? TrustPolicy(bytes)) != nil) == isAllowed, "octet \(octet)")
        }
    }
}
