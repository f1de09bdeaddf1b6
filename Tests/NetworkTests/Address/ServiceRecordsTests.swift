// SRV records: their order, and answers of name servers, good and bad.
import Cryptography
import Testing

@testable import Network

struct ServiceRecordsTests {
    private static let name = "_bsvalias._tcp.example.com"

    private static func encoded(_ name: String) -> [UInt8] {
        name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    /// An answer with one question; names of records are a pointer to it.
    private static func message(
        _ records: [(type: UInt8, data: [UInt8])], flags: [UInt8] = [0x81, 0x80]
    ) -> [UInt8] {
        var bytes: [UInt8] = [0x12, 0x34] + flags
        bytes += [0, 1, 0, UInt8(records.count), 0, 0, 0, 0]
        bytes += encoded(name) + [0, 33, 0, 1]
        for record in records {
            bytes += [0xc0, 12, 0, record.type, 0, 1, 0, 0, 0, 60]
            bytes += [UInt8(record.data.count >> 8), UInt8(record.data.count & 0xff)] + record.data
        }
        return bytes
    }

    private static func service(
        _ priority: UInt8, _ weight: UInt8, _ port: UInt16, _ target: [UInt8]
    ) -> (type: UInt8, data: [UInt8]) {
        (33, [0, priority, 0, weight, UInt8(port >> 8), UInt8(port & 0xff)] + target)
    }

    @Test func `an answer is read`() throws {
        let bytes = Self.message([
            Self.service(10, 5, 443, Self.encoded("Pay.Example.COM")),
            (16, [3, 0x61, 0x62, 0x63]),
            Self.service(20, 0, 3000, Self.encoded("b.example.com")),
        ])
        let records = try #require(ServiceRecords(message: bytes, name: Self.name))
        #expect(!records.isAuthenticated)
        #expect(
            records.records == [
                ServiceRecord(priority: 10, weight: 5, port: 443, target: "pay.example.com"),
                ServiceRecord(priority: 20, weight: 0, port: 3000, target: "b.example.com"),
            ])
        let verified = Self.message([], flags: [0x81, 0xa0])
        #expect(ServiceRecords(message: verified, name: Self.name)?.isAuthenticated == true)
    }

    @Test func `an alias is followed within the answer`() throws {
        var bytes = Self.message([(5, Self.encoded("srv.example.net"))])
        bytes[7] = 2
        bytes += Self.encoded("srv.example.net") + [0, 33, 0, 1, 0, 0, 0, 60]
        let data = Self.service(1, 1, 443, Self.encoded("a.example.net")).data
        bytes += [0, UInt8(data.count)] + data
        let records = try #require(ServiceRecords(message: bytes, name: Self.name))
        #expect(records.records.map(\.target) == ["a.example.net"])
    }

    @Test func `records of other names say nothing`() throws {
        var bytes = Self.message([])
        bytes[7] = 1
        bytes += Self.encoded("_bsvalias._tcp.evil.com") + [0, 33, 0, 1, 0, 0, 0, 60]
        let data = Self.service(1, 1, 443, Self.encoded("evil.com")).data
        bytes += [0, UInt8(data.count)] + data
        #expect(ServiceRecords(message: bytes, name: Self.name)?.records == [])
    }

    @Test func `what is cut short or false is no answer`() {
        let whole = Self.message([Self.service(10, 5, 443, Self.encoded("pay.example.com"))])
        #expect(ServiceRecords(message: whole, name: Self.name)?.records.count == 1)
        for count in 0..<whole.count {
            #expect(ServiceRecords(message: Array(whole[..<count]), name: Self.name) == nil)
        }
        // Not an answer, cut by the server, to another question.
        #expect(
            ServiceRecords(message: Self.message([], flags: [0x01, 0]), name: Self.name) == nil)
        #expect(
            ServiceRecords(message: Self.message([], flags: [0x83, 0]), name: Self.name) == nil)
        #expect(ServiceRecords(message: whole, name: "_bsvalias._tcp.example.org") == nil)
    }

    @Test func `names that lead in circles or forward are refused`() {
        // The target of the first record begins behind 12 + 28 + 4 + 12 + 6 bytes.
        let start = UInt8(12 + Self.encoded(Self.name).count + 4 + 12 + 6)
        for target in [[0xc0, start], [0xc0, start + 1], [1, 0x61, 0xc0, start], [0xc0, 0xff]] {
            let bytes = Self.message([Self.service(1, 1, 443, target)])
            #expect(ServiceRecords(message: bytes, name: Self.name) == nil)
        }
    }

    @Test func `a dot within a label, a long name and a wrong target are not taken`() {
        let dotted: [UInt8] = [7] + Array("evil.co".utf8) + [3] + Array("com".utf8) + [0]
        #expect(
            ServiceRecords(message: Self.message([Self.service(1, 1, 1, dotted)]), name: Self.name)
                == nil)
        let label = [63] + [UInt8](repeating: 0x61, count: 63)
        let long = label + label + label + label + label + [0]
        #expect(
            ServiceRecords(message: Self.message([Self.service(1, 1, 1, long)]), name: Self.name)
                == nil)
        let odd = Self.message([Self.service(1, 1, 1, Self.encoded("a_b/c.example.com"))])
        #expect(ServiceRecords(message: odd, name: Self.name)?.records == [])
    }

    @Test func `more records than sixteen are not kept`() {
        let many = (0..<40).map { Self.service(UInt8($0), 1, 443, Self.encoded("a.example.com")) }
        let records = ServiceRecords(message: Self.message(many), name: Self.name)
        #expect(records?.records.count == ServiceRecords.recordsLimit)
    }

    @Test func `random bytes never break the reader`() throws {
        let seed: [UInt8] = [0x53, 0x52, 0x56]
        let random = SeededRandom(seed: seed)
        let whole = Self.message([
            Self.service(10, 5, 443, Self.encoded("pay.example.com")), (5, [0xc0, 12]),
        ])
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0..<3 {
                let draw = try random.bytes(3)
                bytes[(Int(draw[0]) << 8 | Int(draw[1])) % bytes.count] = draw[2]
            }
            if let records = ServiceRecords(message: bytes, name: Self.name) {
                #expect(records.records.count <= 16, "seed \(seed)")
            }
        }
    }

    @Test func `order follows priority, and weight in proportion`() {
        let records = ServiceRecords([
            ServiceRecord(priority: 2, weight: 1, port: 1, target: "late"),
            ServiceRecord(priority: 1, weight: 0, port: 1, target: "never"),
            ServiceRecord(priority: 1, weight: 30, port: 1, target: "often"),
            ServiceRecord(priority: 1, weight: 10, port: 1, target: "seldom"),
        ])
        var first: [String: Int] = [:]
        for draw in 0..<41 {
            var isFirst = true
            let order = records.ordered { bound in
                defer { isFirst = false }
                return isFirst ? UInt64(draw) % bound : 0
            }
            #expect(order.last?.target == "late" && order.count == 4)
            first[order[0].target, default: 0] += 1
        }
        #expect(first == ["never": 1, "seldom": 10, "often": 30])
    }
}
