// One thread that waits for all connections at once.

/// The thread on which servers and clients run. It lives until `stop()`, or until nobody holds it.
public final class EventLoop: Sendable {
    let core: LoopCore

    /// Starts a thread. Raises the process's limit of open files as far as it may, and ignores
    /// `SIGPIPE`.
    /// - Throws: `NetworkError.cannotListen`, where the system has no thread or descriptors left.
    public init() throws(NetworkError) {
        core = try LoopCore()
        core.start()
    }

    deinit { core.stop() }

    /// Runs `work` on the loop's thread, after what was asked before; from any thread. It must
    /// return at once. After `stop()` it is dropped.
    public func execute(_ work: @escaping @Sendable () -> Void) { core.execute(work) }

    /// Closes all connections and ends the thread; returns when it has ended. What was to be
    /// executed is executed before.
    public func stop() { core.stop() }
}
