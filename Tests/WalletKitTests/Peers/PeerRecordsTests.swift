// What is kept of a peer, through crashes and among processes.
import Bytes
import Cryptography
import Documents
import Files
import Glibc
import Testing

@testable import WalletKit

@Suite struct PeerRecordsTests {
    /// Records in a directory that goes with them.
    private final class Fixture {
        let parent: String
        var path: String { parent + "/peers/shop" }

        init() throws {
            parent = try FileSystem.makeTemporaryDirectory("wallet-records")
        }

        deinit { try? FileSystem.removeTree(parent) }

        var records: PeerRecords {
            PeerRecords(PeerDirectory(path: path), waitSeconds: 5) {}
        }

        func head(_ net: Int, _ second: Int64) throws -> CounterHead {
            CounterHead(
                key: CounterKey(Address(of: [1]), Address(of: [2])),
                pointer: Transaction.Pointer(
                    transaction: Hash.sha256([UInt8(net)]), index: net),
                state: CounterState(
                    net: try Amount(Array(String(net).utf8)), min: .finite(.zero),
                    max: .plusInfinity),
                clock: Transaction.Clock(
                    device: Address(of: [3]), sequence: 1, tick: 0,
                    time: try #require(Timestamp(milliseconds: second * 1000))))
        }

        /// A document, and its hash.
        func document(_ number: Int) throws -> (line: [UInt8], hash: Digest256) {
            let terms = UnitDefinition.Terms(
                symbol: Address(of: [1]), code: "U\(number)", name: "", scale: 0, form: .points,
                terms: "")
            let unit = UnitDefinition(terms)
            return (unit.document, unit.hash)
        }
    }

    @Test func `receipts are appended, and one that is known is not`() throws {
        let fixture = try Fixture()
        for number in 0..<3 {
            let (line, hash) = try fixture.document(number)
            try fixture.records.keep(receipt: line, hash, isNew: true)
        }
        for number in 0..<4 {
            let (line, hash) = try fixture.document(number)
            try fixture.records.keep(receipt: line, hash, isNew: false)
        }
        #expect(try fixture.records.receiptCount() == 4)
    }

    @Test func `what a crash has left of a receipt goes, at every byte`() throws {
        let fixture = try Fixture()
        let (first, firstHash) = try fixture.document(1)
        let (second, secondHash) = try fixture.document(2)
        for end in stride(from: 0, through: second.count, by: 7) {
            let records = fixture.records
            try records.keep(receipt: first, firstHash, isNew: true)
            let path = fixture.path + "/receipts.ndjson"
            let file = try File(path, .readWrite)
            try file.write(second[..<end], at: try file.status().size)
            #expect(try records.receiptCount() == 1)
            try records.keep(receipt: second, secondHash, isNew: false)
            #expect(
                try FileSystem.read(path, limit: 1_000_000) == first + [0x0a] + second + [0x0a],
                "\(end)")
            try FileSystem.remove(path)
        }
        // Nothing but the beginning of a first line.
        let file = try File(fixture.path + "/receipts.ndjson", .readWrite)
        try file.write(second[..<9], at: 0)
        try fixture.records.keep(receipt: first, firstHash, isNew: true)
        #expect(try fixture.records.receiptCount() == 1)
    }

    @Test func `a counter goes forward, from where it was seen`() throws {
        let fixture = try Fixture()
        let records = fixture.records
        let (one, two, three) = (
            try fixture.head(1, 10), try fixture.head(2, 20), try fixture.head(3, 30)
        )
        #expect(try records.head(one.key) == nil)
        #expect(try records.advance(from: nil, to: one))
        // Another process was faster.
        #expect(try !records.advance(from: nil, to: three))
        #expect(try !records.advance(from: two, to: three))
        #expect(try records.head(one.key) == one)
        #expect(try records.advance(from: one, to: two))
        #expect(try records.advance(from: two, to: one))
        #expect(try records.head(one.key) == two)
        #expect(try records.heads(of: one.key.address) == [two])
        #expect(try records.heads(of: one.key.symbol).isEmpty)
    }

    @Test func `a file of counters that was damaged is not guessed at`() throws {
        let fixture = try Fixture()
        let head = try fixture.head(1, 10)
        #expect(try fixture.records.advance(from: nil, to: head))
        let path = fixture.path + "/counters.ndjson"
        try FileSystem.replace(path, with: Array("{}\n".utf8))
        #expect(peerError { _ = try fixture.records.head(head.key) }?.code == "peer-damaged")
    }

    @Test func `promises under way are kept until their answer is known`() throws {
        let fixture = try Fixture()
        #expect(try fixture.records.unsent().isEmpty)
        let lines = try (1...3).map { try fixture.document($0).line }
        for line in lines + lines { try fixture.records.keep(unsent: line) }
        #expect(try Set(fixture.records.unsent()) == Set(lines))
        for line in lines.dropLast() + lines.dropLast() { try fixture.records.remove(unsent: line) }
        #expect(try fixture.records.unsent() == [lines[2]])
    }

    @Test func `certificates are kept once`() throws {
        let fixture = try Fixture()
        #expect(try fixture.records.certificates().isEmpty)
        let lines = try (1...3).map { try fixture.document($0).line }
        try fixture.records.keep(certificates: Array(lines[..<2]))
        try fixture.records.keep(certificates: lines)
        #expect(try fixture.records.certificates() == lines)
    }
}
