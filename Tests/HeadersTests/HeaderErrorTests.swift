import Bitcoin
import Bytes
import Cryptography
import Headers
import Testing

@Suite struct HeaderErrorTests {
    @Test func `the place of a bad header is told`() throws {
        let headers = try ChainVectors().headers
        do {
            _ = try VerifiedHeaders(verifying: headers[0] + headers[2])
            Issue.record("accepted")
        } catch {
            #expect(error.message.hasPrefix("header 1: header follows '"))
        }
    }

    @Test func `what nobody can verify is told from what is false`() {
        let one = Hash.sha256([1])
        #expect(
            HeaderError.unverifiableScript(transaction: one, input: 0).proofCode
                == "unverifiable-script")
        for error in [
            HeaderError.overspent(transaction: one), .truncated(offset: 1),
            .invalidTransaction(one, .invalidScript(input: 0, .wrongSignature)),
        ] {
            #expect(error.proofCode == "proof-invalid")
        }
    }

    @Test func `errors are sentences with their values`() {
        let one = Hash.sha256([1])
        let two = Hash.sha256([2])
        let errors: [(HeaderError, [String])] = [
            (.truncated(offset: 7), ["byte 7"]), (.trailingBytes(offset: 8), ["byte 8"]),
            (.varintNotMinimal(offset: 9), ["byte 9"]),
            (.tooLarge(what: "nodes", limit: 64, got: 65), ["nodes is 65", "64"]),
            (.invalidBits(0x1d80_ffff, .negative), ["'1d80ffff'", "negative"]),
            (.invalidBits(0xff12_3456, .overflow), ["'ff123456'", "256 bits"]),
            (.invalidBits(0, .zero), ["'00000000'", "zero"]),
            (.invalidBits(0x1e00_00ff, .notMinimal), ["'1e0000ff'", "another spelling"]),
            (.insufficientWork(hash: one, bits: 0x1d00_ffff), [one.displayed, "'1d00ffff'"]),
            (.notLinked(previous: one, expected: two), [one.displayed, two.displayed]),
            (.emptyTree, ["leaf"]), (.indexOutOfRange(index: 9, levels: 3), ["9", "3 levels"]),
            (.misplacedDuplicate(level: 2), ["level 2"]), (.nodeBeyondLast(level: 3), ["level 3"]),
            (.mutatedTree(level: 4), ["level 4"]), (.transactionAsNode(level: 5), ["level 5"]),
            (.malformedJSON(reason: "not UTF-8", offset: 5), ["not UTF-8, at byte 5"]),
            (.invalidFlags(32, offset: 6), ["32", "byte 6"]),
            (.unsupportedProof(kind: "tree"), ["tree"]),
            (.unreadableText, ["hexadecimal digits"]),
            (.malformedTransaction(byteCount: 61), ["61 bytes"]),
            (.ambiguousTransaction, ["64 bytes"]),
            (.wrongTarget(expected: one, got: two), ["for '\(two.displayed)'", one.displayed]),
            (.wrongHeight(expected: 5, got: 6), ["height 6, not 5"]),
            (.wrongHeight(expected: nil, got: 6), ["height 6", "unknown"]),
            (.wrongRoot(expected: one, got: two), ["to '\(two.displayed)'", one.displayed]),
            (.notInPath(one), [one.displayed]),
            (.missingSibling(level: 1, offset: 2), ["node 2", "level 1"]),
            (.conflictingNodes(level: 3, offset: 4), ["node 4", "level 3"]),
            (.malformedBEEF(reason: "it has no transaction"), ["it has no transaction"]),
            (.missingParent(transaction: one, parent: two), [one.displayed, two.displayed]),
            (.overspent(transaction: one), [one.displayed]),
            (.invalidTransaction(one, .tooManySatoshis), [one.displayed, "satoshis"]),
            (.unverifiableScript(transaction: one, input: 7), [one.displayed, "input 7"]),
            (.notFinal(transaction: one, lockTime: 500), [one.displayed, "500"]),
            (.immature(transaction: one, parent: two), [one.displayed, two.displayed]),
            (.unminedCoinbase(one), [one.displayed]),
            (.emptyPath, ["leaf"]), (.transactionAboveLeaves(level: 6), ["level 6"]),
        ]
        for (error, parts) in errors {
            let message = error.message
            for part in parts { #expect(message.contains(part), "\(error)") }
            #expect(!message.hasSuffix("."))
            #expect(message.first?.isUppercase == false, "\(error)")
        }
    }
}
