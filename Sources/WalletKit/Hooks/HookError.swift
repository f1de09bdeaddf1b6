// Why a hook is not run.
import Programs

/// A hook that cannot be run, or an event that cannot be queued.
public enum HookError: Error, Sendable, Equatable {
    /// A file that is there and is not run.
    case notRunnable(path: String, ProgramFile.Defect)
    /// The system would not start it.
    case notStarted(ProgramError)
    /// Hooks that run hooks, too many of them.
    case tooDeep(hook: HookName, limit: Int)
    /// No hook has this name.
    case unknown(name: String)
    /// No file is there.
    case absent(path: String)
    /// Too many events wait.
    case queueFull(files: Int)
    /// An event that is too large to be told.
    case eventTooLarge(hook: HookName, limit: String)
    /// A file of the queue that is not what was written.
    case damaged(path: String)

    /// Whether the event is not queued because of how things are with its hook: it is not told later
    /// either.
    public var isFinal: Bool {
        switch self {
        case .queueFull, .damaged: false
        default: true
        }
    }

    /// The stable code.
    public var code: String {
        switch self {
        case .notRunnable: "hook-not-run"
        case .notStarted: "hook-not-started"
        case .tooDeep: "hook-too-deep"
        case .unknown, .absent: "unknown-name"
        case .queueFull: "hook-queue-full"
        case .eventTooLarge: "hook-event-too-large"
        case .damaged: "hook-queue"
        }
    }

    /// A sentence for people.
    public var message: String {
        switch self {
        case .notRunnable(let path, let defect): "'\(path)' is not run: \(defect.reason)"
        case .notStarted(let error): "'\(error.path)' cannot be started: \(error.reason)"
        case .tooDeep(let hook, let limit):
            "the hook '\(hook.rawValue)' is not run: \(limit) hooks have run each other already"
        case .unknown(let name): "no hook is called '\(name)'"
        case .absent(let path): "there is no '\(path)'"
        case .queueFull(let files): "\(files) files of events wait for their hooks"
        case .eventTooLarge(let hook, let limit):
            "an event for the hook '\(hook.rawValue)' holds at most \(limit)"
        case .damaged(let path): "'\(path)' is damaged, and set aside"
        }
    }

    /// What to do about it; nil where nothing comes to mind.
    public var hint: String? {
        switch self {
        case .notRunnable(let path, .notExecutable): "'chmod u+x \(path)' lets it run"
        case .notRunnable(_, .openToOthers(let path)):
            "'chmod go-w \(path)' closes it to others"
        case .notRunnable(let path, .foreignOwner):
            "only your own files, and root's, are run: see who put '\(path)' there"
        case .notRunnable(_, .notRegular): "a hook is an executable file itself"
        case .notStarted(let error) where error.isMissing:
            "does its first line name a program that is there?"
        case .unknown:
            "one of " + HookName.allCases.map(\.rawValue).joined(separator: ", ")
        case .queueFull: "'wallet hook run' runs them"
        default: nil
        }
    }
}

extension ProgramFile.Defect {
    /// The reason for people.
    public var reason: String {
        switch self {
        case .notRegular: "it is no regular file"
        case .notExecutable: "it is not executable"
        case .foreignOwner(let user): "it belongs to user \(user)"
        case .openToOthers(let path): "others may write to '\(path)'"
        }
    }
}
