// What a repair does: derived files are made again as they were, the rest is moved and never lost.
import Bytes
import Documents
import Files
import Testing

@testable import WalletKit

@Suite struct RepairTests {
    private static let journal = "documents/journal.ndjson"

    /// What stands below the newest quarantine, by its name there.
    private func quarantine(_ files: [String: [UInt8]]) -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for (name, bytes) in files where name.hasPrefix("quarantine/") {
            let parts = name.split(separator: "/").dropFirst(2)
            found[parts.joined(separator: "/")] = bytes
        }
        return found
    }

    @Test func `derived files are made again, byte for byte, and nothing else is touched`()
        throws
    {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [2, 2, 2], &random)
        let derived =
            wallet.good.keys.filter {
                $0.hasPrefix("stacks/") && !$0.hasPrefix("stacks/cosigned")
            }.sorted() + ["graph.db"]
        #expect(derived.count > 5)
        for name in derived {
            let bytes = wallet.good[name] ?? []
            var flipped = bytes
            flipped[bytes.count / 2] ^= 1
            let cases: [(what: String, bytes: [UInt8]?)] = [
                ("flipped", flipped), ("cut", Array(bytes.dropLast())), ("empty", []),
                ("longer", bytes + [0]), ("missing", nil),
            ]
            for (what, damaged) in cases {
                if let damaged { try wallet.write(name, damaged) } else { try wallet.remove(name) }
                let report = try wallet.check(repairing: true)
                #expect(report.isSound && report.quarantine == nil, "\(name) \(what)")
                let after = try wallet.check()
                #expect(after.findings.isEmpty, "\(name) \(what): \(after.findings)")
                #expect(try wallet.fixture.contents() == wallet.contents, "\(name) \(what)")
                for (other, good) in wallet.good where other != "graph.db" {
                    // Partial tiles of earlier sizes are not needed, and not made again.
                    let isOld = other.hasPrefix("stacks/tile") && !isCurrent(other, wallet)
                    let now = try wallet.files()[other]
                    #expect(now == good || (isOld && now == nil), "\(name) \(what): \(other)")
                }
                try wallet.restore()
            }
        }
    }

    /// Whether a partial tile is the widest of its kind.
    private func isCurrent(_ name: String, _ wallet: CheckFixture) -> Bool {
        let folder = FileSystem.parent(of: name)
        let widths = wallet.good.keys.filter { FileSystem.parent(of: $0) == folder }
            .compactMap { Int($0.dropFirst(folder.count + 1)) }
        return Int(name.dropFirst(folder.count + 1)) == widths.max()
    }

    @Test func `files that are no tiles go, and so do what interrupted writers have left`()
        throws
    {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [1, 1, 1], &random)
        let strange = [
            "stacks/tile/0/001", "stacks/tile/9/000", "stacks/tile/0/000.p/255",
            "stacks/tile/0/0000", "stacks/tile/0/x000/000", "stacks/tile/entries/000.p/0",
            "stacks/tile/0/x999/x999/x999/x999/x999/999", "stacks/tile/what",
        ]
        for name in strange {
            try wallet.write(name, [1, 2, 3])
            #expect(try wallet.look().damage == ["tile-strange \(name)"])
            #expect(try wallet.check(repairing: true).isSound)
            #expect(try wallet.check().findings.isEmpty, "\(name)")
            try wallet.restore()
        }
        for name in [
            "graph.db.new", "config.new", "documents/journal.ndjson.new", "stacks/checkpoint.new",
            "stacks/tile/0/000.p/3.new",
        ] {
            try wallet.write(name, [1])
            let report = try wallet.check()
            #expect(report.codes(.note) == ["leftover"] && report.isSound, "\(name)")
            #expect(try wallet.check(repairing: true).isSound)
            #expect(try wallet.check().findings.isEmpty, "\(name)")
            try wallet.restore()
        }
    }

    @Test func `damage in the journal moves what stands from the damaged line on`() throws {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [1, 1, 4], &random)
        let good = wallet.good[Self.journal] ?? []
        var starts = [0]
        for (index, byte) in good.enumerated() where byte == 0x0a { starts.append(index + 1) }
        for (line, start) in starts.dropLast().enumerated() {
            var damaged = good
            let end = starts[line + 1]
            damaged[start + random.below(end - start)] ^= 1
            try wallet.write(Self.journal, damaged)
            let report = try wallet.check(repairing: true)
            #expect(report.isSound && report.damageCount > 0, random.comment)
            let files = try wallet.files()
            #expect(files[Self.journal] == Array(good[..<start]), random.comment)
            #expect(
                quarantine(files) == ["journal.ndjson": Array(damaged[start...])], random.comment)
            #expect(report.quarantine == wallet.directory + "/quarantine/20300101T000000Z")
            #expect(try wallet.check().damageCount == 0, random.comment)
            // What follows the damaged line clears again.
            let promises = damaged[min(end, damaged.count)...].split(separator: 0x0a)
                .compactMap { try? StoredDocument(line: Array($0)) }
                .flatMap { document -> [[UInt8]] in
                    guard case .transaction(let stored) = document else { return [] }
                    return stored.instructions.map { Array($0.bytes) }
                }
            let (answers, _) = try wallet.fixture.clear(promises)
            #expect(answers.count == promises.count, random.comment)
            #expect(try wallet.check().damageCount == 0, random.comment)
            try wallet.restore()
        }
    }

    @Test func `damage in a sealed segment moves it whole, with all that follows`() throws {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [2, 2, 2, 2], &random)
        let segments = wallet.segments.filter { $0 != Self.journal }
        #expect(segments.count == 3)
        for (height, name) in segments.enumerated() {
            let good = wallet.good[name] ?? []
            var starts = [0]
            for (index, byte) in good.enumerated() where byte == 0x0a { starts.append(index + 1) }
            for (line, start) in starts.dropLast().enumerated() {
                var damaged = good
                damaged[start + random.below(starts[line + 1] - start)] ^= 1
                try wallet.write(name, damaged)
                let report = try wallet.check(repairing: true)
                let files = try wallet.files()
                if height == 0, line == 0 {
                    // Without its first document there is no domain.
                    #expect(!report.isSound && report.quarantine == nil, random.comment)
                    #expect(files == wallet.good.merging([name: damaged]) { $1 })
                    try wallet.restore()
                    continue
                }
                #expect(report.isSound, "\(report.findings) \(random.comment)")
                var moved = ["journal.ndjson": wallet.good[Self.journal] ?? []]
                for later in segments[height...] {
                    let bytes = later == name ? damaged : wallet.good[later]
                    moved[String(later.dropFirst("documents/".count))] = bytes
                }
                // The last block has cosignatures.
                moved["cosigned/2"] = wallet.good["stacks/cosigned/2"]
                #expect(quarantine(files) == moved, random.comment)
                #expect(files[Self.journal] == Array(good[..<start]), random.comment)
                let kept = files.keys.filter { $0.hasPrefix("documents/") }.sorted()
                #expect(kept == segments[..<height] + [Self.journal], random.comment)
                try goOn(wallet, random.comment)
                try wallet.restore()
            }
        }
    }

    /// The wallet seals and clears as before.
    private func goOn(_ wallet: CheckFixture, _ comment: Comment) throws {
        #expect(try wallet.check().damageCount == 0, comment)
        _ = try wallet.fixture.wallet.seal(.init())
        _ = try wallet.fixture.wallet.stack(bits: nil)
        let report = try wallet.check(full: true)
        #expect(report.findings.isEmpty, "\(report.findings) \(comment)")
    }

    @Test func `segments that are missing, misnamed or there twice`() throws {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [1, 1, 1, 1], &random)
        let names = wallet.segments
        // Missing: what follows cannot be read any more.
        try wallet.remove(names[1])
        #expect(try wallet.look().damage.first == "segment-missing documents/journal.ndjson")
        #expect(try wallet.check(repairing: true).isSound)
        #expect(try wallet.files()[Self.journal] == [])
        #expect(
            quarantine(try wallet.files()).keys.sorted() == [
                String(names[2].dropFirst(10)), "cosigned/2", "journal.ndjson",
            ])
        try goOn(wallet, random.comment)
        try wallet.restore()
        // Misnamed: its block tells the name.
        let wrong = names[1].replacing(#/-\w/#, with: { $0.output == "-0" ? "-1" : "-0" })
        try FileSystem.rename(
            wallet.directory + "/" + names[1], to: wallet.directory + "/" + wrong)
        #expect(try wallet.look().damage == ["segment-name \(wrong)"])
        #expect(try wallet.check(repairing: true).isSound)
        #expect(try wallet.files()[names[1]] == wallet.good[names[1]])
        #expect(try wallet.check().findings.isEmpty)
        // Twice: which one is right, only a person can say.
        try wallet.write(wrong, wallet.good[names[1]] ?? [])
        let before = try wallet.files()
        #expect(try !wallet.check(repairing: true).isSound)
        #expect(try wallet.files() == before)
    }

    @Test func `a journal that is gone or cut is replaced; the log is taken as it is`() throws {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [1, 1, 3], &random)
        let good = wallet.good[Self.journal] ?? []
        let cut = (good.dropLast().lastIndex(of: 0x0a) ?? 0) + 1
        for (what, journal) in [("missing", nil), ("cut", Array(good[..<cut])), ("empty", [])] {
            if let journal {
                try wallet.write(Self.journal, journal)
            } else {
                try wallet.remove(Self.journal)
            }
            #expect(try wallet.look().damage.contains("log-replaced graph.db"), "\(what)")
            let report = try wallet.check(repairing: true)
            #expect(report.isSound && report.quarantine == nil, "\(what)")
            #expect(try wallet.files()[Self.journal] == journal ?? [], "\(what)")
            try goOn(wallet, random.comment)
            try wallet.restore()
        }
    }
}
