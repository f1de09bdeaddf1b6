// wallet log: what has happened.
import CommandKit
import WalletKit

enum LogCommand {
    private static let words = ["csv", "ledger", "json"]

    static let command = Command<Context>(
        "log", summary: "show what has cleared",
        details: [
            "Shows the instructions that have cleared in this wallet's domain, the "
                + "latest first; with WHO only those of one address, and its balance after "
                + "each. With `--blocks`, the blocks that have been sealed.",
            "`--format` takes `csv`, `ledger` (plain-text accounting for ledger and "
                + "hledger, the oldest first), `json`, or a template such as "
                + "`%(time)%x09%(amount)`.",
        ],
        options: [
            CommandTable.Shared.unit,
            CommandOption("count", short: "n", value: "N", summary: "at most N, the latest"),
            CommandOption(
                "since", value: "T",
                summary: "nothing before T: a day or time in UTC, or 7d for a week back"),
            CommandOption("reverse", summary: "the oldest first"),
            CommandOption("blocks", summary: "show the sealed blocks instead"),
            CommandOption(
                "format", value: "FORMAT", completion: .suggestion(words),
                summary: "csv, ledger, json, or a template"),
        ],
        arguments: [
            CommandArgument(
                "WHO", summary: "whose", completion: .dynamic("addresses"), isOptional: true)
        ],
        examples: [
            CommandExample("wallet log -n 5", "the latest five"),
            CommandExample("wallet log --format ledger | ledger -f - balance", "real accounting"),
        ],
        group: CommandTable.Group.look, seeAlso: ["balance", "show"]
    ) { invocation, context in
        if invocation.flag("blocks") { return try blocks(invocation, context) }
        var query = HistoryQuery()
        query.who = invocation.optionalArgument(0)
        query.unit = invocation.value("unit")
        query.count = try invocation.integer("count", in: 0...Int(Int32.max))
        query.since = invocation.value("since")
        query.isAscending = invocation.flag("reverse")
        switch invocation.value("format") {
        case "csv": try csv(query, context)
        case "ledger": try ledger(query, context)
        case "json": try json(query, context)
        case let template: try rows(query, template, context)
        }
    }

    private static func blocks(_ invocation: Invocation, _ context: Context) throws {
        let wallet = try context.wallet()
        var report = try Report(
            context,
            [
                .init("height", "HEIGHT", .right), .init("sealed", "SEALED"), .init("id", "ID"),
                .init("count", "DOCUMENTS", .right), .init("size", "SIZE", .right),
                .init("stack", "STACK", .right),
            ], fields: BlockReport.fields, format: invocation.value("format"))
        try wallet.blocks(
            count: try invocation.integer("count", in: 0...Int(Int32.max)),
            isAscending: invocation.flag("reverse")
        ) { block in
            try report.add(
                block.row,
                shown: [
                    "sealed": String(block.block.statement.sealed.text.prefix(19)),
                    "id": String(block.block.hash.hexadecimal.prefix(12)),
                ])
        }
        try report.flush()
    }

    private static func csv(_ query: HistoryQuery, _ context: Context) throws {
        try context.console.write(ReportRow.csv(HistoryEntry.fields) + "\r\n")
        try context.wallet().history(query) { entry in
            let row = entry.row
            let line = ReportRow.csv(HistoryEntry.fields.map { row[$0] })
            try context.console.write(line + "\r\n")
        }
    }

    private static func ledger(_ query: HistoryQuery, _ context: Context) throws {
        var query = query
        query.isAscending = true
        let export = LedgerExport()
        try context.wallet().history(query) { entry in
            if let text = export.text(entry) { try context.console.write(text) }
        }
    }

    private static func json(_ query: HistoryQuery, _ context: Context) throws {
        try context.wallet().history(query) { try context.console.write($0.row.json + "\n") }
    }

    private static func rows(
        _ query: HistoryQuery, _ template: String?, _ context: Context
    ) throws {
        let wallet = try context.wallet()
        var columns: [Report.Column] = [
            .init("time", "TIME"), .init("id", "ID"), .init("action", "ACTION"),
            .init("from", "FROM", isElastic: true), .init("to", "TO", isElastic: true),
            .init("amount", "AMOUNT", .right), .init("unit", "UNIT"),
        ]
        if query.who != nil { columns.append(.init("net", "BALANCE", .right)) }
        columns.append(.init("note", "NOTE", isElastic: true))
        var report = try Report(
            context, columns, fields: HistoryEntry.fields, format: template)
        try wallet.history(query) { entry in
            try report.add(
                entry.row,
                shown: [
                    "time": String(entry.time.text.prefix(19)),
                    "id": String(entry.transaction.hexadecimal.prefix(12)),
                    "amount": entry.unit.grouped(entry.amount),
                    "net": entry.net.map { entry.unit.grouped($0) } ?? "",
                ])
        }
        try report.flush()
    }
}
