import Bytes
import Cryptography
import Testing

@Suite struct NonceSearchTests {
    /// The highest 64 bits of the header's digest as a little-endian number.
    private func highest(_ header: [UInt8], nonce: UInt32) -> UInt64 {
        let message = header[..<76] + (0..<4).map { UInt8(nonce >> (8 * $0) & 255) }
        return Hash.sha256d(message).bytes[24...].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    @Test func `a nonce is found if and only if its digest is within the bound`() {
        var generator = Generator()
        for _ in 0..<200 {
            let search = generator.bytes(80)
            let nonce = UInt32(truncatingIfNeeded: generator.next())
            let value = highest(search, nonce: nonce)
            let found = NonceSearch(header: search)
            #expect(
                found.first(in: nonce...nonce, highestWordAtMost: value) == nonce,
                generator.comment)
            #expect(
                found.first(in: nonce...nonce, highestWordAtMost: value - 1) == nil,
                generator.comment)
        }
    }

    @Test func `the first of several is found, and a search may be used again`() {
        var generator = Generator()
        let header = generator.bytes(80)
        let search = NonceSearch(header: header)
        let bound = UInt64.max / 50
        var expected = (UInt32(0)...2000).filter { highest(header, nonce: $0) <= bound }
        #expect(!expected.isEmpty)
        var next: UInt32 = 0
        while let nonce = search.first(in: next...2000, highestWordAtMost: bound) {
            #expect(nonce == expected.removeFirst(), generator.comment)
            next = nonce + 1
            if next > 2000 { break }
        }
        #expect(expected.isEmpty, generator.comment)
    }

    @Test func `the nonce of Bitcoin's first block is found`() {
        let header = hex(
            "01000000000000000000000000000000000000000000000000000000000000000000000"
                + "03ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff00"
                + "1d1dac2b7c")
        let nonce: UInt32 = 2_083_236_893
        let search = NonceSearch(header: header)
        let bound: UInt64 = 0x0000_0000_ffff_0000
        #expect(search.first(in: nonce - 500...nonce + 5, highestWordAtMost: bound) == nonce)
        #expect(search.first(in: .max - 5 ... .max, highestWordAtMost: 0) == nil)
    }
}
