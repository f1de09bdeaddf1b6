// A log that a test writes as it likes: units as its lines, blocks that say how many came before.
import Bytes
import Cryptography
import Documents
import Files
import Glibc
import Hashtable
import Testing

@testable import WalletKit

/// A directory of documents, and what stands in it.
final class LogFixture {
    let parent: String
    var documents: String { parent + "/documents" }
    private let key: SigningKey
    /// The hashes of all lines.
    private(set) var hashes: [Digest256] = []
    /// The lines behind the last block.
    private(set) var open: [[UInt8]] = []
    private(set) var blocks: [Digest256] = []
    private var number = 0

    init() throws {
        parent = try FileSystem.makeTemporaryDirectory("wallet-log")
        key = try SigningKey(
            scheme: .eddsaEd25519, secret: SecretBytes(Hash.sha256([1]).bytes))
        let first = try line()
        try DocumentStore.create(directory: documents, lines: [first])
        open = [first]
        hashes = [try Envelope(line: first).hash]
    }

    deinit { try? FileSystem.removeTree(parent) }

    /// A line that no other is like.
    func line() throws -> [UInt8] {
        number += 1
        return UnitDefinition(
            UnitDefinition.Terms(
                symbol: Address(of: key.publicKey), code: "U\(number)", name: "", scale: 0,
                form: .points, terms: String(repeating: "x", count: number % 700))
        ).document
    }

    private func store() throws -> DocumentStore {
        try DocumentStore(directory: documents, forWriting: true)
    }

    private func joined(_ lines: [[UInt8]]) -> [UInt8] { lines.map { $0 + [0x0a] }.concatenated() }

    func append(_ count: Int) throws {
        let lines = try (0..<count).map { _ in try line() }
        let store = try store()
        _ = try store.append(joined(lines), at: try store.journalSize())
        open += lines
        hashes += try lines.map { try Envelope(line: $0).hash }
    }

    func seal() throws {
        let zero = BlockDocument.Tree(root: .zero, size: 1)
        let statement = BlockDocument.Statement(
            balances: zero, contents: zero, count: open.count, domain: "test",
            height: blocks.count, journal: Hash.sha256(joined(open)), opened: HookFixture.now,
            previous: blocks.last ?? BlockDocument.noBlock, sealed: HookFixture.now,
            log: BlockDocument.Tree(root: .zero, size: hashes.count))
        let block = try statement.signed(by: key)
        let store = try store()
        try store.seal(
            block.document + [0x0a], block: block.hash, at: try store.journalSize())
        blocks.append(block.hash)
        hashes.append(block.hash)
        open = []
    }

    /// Writes the open block anew.
    func rewrite(_ lines: [[UInt8]]) throws {
        try store().rewriteJournal(joined(lines))
        hashes = try hashes.dropLast(open.count) + lines.map { try Envelope(line: $0).hash }
        open = lines
    }

    /// Takes the last block back; nothing may be open.
    func withdraw() throws {
        try rewrite([])
        guard blocks.popLast() != nil else { return }
        let withdrawn = parent + "/withdrawn"
        if try FileSystem.status(withdrawn) == nil { try FileSystem.makeDirectory(withdrawn) }
        let store = try store()
        let last = try #require(store.segments.last)
        try store.withdrawLast(to: withdrawn)
        try FileSystem.remove(withdrawn + "/" + last.text)
        let before = try store.segments.last.map {
            try BlockDocument(Envelope(line: store.blockLine(of: $0.height).line)).statement.log
                .size + 1
        }
        hashes = Array(hashes.prefix(before ?? 0))
    }
}

/// Who believes what he is told.
struct Listener {
    private(set) var heard: [Digest256] = []
    private(set) var cursor: WatchCursor?
    private(set) var rewritings = 0

    mutating func hear(_ events: [WatchEvent]) {
        for event in events {
            switch event {
            case .document(let document, let cursor):
                #expect(document.position == heard.count && cursor.position == document.position)
                heard.append(document.hash)
                self.cursor = cursor
            case .rewritten(let cursor):
                #expect(cursor.position < heard.count)
                heard = Array(heard.prefix(cursor.position + 1))
                self.cursor = cursor
                rewritings += 1
            default: Issue.record("\(event.kind) is not of the log")
            }
        }
    }
}
