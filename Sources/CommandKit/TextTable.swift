// Aligned columns for people.

/// A table of text: two spaces between columns, none at the end of a line.
public struct TextTable: Sendable {
    /// Where text stands in its column.
    public enum Alignment: Sendable {
        /// At the left edge.
        case left
        /// At the right edge, as amounts do.
        case right
    }

    /// A column and how it behaves.
    public struct Column: Sendable {
        /// What the header says.
        public let title: String
        /// Where text stands.
        public let alignment: Alignment
        /// Whether this column gives way, with an ellipsis, when the table is too wide.
        public let isElastic: Bool

        /// A column with its title.
        public init(_ title: String, _ alignment: Alignment = .left, isElastic: Bool = false) {
            self.title = title
            self.alignment = alignment
            self.isElastic = isElastic
        }
    }

    /// Text with an attribute.
    public struct Cell: Sendable {
        /// The text, neutralised.
        public let text: String
        /// How it is dressed when the style is enabled.
        public let attribute: Style.Attribute?

        /// Text of any origin: what could disturb a terminal is neutralised, spaces at the end
        /// are dropped.
        public init(_ text: String, _ attribute: Style.Attribute? = nil) {
            var neutralised = DisplayText.neutralised(text)
            while neutralised.hasSuffix(" ") { neutralised.removeLast() }
            self.text = neutralised
            self.attribute = attribute
        }
    }

    /// An elastic column never becomes narrower.
    public static let minimumElasticColumns = 8

    /// The columns.
    public let columns: [Column]
    private var rows: [[Cell]] = []

    /// A table without rows.
    public init(columns: [Column]) {
        self.columns = columns
    }

    /// Whether there is nothing to show.
    public var isEmpty: Bool { rows.isEmpty }

    /// Adds a row; missing cells at its end are empty, surplus ones are a mistake.
    public mutating func add(_ cells: [String]) {
        add(cells: cells.map { Cell($0) })
    }

    /// Adds a row of dressed cells.
    public mutating func add(cells: [Cell]) {
        precondition(cells.count <= columns.count, "a row has more cells than the table columns")
        rows.append(cells)
    }

    /// The lines, each ended by a line feed; nothing at all for a table without rows.
    public func render(
        showsHeader: Bool = true, maximumColumns: Int? = nil, style: Style = .plain
    ) -> String {
        guard !rows.isEmpty else { return "" }
        let header = columns.map { Cell($0.title, .bold) }
        let lines = showsHeader ? [header] + rows : rows
        let widths = widths(of: lines, maximumColumns: maximumColumns)
        var text = ""
        for cells in lines {
            text += line(cells, widths: widths, style: style) + "\n"
        }
        return text
    }

    private func widths(of lines: [[Cell]], maximumColumns: Int?) -> [Int] {
        var widths = Array(repeating: 0, count: columns.count)
        for cells in lines {
            for (index, cell) in cells.enumerated() {
                widths[index] = max(widths[index], DisplayWidth.columns(cell.text))
            }
        }
        guard let maximumColumns else { return widths }
        var surplus = widths.reduce(0, +) + 2 * max(0, columns.count - 1) - maximumColumns
        // The last elastic column gives way first.
        for index in columns.indices.reversed() where columns[index].isElastic && surplus > 0 {
            let given = min(surplus, max(0, widths[index] - Self.minimumElasticColumns))
            widths[index] -= given
            surplus -= given
        }
        return widths
    }

    private func line(_ cells: [Cell], widths: [Int], style: Style) -> String {
        var line = ""
        var pending = 0
        for (index, cell) in cells.enumerated() {
            let text = DisplayWidth.truncated(cell.text, columns: widths[index])
            let space = widths[index] - DisplayWidth.columns(text)
            let isRight = columns[index].alignment == .right
            if !text.isEmpty {
                line += String(repeating: " ", count: pending + (isRight ? space : 0))
                line += cell.attribute.map { style.apply($0, to: text) } ?? text
                pending = isRight ? 0 : space
            } else {
                pending += space
            }
            pending += 2
        }
        return line
    }
}
