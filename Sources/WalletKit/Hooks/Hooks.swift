// Running the programs in `.wallet/hooks`.
import Documents
import Files
import Programs

/// The hooks of one wallet. Nothing here is called while the writer's lock is held, except
/// `announce`, which only writes a file.
public final class Hooks {
    /// The directory `.wallet/hooks`.
    public let directory: String
    let wallet: String
    let surroundings: Surroundings
    private let configuration: Configuration
    /// What was found in the directory; `.some(nil)` where it is not there.
    private var found: Set<HookName>??
    var troubles: [any Error] = []

    /// The directory's name.
    static let directoryName = "hooks"

    /// The hooks of the wallet in `directory`. Looks at nothing yet.
    init(wallet directory: String, _ configuration: Configuration, _ surroundings: Surroundings) {
        wallet = directory
        self.directory = directory + "/" + Self.directoryName
        self.configuration = configuration
        self.surroundings = surroundings
    }

    /// Whether a file has the hook's name. The directory is looked at once.
    /// - Throws: `FileError`.
    public func isPresent(_ name: HookName) throws -> Bool {
        try look()?.contains(name) ?? false
    }

    /// Whether there is a directory of hooks at all.
    /// - Throws: `FileError`.
    func exists() throws -> Bool { try look() != nil }

    /// The hooks that are there; nil where the directory is not.
    private func look() throws -> Set<HookName>? {
        if let found { return found }
        let hooks: Set<HookName>? =
            try FileSystem.status(directory) == nil
            ? nil : Set(FileSystem.list(directory).compactMap { HookName(rawValue: $0) })
        found = hooks
        return hooks
    }

    /// The path of a hook's file.
    public func path(of name: HookName) -> String { directory + "/" + name.rawValue }

    /// Asks a hook whether something may happen; without such a hook it may.
    /// - Throws: `Refusal` (`refused-by-hook`) with the hook's reason; `HookError` where it cannot be
    ///   asked, and then it may not happen; `FileError`.
    public func ask(_ event: HookEvent) throws {
        precondition(event.hook.isAsked, "nobody is asked about what has happened")
        guard try isPresent(event.hook) else { return }
        try checkRunnable(event.hook)
        let result = try run(event.at(depth: surroundings.hooks.depth))
        guard !result.isSuccess else { return }
        let reason = result.complaints.first ?? "it gives no reason (\(result.endingText))"
        throw Refusal(
            .refusedByHook, "\(event.hook.rawValue): \(reason)", ["hook": event.hook.rawValue])
    }

    /// Queues an event for its hook, durable when this returns; without such a hook nothing happens.
    /// - Returns: whether it was queued.
    /// - Throws: as `announce(_: [HookEvent])`.
    @discardableResult
    public func announce(_ event: HookEvent) throws -> Bool { try announce([event]) > 0 }

    /// Queues events for their hooks, durable when this returns or throws a `HookError` that
    /// `isFinal`; those without a hook are left out.
    /// What the events are about has happened: whoever calls this does not fail for it.
    /// - Returns: how many were queued.
    /// - Throws: `HookError` where a hook is there and cannot be run, or the queue is full;
    ///   `FileError`.
    @discardableResult
    public func announce(_ events: [HookEvent]) throws -> Int {
        let wanted = try events.filter { event in
            precondition(!event.hook.isAsked, "what may not happen is asked before")
            return try isPresent(event.hook)
        }
        var defects: [HookName: HookError] = [:]
        for hook in Set(wanted.map(\.hook)) {
            do { try checkRunnable(hook) } catch let error as HookError { defects[hook] = error }
        }
        let depth = surroundings.hooks.depth
        let told = wanted.filter { defects[$0.hook] == nil }.map { $0.at(depth: depth) }
        if !told.isEmpty { try queue.add(told, now: surroundings.now()) }
        // One hook that is in disorder keeps nothing from the others.
        if let defect = HookName.allCases.compactMap({ defects[$0] }).first { throw defect }
        return told.count
    }

    /// - Throws: `HookError` where the hook is not run as things are.
    func checkRunnable(_ hook: HookName) throws {
        guard surroundings.hooks.depth < HookLimits.depth else {
            throw HookError.tooDeep(hook: hook, limit: HookLimits.depth)
        }
        switch try look(at: hook) {
        case .absent: throw HookError.absent(path: path(of: hook))
        case .runnable: break
        case .defective(let defect):
            throw HookError.notRunnable(path: path(of: hook), defect)
        }
    }

    func look(at hook: HookName) throws -> ProgramFile.Finding {
        do {
            return try ProgramFile.look(at: hook.rawValue, in: directory)
        } catch {
            throw HookError.notStarted(error)
        }
    }

    var queue: HookQueue { HookQueue(directory: directory + "/" + HookQueue.name) }

    var log: HookLog { HookLog(directory: directory) }

    /// Runs a hook and writes down how it went.
    /// - Throws: `HookError.notStarted`; `ConfigurationError`.
    func run(_ event: HookEvent) throws -> HookResult {
        let result: HookResult
        do {
            result = HookResult(event, try surroundings.hooks.programs.run(program(event)))
        } catch let error as ProgramError {
            try? log.append(HookResult(event, notStarted: error.reason), at: surroundings.now())
            throw HookError.notStarted(error)
        }
        // What has run has run, whether or not it can be written down.
        try? log.append(result, at: surroundings.now())
        return result
    }

    func program(_ event: HookEvent) throws -> Program {
        var environment = surroundings.hooks.environment.filter {
            HookSurroundings.inherited.contains($0.key)
        }
        environment["WALLET_DIR"] = wallet
        environment["WALLET_HOOK"] = event.hook.rawValue
        environment["WALLET_HOOK_ID"] = event.id
        environment[HookSurroundings.depthName] = String(event.depth + 1)
        let seconds = try configuration.duration(Settings.hookTimeout).components.seconds
        let bounded = min(max(1, Int(clamping: seconds)), HookLimits.longestSeconds)
        return Program(
            path: path(of: event.hook), environment: environment,
            directory: FileSystem.parent(of: wallet), input: event.input,
            timeLimitMilliseconds: bounded * 1000)
    }
}
