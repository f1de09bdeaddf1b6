import Bytes
import Headers
import Testing

@Suite struct VerifiedHeadersTests {
    @Test func `Bitcoin's first eleven headers are a chain`() throws {
        let vectors = try ChainVectors()
        let chain = try VerifiedHeaders(verifying: vectors.headers.concatenated())
        #expect(chain.heights == 0..<11)
        #expect(chain.headers.map(\.bytes) == vectors.headers)
        #expect(chain.hashes == chain.headers.map(\.hash))
        #expect(chain.work.description == String(11 * 4_295_032_833))
    }

    @Test func `a regression test chain has its node's hashes and work`() throws {
        let bytes = try vectorFile("regtest_headers.bin")
        let chain = try VerifiedHeaders(verifying: bytes)
        #expect(chain.headers.count == 114)
        #expect(try chain.hashes[111] == RegtestVectors().hash)
        #expect(chain.work == UInt256(228))
        let upTo111 = try VerifiedHeaders(verifying: bytes[..<(112 * 80)])
        #expect(upTo111.work.hexadecimal == String(repeating: "0", count: 62) + "e0")
    }

    @Test func `a chain may begin anywhere`() throws {
        let headers = try ChainVectors().headers
        let rest = headers[4...].map { $0 }.concatenated()
        let parent = try BlockHeader(headers[3]).hash
        let chain = try VerifiedHeaders(verifying: rest, firstHeight: 4, after: parent)
        #expect(chain.heights == 4..<11)
        #expect(try VerifiedHeaders(verifying: rest, after: nil).hashes == chain.hashes)
        let expected = BadHeader(
            index: 0, reason: .notLinked(previous: parent, expected: BlockHeader.noPrevious))
        #expect(throws: expected) { try VerifiedHeaders(verifying: rest) }
        #expect(try VerifiedHeaders(verifying: []).heights.isEmpty)
    }

    @Test func `no bit of a chain can be turned unnoticed, and the place is told`() throws {
        let headers = try ChainVectors().headers[..<4]
        for (bit, bytes) in flips(of: headers.map { $0 }.concatenated()) {
            do {
                _ = try VerifiedHeaders(verifying: bytes)
                Issue.record("bit \(bit) is not noticed")
            } catch {
                #expect(error.index == bit / 640, "bit \(bit)")
            }
        }
    }

    @Test func `headers that are left out, swapped or cut off are refused`() throws {
        let headers = try ChainVectors().headers
        for gap in 1..<10 {
            var fewer = headers
            fewer.remove(at: gap)
            #expect(firstBad(fewer.concatenated()) == gap)
        }
        var swapped = headers
        swapped.swapAt(4, 5)
        #expect(firstBad(swapped.concatenated()) == 4)
        for count in [1, 79, 80 + 1, 10 * 80 + 79] {
            let bytes = Array(headers.concatenated()[..<count])
            #expect(
                throws: BadHeader(
                    index: count / 80, reason: .truncated(offset: count))
            ) { try VerifiedHeaders(verifying: bytes) }
        }
    }

    private func firstBad(_ bytes: [UInt8]) -> Int? {
        do {
            _ = try VerifiedHeaders(verifying: bytes)
            return nil
        } catch {
            return error.index
        }
    }

    @Test func `there is a limit to headers`() {
        let count = Limits.headers + 1
        let expected = BadHeader(
            index: Limits.headers,
            reason: .tooLarge(what: "headers", limit: Limits.headers, got: UInt64(count)))
        #expect(throws: expected) {
            try VerifiedHeaders(verifying: [UInt8](repeating: 0, count: count * 80))
        }
    }
}
