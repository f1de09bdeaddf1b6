// What has been sealed.
import Bytes
import Documents
import Graphstore

/// A block, as the log of blocks shows it.
public struct BlockReport: Sendable {
    /// The block.
    public let block: BlockDocument
    /// The height of the stack that holds it; nil for none.
    public let stack: Int?

    /// The members of a block.
    public static let fields = [
        "height", "sealed", "count", "size", "stack", "opened", "id", "root", "balances",
        "contents", "previous",
    ]

    /// The block as a row.
    public var row: ReportRow {
        let statement = block.statement
        return ReportRow([
            "height": .number(statement.height), "sealed": .text(statement.sealed.text),
            "count": .number(statement.count), "size": .number(statement.log.size),
            "stack": stack.map { .number($0) }, "opened": .text(statement.opened.text),
            "id": .text(block.hash.hexadecimal),
            "root": .text(statement.log.root.hexadecimal),
            "balances": .text(statement.balances.root.hexadecimal),
            "contents": .text(statement.contents.root.hexadecimal),
            "previous": .text(statement.previous.hexadecimal),
        ])
    }
}

extension Wallet {
    /// The blocks, the latest first or the oldest first, at most `count` of the latest.
    /// - Throws: failures of storage; what `body` throws.
    public func blocks(
        count: Int?, isAscending: Bool, _ body: (BlockReport) throws -> Void
    ) throws {
        let ledger = try reader()
        let first = count.map { max(0, ledger.blockCount - $0) } ?? 0
        for offset in 0..<ledger.blockCount - first {
            let height = isAscending ? first + offset : ledger.blockCount - 1 - offset
            let block = try ledger.block(at: height).block
            try body(
                BlockReport(block: block, stack: try ledger.graph.stack(holding: height)?.height))
        }
    }
}
