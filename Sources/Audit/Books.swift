// The clearing rules once more, from the instructions alone: what every counter must be after each
// transaction. Nothing here looks at how the program clears.
import Bytes
import Documents

/// A counter's name. Outputs stand in the order of address and then symbol.
struct CounterName: Hashable, Comparable, Sendable {
    let address: Address
    let symbol: Address

    static func < (left: CounterName, right: CounterName) -> Bool {
        left.address == right.address
            ? left.symbol < right.symbol : left.address < right.address
    }
}

/// A counter and the output that states it; nil before the first.
private struct Counter {
    var state: CounterState
    var output: Transaction.Pointer?
}

/// Every counter and every unit, as the lines so far have made them.
struct Books: Sendable {
    private var counters: [CounterName: Counter] = [:]
    private var units: [Address: (code: String, scale: Int)] = [:]

    var unitCount: Int { units.count }

    /// Every counter, ascending by address and then by symbol.
    var all: [AuditReport.Counter] {
        counters.sorted { $0.key < $1.key }.map { name, counter in
            AuditReport.Counter(
                address: name.address, symbol: name.symbol, net: counter.state.net,
                min: counter.state.min, max: counter.state.max)
        }
    }

    /// A unit's code never changes, and its decimals are never fewer.
    mutating func define(_ unit: UnitDefinition.Terms) throws(AuditFinding) {
        if let known = units[unit.symbol] {
            try require(
                known.code.utf8.elementsEqual(unit.code.utf8) && known.scale <= unit.scale,
                .unitChanged,
                "the unit of \(unit.symbol) was '\(known.code)' with \(known.scale) decimals and "
                    + "becomes '\(unit.code)' with \(unit.scale)")
        }
        units[unit.symbol] = (unit.code, unit.scale)
    }

    /// Compares what a transaction states with what its instructions give, and takes it in.
    mutating func enter(
        _ transaction: Transaction, _ instructions: [Instruction]
    ) throws(AuditFinding) {
        let expected = try outcome(of: instructions)
        let outputs = transaction.outputs
        let names = outputs.map { CounterName(address: $0.address, symbol: $0.symbol) }
        try require(
            names == expected.keys.sorted(), .outputsDiffer,
            "the outputs are not exactly the counters that the instructions touch, in order")
        try checkSums(outputs, names)
        for (index, (name, output)) in zip(names, outputs).enumerated() {
            guard let counter = expected[name] else { continue }
            try require(
                output.state == counter.state, .balanceDiffers,
                "output \(index), of \(name.address), is not \(Self.text(counter.state))")
            try require(
                output.source == counter.output, .sourceDiffers,
                "output \(index) must continue \(counter.output?.text ?? "nothing")")
            counters[name] = Counter(
                state: counter.state,
                output: Transaction.Pointer(transaction: transaction.hash, index: index))
        }
    }

    /// For each symbol: the balances that the outputs state less those before them are 0 together.
    /// So the sum over all counters, which began as 0, stays 0.
    private func checkSums(
        _ outputs: [Transaction.Output], _ names: [CounterName]
    ) throws(AuditFinding) {
        var changes: [Address: ExactSum] = [:]
        for (name, output) in zip(names, outputs) {
            changes[name.symbol, default: ExactSum()].add(output.state.net.quanta)
            changes[name.symbol, default: ExactSum()].add(-counter(name).state.net.quanta)
        }
        for (symbol, change) in changes {
            try require(
                change.isZero, .sumNotZero,
                "the balances of the unit of \(symbol) no longer sum to 0")
        }
    }

    /// A counter as it stands. Before its first output an issuer may owe without limit and hold
    /// nothing; everybody else may hold without limit and owe nothing.
    private func counter(_ name: CounterName) -> Counter {
        if let known = counters[name] { return known }
        let state =
            name.address == name.symbol
            ? CounterState(net: .zero, min: .minusInfinity, max: .finite(.zero))
            : CounterState(net: .zero, min: .finite(.zero), max: .plusInfinity)
        return Counter(state: state, output: nil)
    }

    /// The counters that the instructions touch, as they leave them.
    private func outcome(
        of instructions: [Instruction]
    ) throws(AuditFinding) -> [CounterName: Counter] {
        var touched: [CounterName: Counter] = [:]
        for case .iou(let iou) in instructions { try promise(iou.terms, &touched) }
        var limited: Set<String> = []
        for case .limit(let limit) in instructions {
            let terms = limit.terms
            let isNew = limited.insert("\(terms.address) \(terms.symbol) \(terms.end)").inserted
            try require(
                isNew, .limitRepeated, "one limit of \(terms.address) is set twice at once")
            try self.limit(terms, &touched)
        }
        for case .cancel(let cancellation) in instructions {
            let terms = cancellation.terms
            let name = CounterName(address: terms.address, symbol: terms.symbol)
            touched[name] = touched[name] ?? counter(name)
        }
        let final = touched.sorted { $0.key < $1.key }
        for (name, counter) in final where name.address != name.symbol {
            try require(
                counter.state.min <= .finite(.zero), .creditNotAllowed,
                "\(name.address) hands back more credit than it has")
        }
        for (name, counter) in final {
            let state = counter.state
            try require(
                state.min <= .finite(state.net) && .finite(state.net) <= state.max, .outsideLimits,
                "\(name.address) stands at \(Self.text(state))")
        }
        return touched
    }

    /// The amount goes from the source to the target, and so does a credit line: it leaves the
    /// source's lower limit and is added to the target's. Credit is a negative amount.
    private func promise(
        _ terms: IOU.Terms, _ touched: inout [CounterName: Counter]
    ) throws(AuditFinding) {
        try checkScale(terms.amount, terms.symbol)
        let source = CounterName(address: terms.source, symbol: terms.symbol)
        let target = CounterName(address: terms.target, symbol: terms.symbol)
        var giver = touched[source] ?? counter(source)
        var taker = touched[target] ?? counter(target)
        giver.state.net = try Self.sum(giver.state.net, -terms.amount.quanta)
        taker.state.net = try Self.sum(taker.state.net, terms.amount.quanta)
        if let credit = terms.credit {
            try checkScale(credit, terms.symbol)
            try require(
                terms.source == terms.symbol || terms.target == terms.symbol, .creditNotAllowed,
                "credit goes from \(terms.source) to \(terms.target), neither is the issuer")
            if case .finite(let line) = giver.state.min {
                giver.state.min = .finite(try Self.sum(line, -credit.quanta))
            }
            if case .finite(let line) = taker.state.min {
                taker.state.min = .finite(try Self.sum(line, credit.quanta))
            }
        }
        touched[source] = giver
        touched[target] = taker
    }

    /// A holder's `min` may only rise: a line is taken back here, and granted by a promise.
    private func limit(
        _ terms: LimitChange.Terms, _ touched: inout [CounterName: Counter]
    ) throws(AuditFinding) {
        try checkScale(terms.amount, terms.symbol)
        let name = CounterName(address: terms.address, symbol: terms.symbol)
        var counter = touched[name] ?? counter(name)
        switch terms.end {
        case .max: counter.state.max = .finite(terms.amount)
        case .min:
            try require(
                name.address == name.symbol || counter.state.min <= .finite(terms.amount),
                .creditNotAllowed, "a limit grants \(name.address) credit")
            counter.state.min = .finite(terms.amount)
        }
        touched[name] = counter
    }

    private func checkScale(_ amount: Amount, _ symbol: Address) throws(AuditFinding) {
        guard let unit = units[symbol] else { return }
        try require(
            amount.decimals <= unit.scale, .scaleExceeded,
            "\(amount) has more decimals than '\(unit.code)', which has \(unit.scale)")
    }

    private static func sum(_ amount: Amount, _ quanta: Int128) throws(AuditFinding) -> Amount {
        let (sum, overflow) = amount.quanta.addingReportingOverflow(quanta)
        guard !overflow, let amount = Amount(quanta: sum) else {
            throw AuditFinding(.amountOverflow, "a balance or a limit passes 38 digits")
        }
        return amount
    }

    private static func text(_ state: CounterState) -> String {
        "\(state.net) within \(state.min.text) and \(state.max.text)"
    }
}

/// A sum that no number of balances overflows: the upper and the lower 64 bits are summed apart.
struct ExactSum {
    private var upper: Int128 = 0
    private var lower: Int128 = 0
    private static let mask: Int128 = 0xffff_ffff_ffff_ffff

    mutating func add(_ quanta: Int128) {
        upper += quanta >> 64
        lower += quanta & Self.mask
    }

    var isZero: Bool { lower & Self.mask == 0 && upper + (lower >> 64) == 0 }
}
