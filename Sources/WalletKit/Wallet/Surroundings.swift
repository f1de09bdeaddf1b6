// What a wallet needs of the world, handed in by whoever has it.
import Cryptography
import Documents

/// Clock, randomness, and a word to the person who waits. Nothing below the command line looks for
/// them itself.
public struct Surroundings: Sendable {
    /// The time.
    public var now: @Sendable () -> Timestamp
    /// Random bytes for keys and for the member `random`.
    public var random: any RandomSource
    /// Threads that long calculations use at once.
    public var threads: Int
    /// Called once when the writer's lock has not been free for a second.
    public var onWait: @Sendable () -> Void
    /// Called with the share done, 0 to 1, of work that goes over the whole log.
    public var onProgress: @Sendable (_ what: String, _ share: Double) -> Void
    /// How hooks are run; by default none is.
    public var hooks = HookSurroundings()

    /// Surroundings; the silent ones by default.
    public init(
        now: @escaping @Sendable () -> Timestamp, random: any RandomSource = SystemRandom(),
        threads: Int = 1,
        onWait: @escaping @Sendable () -> Void = {},
        onProgress: @escaping @Sendable (String, Double) -> Void = { _, _ in }
    ) {
        self.now = now
        self.random = random
        self.threads = threads
        self.onWait = onWait
        self.onProgress = onProgress
    }
}
