// Waiting for the writer's lock.
import Bytes
import Files
import Glibc

/// Takes the lock of a directory, waiting for it if need be.
struct WriterLock {
    private static let firstPauseMilliseconds = 1
    private static let longestPauseMilliseconds = 50
    private static let patienceMilliseconds = 1000

    /// Runs `body` under the lock of `directory`.
    /// - Parameter onWait: called once after a second.
    /// - Throws: `WalletError.busy` after `seconds`; `FileError`; what `body` throws.
    static func held<Result>(
        on directory: String, seconds: Int, onWait: () -> Void, _ body: () throws -> Result
    ) throws -> Result {
        var waited = 0
        var pause = firstPauseMilliseconds
        var hasSpoken = false
        while true {
            if let lock = try DirectoryLock(directory) {
                return try withExtendedLifetime(lock, body)
            }
            guard waited < seconds * 1000 else { throw WalletError.busy(seconds: seconds) }
            if waited >= patienceMilliseconds, !hasSpoken {
                hasSpoken = true
                onWait()
            }
            usleep(UInt32(pause) * 1000)
            waited += pause
            pause = min(pause * 2, longestPauseMilliseconds)
        }
    }
}
