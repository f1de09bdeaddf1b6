// What is to be run, and how it is bounded.

/// One execution of one executable file. No shell reads any of it.
public struct Program: Sendable {
    /// The file's path, absolute: nothing is searched for.
    public var path: String
    /// The arguments after the program's own name.
    public var arguments: [String]
    /// All variables of its environment; nothing is inherited.
    public var environment: [String: String]
    /// Where it works; nil for where we do.
    public var directory: String?
    /// What it reads on its standard input, whether or not it does.
    public var input: [UInt8]
    /// What is kept of its standard output; the rest is read and forgotten.
    public var outputLimitBytes: Int
    /// What is kept of its standard error.
    public var errorsLimitBytes: Int
    /// How long it may take, in milliseconds.
    public var timeLimitMilliseconds: Int
    /// How long it has to end by itself once it was told to (SIGTERM), before it is killed.
    public var graceMilliseconds: Int

    /// A program with the standard bounds.
    public init(
        path: String, arguments: [String] = [], environment: [String: String] = [:],
        directory: String? = nil, input: [UInt8] = [],
        timeLimitMilliseconds: Int = ProgramLimits.timeMilliseconds
    ) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.input = input
        self.timeLimitMilliseconds = timeLimitMilliseconds
        outputLimitBytes = ProgramLimits.outputBytes
        errorsLimitBytes = ProgramLimits.errorsBytes
        graceMilliseconds = ProgramLimits.graceMilliseconds
    }
}

/// What has become of a program.
public struct ProgramOutcome: Sendable, Equatable {
    /// How it has ended.
    public enum Ending: Sendable, Equatable {
        /// By itself, with this status, 0 to 255.
        case exited(Int)
        /// By this signal.
        case signalled(Int)
        /// It took longer than it may: it and what it had started were killed.
        case timedOut
    }

    /// How it has ended.
    public let ending: Ending
    /// Its standard output, as much as is kept.
    public let output: [UInt8]
    /// Whether there was more output than that.
    public let isOutputCut: Bool
    /// Its standard error, as much as is kept.
    public let errors: [UInt8]
    /// Whether there were more errors than that.
    public let isErrorsCut: Bool
    /// How long it took.
    public let milliseconds: Int

    /// An outcome.
    public init(
        ending: Ending, output: [UInt8] = [], isOutputCut: Bool = false, errors: [UInt8] = [],
        isErrorsCut: Bool = false, milliseconds: Int = 0
    ) {
        self.ending = ending
        self.output = output
        self.isOutputCut = isOutputCut
        self.errors = errors
        self.isErrorsCut = isErrorsCut
        self.milliseconds = milliseconds
    }

    /// Whether it has ended by itself with status 0.
    public var isSuccess: Bool { ending == .exited(0) }
}

/// Runs programs.
public protocol ProgramRunner: Sendable {
    /// Runs `program` and waits for its end. May be called from several threads at once.
    /// - Throws: `ProgramError` where it could not be started; then nothing of it has run.
    func run(_ program: Program) throws(ProgramError) -> ProgramOutcome
}

/// A program that did not start.
public struct ProgramError: Error, Sendable, Equatable {
    /// The call that failed.
    public let call: String
    /// The program's path.
    public let path: String
    /// `errno`.
    public let code: Int32

    /// A failure with its values.
    public init(call: String, path: String, code: Int32) {
        self.call = call
        self.path = path
        self.code = code
    }
}

/// The bounds of what comes from programs, and of how long they take.
public enum ProgramLimits {
    /// limit: bytes kept of a program's standard output.
    public static let outputBytes = 1_048_576
    /// limit: bytes kept of a program's standard error.
    public static let errorsBytes = 16_384
    /// limit: milliseconds that a program may take, where nothing else is said.
    public static let timeMilliseconds = 30_000
    /// limit: milliseconds between SIGTERM and SIGKILL.
    public static let graceMilliseconds = 2_000
    /// limit: milliseconds that output may still come in after the program has ended, from what it
    /// had started.
    public static let lingerMilliseconds = 100
    /// limit: milliseconds that a killed program may take to be gone.
    public static let killMilliseconds = 2_000
}
