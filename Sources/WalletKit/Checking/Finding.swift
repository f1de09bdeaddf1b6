// What a check of a wallet finds, and all of it together.
import Hashtable

/// Something that is not as it should be, or that a person should know.
public struct Finding: Sendable, Equatable {
    /// How bad it is.
    public enum Severity: String, Sendable {
        /// Bytes are not what was written, or do not belong together.
        case damage
        /// Left behind by an interruption, or merely strange: nothing is lost or wrong.
        case note
        /// What has been done about it.
        case repair
    }

    /// How bad it is.
    public let severity: Severity
    /// Which rule is broken; the codes are API. Those of documents are the clearing rules'.
    public let code: String
    /// The file, from the wallet's directory on.
    public let file: String
    /// Bytes before the line, in files of lines.
    public let offset: Int?
    /// A sentence for people: no capital, no full stop.
    public let message: String
    /// Whether `--repair` mends it, be it by moving it out of the way.
    public let isRepairable: Bool

    /// A finding.
    public init(
        _ severity: Severity, _ code: String, file: String, offset: Int? = nil,
        _ message: String, isRepairable: Bool
    ) {
        self.severity = severity
        self.code = code
        self.file = file
        self.offset = offset
        self.message = message
        self.isRepairable = isRepairable
    }

    /// The members of a finding.
    public static let fields = ["severity", "code", "file", "offset", "message", "isRepairable"]

    /// The finding as a row.
    public var row: ReportRow {
        ReportRow([
            "severity": .text(severity.rawValue), "code": .text(code), "file": .text(file),
            "offset": offset.map { .number($0) }, "message": .text(message),
            "isRepairable": .boolean(isRepairable),
        ])
    }
}

/// What was verified.
public struct CheckCounts: Sendable, Equatable {
    /// Lines of the log.
    public var documents = 0
    /// Transactions among them.
    public var transactions = 0
    /// Signatures; a block has two, its own and its checkpoint's.
    public var signatures = 0
    /// Blocks.
    public var blocks = 0
    /// Stacks.
    public var stacks = 0
}

/// The outcome of a check.
public struct CheckReport: Sendable, Equatable {
    /// What was verified.
    public var counts = CheckCounts()
    /// What was found, the first hundred of damage and of notes each; then what was done.
    public var findings: [Finding] = []
    /// How much damage there was, more perhaps than is listed.
    public var damageCount = 0
    /// How many notes there were.
    public var noteCount = 0
    /// Damage that a repair has left; nil where none was asked for.
    public var remaining: Int?
    /// The directory into which a repair has moved what is not to be believed; nil for none.
    public var quarantine: String?

    /// Whether nothing is damaged, any more.
    public var isSound: Bool { (remaining ?? damageCount) == 0 }
}

/// Gathers the findings of one part of a check; only so many are kept.
final class Findings {
    private(set) var list: [Finding] = []
    private(set) var damageCount = 0
    private(set) var noteCount = 0
    /// Whether a repair can do something.
    private(set) var isRepairable = false

    /// Findings of one severity that are kept.
    private static let keptFindings = 100

    func add(_ finding: Finding) {
        let count: Int
        switch finding.severity {
        case .damage:
            damageCount += 1
            count = damageCount
        case .note:
            noteCount += 1
            count = noteCount
        case .repair: count = 0
        }
        if finding.isRepairable { isRepairable = true }
        if count <= Self.keptFindings { list.append(finding) }
    }

    func damage(
        _ code: String, file: String, offset: Int? = nil, _ message: String,
        isRepairable: Bool = true
    ) {
        add(
            Finding(
                .damage, code, file: file, offset: offset, message, isRepairable: isRepairable))
    }

    func note(
        _ code: String, file: String, offset: Int? = nil, _ message: String,
        isRepairable: Bool = true
    ) {
        add(
            Finding(
                .note, code, file: file, offset: offset, message, isRepairable: isRepairable))
    }

    /// Says what a repair has done.
    func repaired(_ code: String, file: String, _ message: String) {
        add(Finding(.repair, code, file: file, message, isRepairable: false))
    }

    /// Takes in the findings of another part.
    func add(_ others: Findings) {
        for finding in others.list { add(finding) }
        damageCount += others.damageCount - others.list.count { $0.severity == .damage }
        noteCount += others.noteCount - others.list.count { $0.severity == .note }
    }
}
