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
            (.malformedTransaction(byteCount: 61), ["61 bytes"]),
            (.ambiguousTransaction, ["64 bytes"]),
            (.wrongTarget(expected: one, got: two), ["for '\(two.displayed)'", one.displayed]),
            (.wrongHeight(expected: 5, got: 6), ["height 6, not 5"]),
            (.wrongHeight(expected: nil, got: 6), ["height 6", "unknown"]),
            (.wrongRoot(expected: one, got: two), ["to '\(two.displayed)'", one.displayed]),
            (.notInPath(one), [one.displayed]),
            (.missingSibling(level: 1, offset: 2), ["node 2", "level 1"]),
            (.conflictingNodes(level: 3, offset: 4), ["node 4", "level 3"]),
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
