import Bytes
import Testing

@Suite struct ByteReaderTests {
    /// What a reader of this suite reports.
    private enum Refusal: ByteReaderError, Equatable {
        case truncated(offset: Int)
        case trailingBytes(offset: Int)
        case varintNotMinimal(offset: Int)
        case tooLarge(what: String, limit: Int, got: UInt64)
    }

    private func reader(_ bytes: [UInt8]) -> ByteReader<Refusal> {
        // A slice that does not begin at 0: offsets count from its own first byte.
        ByteReader(([9, 9, 9] + bytes)[3...])
    }

    @Test func `numbers are little-endian, and what is written is read`() throws {
        var bytes: [UInt8] = []
        bytes.appendLittleEndian(UInt16(0x0102))
        bytes.appendLittleEndian(Int32(-2))
        bytes.appendLittleEndian(UInt64(0x0102_0304_0506_0708))
        #expect(bytes == [2, 1, 0xfe, 0xff, 0xff, 0xff, 8, 7, 6, 5, 4, 3, 2, 1])
        #expect(UInt32(7).littleEndianBytes == [7, 0, 0, 0])
        var reader = reader(bytes + Array(repeating: 5, count: 32) + [3])
        #expect(try reader.number(2) == 0x0102)
        #expect(try reader.number(4) == 0xffff_fffe)
        #expect(try reader.number(8) == 0x0102_0304_0506_0708)
        #expect(try reader.digest() == Digest256(Array(repeating: 5, count: 32)))
        #expect(throws: Refusal.trailingBytes(offset: 46)) { try reader.end() }
        #expect(try reader.byte() == 3)
        try reader.end()
        #expect(reader.rest.isEmpty && reader.offset == 47)
        #expect(throws: Refusal.truncated(offset: 47)) { try reader.byte() }
    }

    @Test func `varints have one spelling`() throws {
        for value in [0, 1, 0xfc, 0xfd, 0xffff, 0x1_0000, 0xffff_ffff, 0x1_0000_0000, Int.max] {
            var bytes: [UInt8] = []
            bytes.appendVarint(value)
            var whole = reader(bytes)
            #expect(try whole.varint() == UInt64(value))
            try whole.end()
            for count in bytes.indices {
                var short = reader(Array(bytes[..<count]))
                #expect(throws: Refusal.truncated(offset: count)) { try short.varint() }
            }
        }
        let longer: [[UInt8]] = [
            [0xfd, 0xfc, 0], [0xfe, 0xff, 0xff, 0, 0],
            [0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
        ]
        for bytes in longer {
            var reader = reader([7] + bytes)
            _ = try reader.byte()
            #expect(throws: Refusal.varintNotMinimal(offset: 1)) { try reader.varint() }
        }
    }

    @Test func `integers end at their limit`() throws {
        var first = reader([5])
        #expect(try first.integer("things", limit: 5) == 5)
        var second = reader([6])
        #expect(throws: Refusal.tooLarge(what: "things", limit: 5, got: 6)) {
            try second.integer("things", limit: 5)
        }
        var third = reader([UInt8](repeating: 0xff, count: 9))
        #expect(throws: Refusal.tooLarge(what: "things", limit: .max, got: .max)) {
            try third.integer("things", limit: .max)
        }
    }
}
