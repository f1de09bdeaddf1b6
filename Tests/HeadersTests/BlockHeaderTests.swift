import Bytes
import Headers
import Testing

@Suite struct BlockHeaderTests {
    @Test func `the first header of Bitcoin is read field by field`() throws {
        let header = try BlockHeader(ChainVectors().headers[0])
        #expect(header.version == 1)
        #expect(header.previous == BlockHeader.noPrevious)
        #expect(
            header.merkleRoot.displayed
                == "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b")
        #expect(header.time == 1_231_006_505)
        #expect(header.bits == CompactTarget.mainnetLimitBits)
        #expect(header.nonce == 2_083_236_893)
        #expect(
            header.hash.displayed
                == "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f")
    }

    @Test func `block 170 has its hash and its work, and no bit of its header can be turned`()
        throws
    {
        let header = try ChainVectors().header
        #expect(
            header.hash.displayed
                == "00000000d1145790a8694403d4063f323d499e655c83426834d4ce2f8dd4a2ee")
        try header.checkWork()
        for (bit, bytes) in flips(of: header.bytes) {
            let other = try BlockHeader(bytes)
            #expect(other.bytes == bytes)
            #expect(throws: HeaderError.self, "bit \(bit)") { try other.checkWork() }
        }
    }

    @Test func `a header comes back from its bytes`() throws {
        var random = Generator()
        for _ in 0..<200 {
            let header = random.header(bits: UInt32(truncatingIfNeeded: random.next()))
            #expect(header.bytes.count == BlockHeader.byteCount)
            #expect(try BlockHeader(header.bytes) == header, random.comment)
        }
    }

    @Test func `a header has 80 bytes`() throws {
        let bytes = try ChainVectors().headers[0]
        for count in 0..<80 {
            #expect(throws: HeaderError.truncated(offset: count)) {
                try BlockHeader(bytes[..<count])
            }
        }
        #expect(throws: HeaderError.trailingBytes(offset: 80)) { try BlockHeader(bytes + [0]) }
        #expect(try BlockHeader(([7] + bytes)[1...]) == BlockHeader(bytes))
    }

    @Test func `work that is missing is told with its values`() throws {
        var header = try ChainVectors().header
        header.nonce += 1
        #expect(throws: HeaderError.insufficientWork(hash: header.hash, bits: 0x1d00_ffff)) {
            try header.checkWork()
        }
        header.bits = 0
        #expect(throws: HeaderError.invalidBits(0, .zero)) { try header.checkWork() }
    }

    @Test func `a digest is shown in reverse, in lower case`() {
        let digest = Digest256(Array(0..<32))
        let text = "1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100"
        #expect(digest?.displayed == text)
        #expect(Digest256(displayed: text) == digest)
        for wrong in ["", String(text.dropLast()), text + "00", text.uppercased()] {
            #expect(Digest256(displayed: wrong) == nil)
        }
    }
}
