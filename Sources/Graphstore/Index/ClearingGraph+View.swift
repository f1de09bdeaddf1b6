// Questions to the index: memory first, then the tables, then the documents that a prefix hints at.
import Bytes
import Documents
import SQLite

extension ClearingGraph: LedgerView {
    /// The counter of `key`, a fresh one where none is stored.
    /// - Throws: `DatabaseError`.
    public func counter(_ key: CounterKey) throws -> Counter {
        if let counter = counters[key] { return counter }
        let statement = try database.prepare(
            """
            SELECT net, min, max, head, head_index FROM counters
            WHERE address = ?1 AND symbol = ?2
            """)
        defer { statement.reset() }
        try statement.bind(1, key.address.text)
        try statement.bind(2, key.symbol.text)
        let counter = try statement.step() ? try Self.counter(statement, 0) : .fresh(key)
        counters[key] = counter
        return counter
    }

    /// Where `instruction` has cleared; nil if it has not.
    /// - Throws: `DatabaseError`, and what reading the log throws.
    public func clearedIn(_ instruction: Digest256) throws -> ClearedIn? {
        if let cleared = pendingInstructions[instruction] { return cleared }
        for place in try storedPlaces(instruction) {
            guard let transaction = try storedTransaction(place)?.transaction,
                transaction.inputs.contains(instruction)
            else { continue }
            return ClearedIn(
                transaction: transaction.hash, instructionCount: transaction.inputs.count)
        }
        return nil
    }

    /// The transaction in which `instruction` has been taken back; nil if it has not.
    /// - Throws: `DatabaseError`, and what reading the log throws.
    public func cancelledIn(_ instruction: CancelledInstruction) throws -> Digest256? {
        try cancelledIn(instruction, before: .max)
    }

    /// The same of what stands before a place of the log alone.
    /// - Throws: `DatabaseError`, and what reading the log throws.
    public func cancelledIn(
        _ instruction: CancelledInstruction, before end: Int64
    ) throws -> Digest256? {
        if let transaction = pendingCancellations[instruction],
            end == .max || pendingDocuments[transaction] ?? .max < end
        {
            return transaction
        }
        for place in try storedPlaces(instruction.hash) where place < end {
            guard let document = try storedTransaction(place) else { continue }
            do throws(Refusal) {
                guard try document.cancelled().contains(instruction) else { continue }
            } catch {
                throw Self.unreadable(error)
            }
            return document.transaction.hash
        }
        return nil
    }

    /// The transaction at `place`; nil where another kind of document stands there, whose hash then
    /// begins as the one that was looked for. A line that cannot be read is no such collision: what
    /// has cleared in it must not clear again.
    private func storedTransaction(_ place: Int64) throws -> TransactionDocument? {
        do {
            let envelope = try Envelope(line: try source.line(at: place))
            if DocumentKind(envelope) == .transaction {
                return try TransactionDocument(envelope)
            }
            try envelope.check()
            return nil
        } catch let refusal as Refusal {
            throw Self.unreadable(refusal)
        }
    }

    private static func unreadable(_ refusal: Refusal) -> GraphError {
        .contradiction("a document of the log cannot be read: \(refusal.message)")
    }

    /// The decimals of a unit's amounts; nil where its issuer has defined none.
    /// - Throws: `DatabaseError`.
    public func scale(of symbol: Address) throws -> Int? {
        if let known = scales[symbol] { return known }
        let scale = try unit(symbol)?.scale
        if scales.count > Limits.cachedCounters { scales = [:] }
        scales[symbol] = scale
        return scale
    }

    /// The latest definition of `symbol`; nil where its issuer has given none.
    /// - Parameter end: only what stands before this place of the log counts.
    /// - Throws: `DatabaseError`.
    public func unit(_ symbol: Address, before end: Int64 = .max) throws -> UnitEntry? {
        if let pending = pendingUnits[symbol]?.last(where: { $0.place < end }) { return pending }
        let statement = try database.prepare(
            """
            SELECT symbol, code, scale, place FROM units WHERE symbol = ?1 AND place < ?2
            ORDER BY place DESC LIMIT 1
            """)
        defer { statement.reset() }
        try statement.bind(1, symbol.text)
        try statement.bind(2, end)
        return try statement.step() ? Self.unit(statement) : nil
    }

    /// All units, or those whose code is `code`, ordered by code and symbol.
    /// - Throws: `DatabaseError`.
    public func units(code: String? = nil) throws -> [UnitEntry] {
        let statement = try database.prepare(
            "SELECT symbol, code, scale, place FROM units"
                + (code == nil
                    ? "" : " WHERE symbol IN (SELECT symbol FROM units WHERE code = ?1)")
                + " ORDER BY symbol, place")
        defer { statement.reset() }
        if let code { try statement.bind(1, code) }
        var units: [Address: UnitEntry] = [:]
        while try statement.step() {
            let unit = try Self.unit(statement)
            units[unit.symbol] = unit
        }
        if let code { units = units.filter { $0.value.code == code } }
        // A pending definition replaces the stored one, also where it gives the unit another code.
        for (symbol, definitions) in pendingUnits {
            guard let unit = definitions.last else { continue }
            units[symbol] = code == nil || unit.code == code ? unit : nil
        }
        return units.values.sorted { ($0.code, $0.symbol) < ($1.code, $1.symbol) }
    }

    /// How counters are ordered.
    public enum CounterOrder: Sendable {
        /// By address, then symbol.
        case address
        /// By symbol, then address.
        case symbol

        func precedes(_ left: CounterKey, _ right: CounterKey) -> Bool {
            switch self {
            case .address: left < right
            case .symbol: (left.symbol, left.address) < (right.symbol, right.address)
            }
        }
    }

    /// The counters of one address, of one symbol, of both or of all, ascending.
    /// - Throws: `DatabaseError`, and what `body` throws.
    public func forEachCounter(
        address: Address? = nil, symbol: Address? = nil, by order: CounterOrder = .address,
        _ body: (CounterKey, Counter) throws -> Void
    ) throws {
        var conditions: [String] = []
        if address != nil { conditions.append("address = ?1") }
        if symbol != nil { conditions.append("symbol = ?2") }
        let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        let statement = try database.prepare(
            """
            SELECT address, symbol, net, min, max, head, head_index FROM counters
            \(filter) ORDER BY \(order == .address ? "address, symbol" : "symbol, address")
            """)
        defer { statement.reset() }
        if let address { try statement.bind(1, address.text) }
        if let symbol { try statement.bind(2, symbol.text) }
        var fresh = dirty.filter {
            (address == nil || $0.address == address) && (symbol == nil || $0.symbol == symbol)
        }.sorted(by: order.precedes)[...]
        while try statement.step() {
            let key = CounterKey(
                try Self.address(statement, 0), try Self.address(statement, 1))
            while let first = fresh.first, order.precedes(first, key) {
                if let counter = counters[first] { try body(first, counter) }
                fresh.removeFirst()
            }
            if fresh.first == key, let counter = counters[key] {
                try body(key, counter)
                fresh.removeFirst()
            } else {
                try body(key, try Self.counter(statement, 2))
            }
        }
        for key in fresh { if let counter = counters[key] { try body(key, counter) } }
    }

    /// The places whose document may have `hash`, or hold an instruction that has it.
    /// - Throws: `DatabaseError`.
    public func places(_ hash: Digest256) throws -> [Int64] {
        if let place = pendingDocuments[hash] { return [place] }
        return try storedPlaces(hash)
    }

    /// The places of documents whose hash may begin with `prefix`, at most `limit` of them.
    /// - Parameter prefix: 1 to 64 lower-case hexadecimal digits.
    /// - Throws: `DatabaseError`.
    public func places(beginningWith prefix: String, limit: Int) throws -> [Int64] {
        let lowest = Digest256(hexadecimal: Self.padded(prefix, "0"))?.prefix63 ?? 0
        let highest = Digest256(hexadecimal: Self.padded(prefix, "f"))?.prefix63 ?? 0
        let statement = try database.prepare(
            "SELECT place FROM documents WHERE prefix BETWEEN ?1 AND ?2 LIMIT ?3")
        defer { statement.reset() }
        try statement.bind(1, lowest)
        try statement.bind(2, highest)
        try statement.bind(3, Int64(limit))
        var places: Set<Int64> = []
        while try statement.step() { places.insert(statement.int64(0)) }
        for (hash, place) in pendingDocuments where (lowest...highest).contains(hash.prefix63) {
            places.insert(place)
        }
        return Array(places.sorted().prefix(limit))
    }

    private static func padded(_ prefix: String, _ digit: Character) -> String {
        prefix + String(repeating: digit, count: 64 - prefix.utf8.count)
    }

    private func storedPlaces(_ hash: Digest256) throws -> [Int64] {
        let statement = try database.prepare("SELECT place FROM documents WHERE prefix = ?1")
        defer { statement.reset() }
        try statement.bind(1, hash.prefix63)
        var places: [Int64] = []
        while try statement.step() { places.append(statement.int64(0)) }
        return places
    }

    private static func counter(_ statement: Statement, _ column: Int32) throws -> Counter {
        guard let net = try? Amount(Array(statement.text(column).utf8), .signed),
            let min = Bound(Array(statement.text(column + 1).utf8)),
            let max = Bound(Array(statement.text(column + 2).utf8)),
            let head = Digest256(statement.blob(column + 3))
        else { throw GraphError.contradiction("a counter of the index cannot be read") }
        return Counter(
            state: CounterState(net: net, min: min, max: max),
            head: Transaction.Pointer(
                transaction: head, index: Int(statement.int64(column + 4))))
    }

    private static func address(_ statement: Statement, _ column: Int32) throws -> Address {
        guard let address = try? Address(text: statement.text(column)) else {
            throw GraphError.contradiction("an address of the index cannot be read")
        }
        return address
    }

    private static func unit(_ statement: Statement) throws -> UnitEntry {
        UnitEntry(
            symbol: try address(statement, 0), code: statement.text(1),
            scale: Int(statement.int64(2)), place: statement.int64(3))
    }
}
