// What has become of a hook's run.
import Bytes
import Documents
import Programs

/// One run of a hook.
public struct HookResult: Sendable {
    /// How it has ended.
    public enum Ending: Sendable, Equatable {
        /// By itself, with this status.
        case exited(Int)
        /// By this signal.
        case signalled(Int)
        /// It was ended after its time.
        case timedOut
        /// It could not be started.
        case notStarted(reason: String)
    }

    /// What it was told.
    public let event: HookEvent
    /// How it has ended.
    public let ending: Ending
    /// How long it took.
    public let milliseconds: Int
    /// Its standard output: documents, one a line, for `post-receive`.
    public let output: [UInt8]
    /// Whether its output was longer than what is kept; then nothing of it is to be believed.
    public let isOutputCut: Bool
    /// The first lines of its standard error.
    public let complaints: [String]

    init(_ event: HookEvent, _ outcome: ProgramOutcome) {
        self.event = event
        ending =
            switch outcome.ending {
            case .exited(let status): .exited(status)
            case .signalled(let number): .signalled(number)
            case .timedOut: .timedOut
            }
        milliseconds = outcome.milliseconds
        output = outcome.output
        isOutputCut = outcome.isOutputCut
        complaints = Self.lines(outcome.errors)
    }

    init(_ event: HookEvent, notStarted reason: String) {
        self.event = event
        ending = .notStarted(reason: reason)
        milliseconds = 0
        output = []
        isOutputCut = false
        complaints = []
    }

    /// The first lines with something in them, as text and shortened.
    private static func lines(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: UInt8(ascii: "\n")).prefix(HookLimits.loggedLines).map { line in
            String(String(decoding: line, as: UTF8.self).prefix(HookLimits.shownCharacters))
        }
    }

    /// Whether it has ended by itself with status 0.
    public var isSuccess: Bool { ending == .exited(0) }

    /// The lines of its output that are not empty, at most `HookLimits.answerDocuments`; none where
    /// it failed or its output was cut: half an answer is none.
    public var answers: [[UInt8]] {
        guard isSuccess, !isOutputCut else { return [] }
        let lines = output.split(separator: UInt8(ascii: "\n"))
            .filter { !$0.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d } }
        return lines.count > HookLimits.answerDocuments ? [] : lines.map(Array.init)
    }

    /// How it has ended, in words for people.
    public var endingText: String {
        switch ending {
        case .exited(let status): "exit status \(status)"
        case .signalled(let number): "ended by signal \(number)"
        case .timedOut: "ended after \(milliseconds) ms, its time was up"
        case .notStarted(let reason): "not started: \(reason)"
        }
    }

    /// A sentence for people about a run that was no success.
    public var complaint: String {
        let said = complaints.first.map { ": \($0)" } ?? ""
        return "the hook '\(event.hook.rawValue)' failed, \(endingText)\(said)"
    }
}
