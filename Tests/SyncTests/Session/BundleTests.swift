// The protocol in a file.

import Bytes
import Documents
import Testing

@testable import Sync

@Suite("Bundles")
struct BundleTests {
    private func bundle(
        _ replica: MemoryReplica, since basis: Hello? = nil
    ) throws -> (file: [UInt8], contents: BundleContents) {
        var file: [UInt8] = []
        let contents = try BundleWriter.write(replica, since: basis) { file += $0 }
        return (file, contents)
    }

    /// Reads a file in pieces of random sizes.
    @discardableResult
    private func apply(
        _ file: [UInt8], to replica: MemoryReplica, _ random: inout Generator
    ) throws -> SyncSummary {
        var reader = BundleReader(domain: replica.domain)
        func pieces(_ body: ([UInt8]) throws -> Void) rethrows {
            var rest = file[...]
            while !rest.isEmpty {
                let piece = rest.prefix(1 + random.below(5_000))
                rest = rest.dropFirst(piece.count)
                try body(Array(piece))
            }
        }
        try pieces { try reader.inspect($0) }
        _ = try reader.inspected()
        #expect(replica.packs == 0, "nothing is applied before all is read")
        try pieces { try reader.apply($0, to: replica) }
        return try reader.applied(to: replica)
    }

    @Test("A bundle brings all that its writer has")
    func whole() throws {
        var random = Generator()
        for round in 0..<30 {
            let (left, right) = differingReplicas(&random)
            let empty = MemoryReplica(9)
            let (file, contents) = try bundle(left)
            let summary = try apply(file, to: empty, &random)
            #expect(empty.holdings == left.holdings, "\(random.comment), round \(round)")
            #expect(summary.incoming == contents.documents, random.comment)
            #expect(summary.refusedCount == 0, random.comment)
            // To a replica that has others, it brings what that one lacks.
            let all = left.holdings.documents.lines.union(right.holdings.documents.lines)
            try apply(file, to: right, &random)
            try sync(right, with: left)
            #expect(right.holdings == left.holdings, random.comment)
            #expect(right.holdings.documents.lines == all, random.comment)
        }
    }

    @Test("A bundle for a peer that is known leaves out what it has")
    func since() throws {
        var random = Generator(1)
        let (left, right) = (MemoryReplica(1), MemoryReplica(2))
        for number in 0..<200 { left.addRecord(number) }
        left.seal(term: 0, salt: 1)
        for number in 200..<210 { left.addRecord(number) }
        let (first, _) = try bundle(left)
        try apply(first, to: right, &random)
        for number in 210..<213 { left.addRecord(number) }
        let (second, contents) = try bundle(left, since: try right.hello)
        #expect(contents.documents.records == 3 && contents.documents.total == 3)
        let third = MemoryReplica(3)
        try apply(first, to: third, &random)
        let summary = try apply(second, to: MemoryReplica(4), &random)
        #expect(summary.incoming.records == 3)
        var reader = BundleReader(domain: "family")
        try reader.inspect(second)
        _ = try reader.inspected()
        try reader.apply(second, to: right)
        _ = try reader.applied(to: right)
        #expect(right.holdings == left.holdings)
    }

    @Test("Every cut and every flipped byte is refused before anything is applied")
    func damage() throws {
        let replica = MemoryReplica(1)
        replica.addEntry(1, 1)
        replica.addNote(1)
        replica.seal(term: 0, salt: 1)
        replica.addRecord(1)
        let (file, contents) = try bundle(replica)
        func refusal(_ file: [UInt8]) throws -> SyncError.Code? {
            try code {
                var reader = BundleReader(domain: "family")
                try reader.inspect(file)
                return try reader.inspected()
            }
        }
        #expect(try refusal(file) == nil)
        for count in 0..<file.count {
            #expect(try refusal(Array(file.prefix(count))) == .invalidBundle, "\(count)")
        }
        for index in file.indices {
            var flipped = file
            flipped[index] ^= 1
            let code = try refusal(flipped)
            #expect(code == .invalidBundle || code == .wrongDomain, "\(index)")
        }
        let hello = HelloMessage(contents.hello, isFull: true).frame.bytes
        let pack = PackMessage(.entries([Sample.entry(1, 1)])).frame.bytes
        for other in [
            [], file + file, file + [0], pack + file, hello + file, Frame(.done, []).bytes,
            HelloMessage(contents.hello, isFull: false).frame.bytes,
            hello + Frame(.want, []).bytes,
        ] {
            #expect(try refusal(other) == .invalidBundle)
        }
    }

    @Test("A bundle of another domain")
    func domain() throws {
        let (file, _) = try bundle(MemoryReplica(1, domain: "others"))
        var reader = BundleReader(domain: "family")
        #expect(try code { try reader.inspect(file) } == .wrongDomain)
        #expect(
            try code {
                try bundle(MemoryReplica(1), since: try MemoryReplica(1, domain: "others").hello)
            } == .wrongDomain)
    }

    @Test("A file that is another one when it is read again")
    func changed() throws {
        let (one, other) = (MemoryReplica(1), MemoryReplica(1))
        one.addEntry(1, 1)
        other.addEntry(1, 2)
        let reading = MemoryReplica(2)
        var reader = BundleReader(domain: "family")
        try reader.inspect(try bundle(one).file)
        _ = try reader.inspected()
        try reader.apply(try bundle(other).file, to: reading)
        #expect(try code { try reader.applied(to: reading) } == .invalidBundle)
    }
}
