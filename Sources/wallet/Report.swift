// Reports: aligned text for people, one JSON object a line for programs, a template for scripts.
import CommandKit
import WalletKit

/// Writes rows in the form that was asked for.
struct Report {
    /// A column of the text form.
    struct Column {
        let field: String
        let title: String
        let alignment: TextTable.Alignment
        let isElastic: Bool

        init(
            _ field: String, _ title: String, _ alignment: TextTable.Alignment = .left,
            isElastic: Bool = false
        ) {
            self.field = field
            self.title = title
            self.alignment = alignment
            self.isElastic = isElastic
        }
    }

    /// Rows of a table are held this many at a time, so that a long history needs no memory.
    private static let tableRows = 1000

    private let context: Context
    private let columns: [Column]
    private let template: Template?
    private var table: TextTable
    private var held = 0
    private var isFirst = true

    /// - Parameter fields: the names that a template may use.
    /// - Parameter format: the template of `--format`.
    init(_ context: Context, _ columns: [Column], fields: [String], format: String?) throws {
        self.context = context
        self.columns = columns
        template = try format.map { try Template($0, fields: fields) }
        table = Self.emptyTable(columns)
        if format == nil { try context.page() }
    }

    private static func emptyTable(_ columns: [Column]) -> TextTable {
        TextTable(
            columns: columns.map {
                TextTable.Column($0.title, $0.alignment, isElastic: $0.isElastic)
            })
    }

    /// Adds a row.
    /// - Parameter shown: what people see in some columns instead of the plain values.
    mutating func add(_ row: ReportRow, shown: [String: String] = [:]) throws {
        if let template {
            try context.console.write(template.render { row[$0] } + "\n")
        } else if context.isJSON {
            try context.console.write(row.json + "\n")
        } else {
            table.add(columns.map { shown[$0.field] ?? row[$0.field] })
            held += 1
            if held == Self.tableRows { try flush() }
        }
    }

    /// Writes what is held.
    mutating func flush() throws {
        guard held > 0 else { return }
        try context.console.write(
            table.render(
                showsHeader: isFirst, maximumColumns: context.console.columns,
                style: context.console.outputStyle))
        table = Self.emptyTable(columns)
        held = 0
        isFirst = false
    }
}
