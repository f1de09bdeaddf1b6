// Running what waits: each event at least once, in the order in which things happened.
import Files

extension Hooks {
    /// Tells hooks what they have not been told yet, one after the other. Where another process is
    /// at it already, nothing is done: it will tell them the rest.
    ///
    /// An event leaves the queue when its hook has ended, however it ended. Where a crash comes
    /// before, the hook is told again, under the same id.
    /// - Parameter answered: takes what a `post-receive` has answered, durable when it returns.
    ///   Without it, such events wait for a command that can send answers.
    /// - Returns: the runs, of other processes' events too.
    /// - Throws: `FileError`, `ConfigurationError`, what `answered` throws. A hook that is there
    ///   and cannot be run leaves its events in the queue, and is reported as a run.
    public func runPending(
        _ answered: ((HookResult) throws -> Void)? = nil
    ) throws -> [HookResult] {
        var results: [HookResult] = []
        var kept: Set<String> = []
        // Another process may add a file just when this one has seen none and lets go of the lock.
        while results.count < HookLimits.eventsAtOnce,
            try queue.names().contains(where: { !kept.contains($0) })
        {
            guard let lock = try DirectoryLock(queue.directory) else { break }
            try withExtendedLifetime(lock) {
                for name in try queue.names() where !kept.contains(name) {
                    guard results.count < HookLimits.eventsAtOnce else { break }
                    if try !tell(name, answered, &results) { kept.insert(name) }
                }
            }
        }
        return results
    }

    /// Tells the events of one file.
    /// - Returns: whether the file is gone.
    private func tell(
        _ name: String, _ answered: ((HookResult) throws -> Void)?, _ results: inout [HookResult]
    ) throws -> Bool {
        let events: [HookEvent]
        do {
            guard let found = try queue.events(of: name) else { return true }
            events = found
        } catch HookError.damaged {
            try queue.setAside(name)
            return true
        }
        for event in events {
            if event.hook == .postReceive, answered == nil { return false }
            do {
                switch try look(at: event.hook) {
                // Whoever takes a hook away does not want it to be told any more.
                case .absent: continue
                case .runnable: break
                case .defective(let defect):
                    throw HookError.notRunnable(path: path(of: event.hook), defect)
                }
                let result = try run(event)
                results.append(result)
                if event.hook == .postReceive { try answered?(result) }
            } catch let error as HookError {
                results.append(HookResult(event, notStarted: error.message))
                return false
            }
        }
        try queue.remove(name)
        return true
    }

    /// How many files of events wait.
    /// - Throws: `FileError`.
    public func pendingCount() throws -> Int { try queue.names().count }
}
