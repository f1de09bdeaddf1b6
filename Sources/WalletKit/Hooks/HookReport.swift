// The hooks of a wallet as a report shows them, and trying one out.
import Bytes
import Documents
import Hashtable
import Programs

/// One hook.
public struct HookReport: Sendable {
    /// The hook.
    public let hook: HookName
    /// Its file.
    public let path: String
    /// What is there.
    public let finding: ProgramFile.Finding
    /// Its last run; nil where none is known.
    public let last: HookLogEntry?

    /// The members of a row.
    public static let fields = [
        "hook", "state", "last", "ending", "success", "milliseconds", "reason", "path",
    ]

    /// `ready`, `none`, or `not run`.
    public var state: String {
        switch finding {
        case .absent: "none"
        case .runnable: "ready"
        case .defective: "not run"
        }
    }

    /// Why it is not run; nil where nothing stands against it.
    public var defect: HookError? {
        guard case .defective(let defect) = finding else { return nil }
        return .notRunnable(path: path, defect)
    }

    /// The hook as a row.
    public var row: ReportRow {
        var reason: String?
        if case .defective(let defect) = finding { reason = defect.reason }
        return ReportRow([
            "hook": .text(hook.rawValue), "state": .text(state),
            "last": last.map { .text($0.time.text) }, "ending": last.map { .text($0.ending) },
            "success": last.map { .boolean($0.isSuccess) },
            "milliseconds": last.map { .number($0.milliseconds) },
            "reason": reason.map { .text($0) }, "path": .text(path),
        ])
    }
}

extension HookResult {
    /// The members of a row.
    public static let fields = [
        "hook", "id", "success", "ending", "milliseconds", "errors", "output",
    ]

    /// The run as a row; what is not UTF-8 in its output is replaced.
    public var row: ReportRow {
        ReportRow([
            "hook": .text(event.hook.rawValue), "id": .text(event.id),
            "success": .boolean(isSuccess), "ending": .text(endingText),
            "milliseconds": .number(milliseconds), "errors": .list(complaints),
            "output": .text(String(decoding: output, as: UTF8.self)),
        ])
    }
}

extension Hooks {
    /// All hooks, in the order in which a wallet's day goes.
    /// - Throws: `FileError`, `HookError`.
    public func reports() throws -> [HookReport] {
        let last = Dictionary(try log.entries().map { ($0.hook, $0) }) { _, later in later }
        return try HookName.allCases.map { hook in
            HookReport(
                hook: hook, path: path(of: hook), finding: try look(at: hook), last: last[hook])
        }
    }

    /// Runs a hook now, whatever it answers, and writes nothing down.
    /// - Parameter input: what it reads; nil for the event itself.
    /// - Throws: `HookError`, `ConfigurationError`.
    public func test(_ event: HookEvent, input: [UInt8]?) throws -> HookResult {
        try checkRunnable(event.hook)
        var program = try program(event.at(depth: surroundings.hooks.depth))
        if let input { program.input = input }
        do {
            return HookResult(event, try surroundings.hooks.programs.run(program))
        } catch {
            throw HookError.notStarted(error)
        }
    }
}

extension Wallet {
    /// What a hook may be tried with: an event about the latest document of the log that is of the
    /// right kind, or about none where there is none.
    /// - Throws: failures of storage.
    public func sampleEvent(_ hook: HookName) throws -> HookEvent {
        var documents: [[UInt8]] = []
        let ledger = try reader()
        var left = HookLimits.sampleLines
        let end = Place(packed: ledger.graph.coverage.place)
        try ledger.store.scanBackwards(from: end) { line, _ in
            left -= 1
            if let document = Self.sample(hook, Array(line)) { documents = [document] }
            return documents.isEmpty && left > 0
        }
        let unit = try? resolver().view(try defaultAddress().address).label
        return HookEvent(
            hook, key: "test", time: surroundings.now(), documents: documents,
            details: ["test": .boolean(true), "unit": unit.map { .text($0) }])
    }

    /// What of a line of the log a hook would be told; nil for nothing.
    private static func sample(_ hook: HookName, _ line: [UInt8]) -> [UInt8]? {
        guard let stored = try? StoredDocument(line: line) else { return nil }
        return switch (stored, hook) {
        case (.block, .postSeal), (.block, .postSync): line
        case (.transaction(let document), .prePay), (.transaction(let document), .preClear),
            (.transaction(let document), .postReceive):
            document.instructions.first.map { Array($0.bytes) }
        case (.transaction, .postClear), (.transaction, .bounce), (.transaction, .lowBalance): line
        default: nil
        }
    }
}

extension HookName {
    /// The hook of a name.
    /// - Throws: `HookError.unknown`.
    public static func named(_ name: String) throws(HookError) -> HookName {
        guard let hook = HookName(rawValue: name) else { throw .unknown(name: name) }
        return hook
    }
}
