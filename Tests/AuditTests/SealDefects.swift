// The defects of blocks, of the files that they end, and of stacks.

import Audit
import Bytes
import Cryptography
import Documents

extension Defect {
    /// The second block of a log with one member changed, and signed like that.
    private static func block(
        _ code: AuditFinding.Code, _ name: String,
        _ change: @escaping @Sendable (inout LogMaker.Statement) -> Void
    ) -> Defect {
        Defect(code, name) { log in
            log.seal()
            log.clear(promise(alice, bob, "3", id: 6))
            log.seal(sealed: "2026-02-02", change: change)
        }
    }

    /// A tree with another root or another size.
    private static func tree(_ text: String?, size: Int = 0, root: Digest256? = nil) -> String {
        guard let text, let value = try? JSONText(Array(text.utf8)).root,
            let stated = value["root"]?.string, let count = value["size"]?.integer
        else { return "" }
        return json([
            "root": quoted(root?.hexadecimal ?? stated), "size": String(count + size),
        ])
    }

    static let blocks: [Defect] = [
        block(.blockHeight, "one too high") { $0.data["height"] = "2" },
        block(.blockHeight, "one that was there") { $0.data["height"] = "0" },
        block(.blockPrevious, "none") { $0.data["previous"] = quoted(Digest256.zero) },
        Defect(.blockPrevious, "of the first block") {
            $0.seal { $0.data["previous"] = quoted(digest("none")) }
        },
        block(.blockTimes, "opened later than the last block was sealed") {
            $0.data["opened"] = quoted(time("2026-02-01T00:00:01Z"))
        },
        Defect(.blockTimes, "the first opened before the first certificate") {
            $0.seal { $0.data["opened"] = quoted(time("2025-12-31")) }
        },
        block(.blockTimes, "sealed before it was opened") {
            $0.data["sealed"] = quoted(time("2026-01-31"))
        },
        block(.blockCount, "one too many") { $0.data["count"] = "2" },
        block(.blockCount, "itself counted") { $0.data["count"] = "0" },
        block(.blockJournal, "of other bytes") { $0.data["journal"] = quoted(digest("other")) },
        block(.blockLog, "another root") { $0.data["root"] = quoted(digest("other")) },
        block(.blockLog, "another size") { $0.data["size"] = "9" },
        block(.blockContents, "another root") {
            $0.data["contents"] = tree($0.data["contents"], root: digest("other"))
        },
        block(.blockContents, "another size") {
            $0.data["contents"] = tree($0.data["contents"], size: 1)
        },
        block(.blockBalances, "another root") {
            $0.data["balances"] = tree($0.data["balances"], root: digest("other"))
        },
        block(.blockBalances, "another size") {
            $0.data["balances"] = tree($0.data["balances"], size: -1)
        },
        block(.blockCheckpoint, "of another text") { $0.note += "more\n" },
        block(.blockCheckpoint, "with another key's id") { $0.idKey = foreignKey },
        block(.blockCheckpoint, "no base64") { $0.spoil = { $0["checkpoint"] = quoted("?") } },
        block(.blockCheckpoint, "empty") { $0.spoil = { $0["checkpoint"] = quoted("") } },
    ]

    static let segments: [Defect] = [
        Defect(.lineAfterBlock, "a transaction") {
            $0.seal(keepsOpen: true)
            $0.clear(promise(alice, bob, "3", id: 6))
        },
        Defect(.segmentUnsealed, "no block in a sealed file") {
            $0.seal()
            let name = $0.files[0].name
            $0.files[0].lines.removeLast()
            $0.end(name: name)
        },
        Defect(.segmentUnsealed, "an empty file") {
            $0.end(name: "00000000-\(digest("none")).ndjson")
        },
        Defect(.segmentName, "another hash") {
            $0.seal()
            $0.files[0].name = "00000000-\(digest("none")).ndjson"
        },
        Defect(.segmentName, "another height") {
            $0.seal()
            $0.files[0].name = $0.files[0].name?.replacing("00000000", with: "00000001")
        },
        Defect(.segmentName, "another suffix") {
            $0.seal()
            $0.files[0].name? += "~"
        },
        Defect(.segmentOrder, "lines after the journal") {
            $0.end(name: "journal.ndjson")
            $0.clear(promise(alice, bob, "3", id: 6))
        },
        Defect(.segmentOrder, "lines after a file of unknown name without a block") {
            $0.end(name: nil)
            $0.clear(promise(alice, bob, "3", id: 6))
        },
        Defect(.segmentOrder, "lines after a journal with a block") {
            $0.seal(keepsOpen: true)
            $0.end(name: "journal.ndjson")
            $0.clear(promise(alice, bob, "3", id: 6))
        },
        Defect(.sequenceGap, "two sealed files in the wrong order") {
            for id in 6...7 {
                $0.clear(promise(alice, bob, "3", id: id))
                $0.seal()
            }
            $0.clear(promise(alice, bob, "3", id: 8))
            $0.seal()
            $0.files.swapAt(1, 2)
        },
        Defect(.firstDocument, "the first file missing") {
            $0.seal()
            $0.clear(promise(alice, bob, "3", id: 6))
            $0.seal()
            $0.files.removeFirst()
        },
    ]

    /// The second stack of a log, over the third to fifth block, with a change.
    private static func stack(
        _ code: AuditFinding.Code, _ name: String, count: Int? = nil, hasWork: Bool = true,
        _ change: @escaping @Sendable (inout LogMaker.Statement, inout [UInt8]) -> Void = { _, _ in
        }
    ) -> Defect {
        Defect(code, name) { log in
            for _ in 0..<2 { log.seal() }
            log.stack()
            for _ in 0..<3 { log.seal() }
            log.stack(count: count, hasWork: hasWork, change: change)
        }
    }

    static let stacks: [Defect] = [
        stack(.stackHeight, "one too high") { statement, _ in statement.data["height"] = "2" },
        stack(.stackHeight, "one that was there") { statement, _ in statement.data["height"] = "0"
        },
        stack(.stackRange, "a block left out") { statement, _ in statement.data["first"] = "3" },
        stack(.stackRange, "a block twice") { statement, _ in statement.data["first"] = "1" },
        stack(.stackRange, "a block too many", count: 4),
        stack(.stackRange, "no block", count: 0),
        stack(.stackRange, "fewer than none", count: -1),
        Defect(.stackRange, "before the first block") {
            $0.stack(count: 1) { statement, header in statement.data["count"] = "1" }
        },
        stack(.stackVersion, "2") { _, header in header.replaceSubrange(0..<4, with: [2, 0, 0, 0])
        },
        stack(.stackPrevious, "none") { _, header in
            header.replaceSubrange(4..<36, with: Digest256.zero.bytes)
        },
        stack(.stackRoot, "of other blocks") { _, header in
            header.replaceSubrange(36..<68, with: digest("other").bytes)
        },
        stack(.stackRoot, "of two of three blocks", count: 2) { statement, _ in
            statement.data["count"] = "3"
        },
        stack(.stackWork, "none", hasWork: false),
        stack(.stackWork, "not enough for another target") { _, header in
            header.replaceSubrange(72..<76, with: [0xff, 0xff, 0, 0x1d])
        },
        stack(.stackWork, "a negative target") { _, header in header[74] = 0xff },
        stack(.stackWork, "a target of 33 bytes") { _, header in header[75] = 0x21 },
    ]
}
