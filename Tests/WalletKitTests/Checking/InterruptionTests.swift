// What an interruption leaves behind is no damage.
import Blockstack
import Bytes
import Documents
import Files
import Hashtable
import Testing

@testable import WalletKit

@Suite struct InterruptionTests {
    private static let journal = "documents/journal.ndjson"

    /// Only notes with these codes are found; a repair leaves nothing to be said.
    private func expectNotes(
        _ wallet: CheckFixture, _ codes: [String], isRepaired: Bool = true,
        _ comment: Comment
    ) throws {
        let report = try wallet.check()
        #expect(report.isSound && report.codes(.note) == codes, "\(report.findings) \(comment)")
        guard isRepaired else { return }
        #expect(try wallet.check(repairing: true).isSound, comment)
        #expect(try wallet.check().findings.isEmpty, comment)
    }

    @Test func `a torn line and lines that were never committed`() throws {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [1, 1, 2], &random)
        let good = wallet.good[Self.journal] ?? []
        try wallet.write(Self.journal, good + good.prefix(100))
        try expectNotes(wallet, ["torn-line"], isRepaired: false, random.comment)
        try wallet.write(Self.journal, good + good)
        try wallet.write("documents/uncommitted", Array(String(good.count).utf8))
        try expectNotes(wallet, ["uncommitted"], random.comment)
        #expect(try wallet.files()[Self.journal] == good)
        try wallet.write("documents/uncommitted", [0x78])
        #expect(try wallet.look().damage == ["uncommitted documents/uncommitted"])
    }

    /// A wallet with the block that `seal` would make as the last line of its journal.
    private func sealing(
        _ random: inout SplitMix
    ) throws -> (wallet: CheckFixture, block: BlockDocument) {
        let wallet = try CheckFixture(transactions: [1, 1, 2], &random)
        let block = try #require(try wallet.wallet.seal(.init()))
        try wallet.restore()
        try wallet.write(
            Self.journal, (wallet.good[Self.journal] ?? []) + block.document + [0x0a])
        return (wallet, block)
    }

    @Test func `a seal that was interrupted at any moment`() throws {
        var random = SplitMix()
        // The block is durable, and nothing else has been done.
        let (wallet, block) = try sealing(&random)
        try expectNotes(wallet, ["seal-interrupted", "publication-behind"], random.comment)
        let name = SegmentName(height: 2, block: block.hash).text
        #expect(try wallet.files()[Self.journal] == [])
        #expect(try wallet.files()["documents/" + name] != nil)
        // The segment has its second name.
        let (second, other) = try sealing(&random)
        let linked = SegmentName(height: 2, block: other.hash).text
        try FileSystem.link(
            second.directory + "/" + Self.journal, to: second.directory + "/documents/" + linked)
        try second.write(Self.journal + ".new", [])
        try expectNotes(
            second, ["seal-interrupted", "publication-behind", "leftover"], random.comment)
    }

    @Test func `a block that has not been published, and cosignatures that have not`() throws {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [1, 1, 2], &random)
        _ = try wallet.wallet.seal(.init())
        let sealed = try wallet.files()
        // What stood there before the block.
        for (name, bytes) in wallet.good where name.hasPrefix("stacks/") {
            try wallet.write(name, bytes)
        }
        for name in sealed.keys where name.hasPrefix("stacks/") && wallet.good[name] == nil {
            try wallet.remove(name)
        }
        try expectNotes(wallet, ["publication-behind"], random.comment)
        // Half of it.
        for name in sealed.keys where name.hasPrefix("stacks/tile/0") { try wallet.remove(name) }
        try expectNotes(wallet, ["tile-missing"], random.comment)
        // Nothing at all.
        try FileSystem.removeTree(wallet.directory + "/stacks")
        try expectNotes(
            wallet, ["publication-behind", "publication-behind"], random.comment)
        #expect(try wallet.files()["stacks/checkpoint"] == sealed["stacks/checkpoint"])
        // Kept, and not published yet.
        let block = try #require(try wallet.wallet.ledger(.readOnly).lastBlock())
        let line = try NoteSignature(
            name: try KeyName("witness"), keyID: 7, signature: [UInt8](repeating: 5, count: 72))
        let note = try block.checkpointNote().adding([line])
        try wallet.write("stacks/cosigned/\(block.statement.height)", note.bytes)
        try expectNotes(wallet, ["publication-behind"], random.comment)
        #expect(try wallet.files()["stacks/checkpoint"] == note.bytes)
    }

    @Test func `a note of another block below 'cosigned' is moved out of the way`() throws {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [1, 1, 1], &random)
        let note = wallet.good["stacks/cosigned/1"] ?? []
        for name in ["stacks/cosigned/0", "stacks/cosigned/7", "stacks/cosigned/x"] {
            try wallet.write(name, note)
            #expect(try wallet.look().damage == ["cosigned-differs \(name)"])
            #expect(try wallet.check(repairing: true).isSound)
            let moved = try wallet.files().filter { $0.key.hasPrefix("quarantine/") }
            #expect(moved.values.map { $0 } == [note])
            #expect(try wallet.check().findings.isEmpty)
            try wallet.restore()
        }
    }

    @Test func `an index that lags behind or is not there yet`() throws {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [1, 1, 1], &random)
        let index = wallet.good["graph.db"] ?? []
        var cleared = 0
        while cleared == 0 {
            cleared = try wallet.fixture.clear([wallet.fixture.line(&random)]).counts.cleared
        }
        for suffix in ["-wal", "-shm"] {
            try FileSystem.remove(wallet.directory + "/graph.db" + suffix)
        }
        try wallet.write("graph.db", index)
        #expect(try wallet.check().findings.isEmpty, random.comment)
        try wallet.remove("graph.db")
        try expectNotes(wallet, ["index-missing"], random.comment)
    }

    @Test func `an index of another log, or of a longer one, is told from a damaged one`() throws {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [1, 1, 1], &random)
        let other = try CheckFixture(transactions: [2, 1, 3], &random)
        try wallet.write("graph.db", other.good["graph.db"] ?? [])
        #expect(try wallet.look().damage == ["log-replaced graph.db"])
        #expect(try wallet.check(repairing: true).isSound)
        #expect(try wallet.fixture.contents() == wallet.contents)
    }
}
