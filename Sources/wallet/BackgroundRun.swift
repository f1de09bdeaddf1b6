// One process of a wallet in the background: started, found again, ended.
import CommandKit
import Files
import Glibc
import WalletKit

/// The directory `connect` below `.wallet`: whoever has its lock answers for the wallet.
///
/// ```
/// connect/pid   the number of that process, a line
/// connect/log   what it says when nobody watches
/// ```
struct BackgroundRun {
    private let directory: String
    private var pidPath: String { directory + "/pid" }
    private var logPath: String { directory + "/log" }

    /// Where the child finds a passphrase.
    private static let passphraseDescriptor: Int32 = 3
    /// `POSIX_SPAWN_SETSID`
    private static let newSession: Int16 = 0x80
    private static let pauseMicroseconds: UInt32 = 50_000
    /// Pauses after which a child that has not ended is taken for well.
    private static let startPauses = 20
    /// Pauses that a process has to end.
    private static let endPauses = 400
    private static let pidBytes = 32
    private static let shownLogBytes = 2_000

    /// - Parameter directory: the path of `.wallet`.
    init(directory: String) { self.directory = directory + "/connect" }

    /// Makes this process the one that answers.
    func hold() throws -> DirectoryLock {
        if try FileSystem.status(directory) == nil {
            do throws(FileError) { try FileSystem.makeDirectory(directory) } catch {
                if error.code != FileError.alreadyThere { throw error }
            }
        }
        guard let lock = try DirectoryLock(directory) else {
            throw Failure(
                .busy, "connected",
                "another process answers for this wallet"
                    + (pid.map { ", number \($0)" } ?? ""),
                hint: "'wallet proxy connect --stop' ends it")
        }
        try FileSystem.replace(pidPath, with: Array("\(getpid())\n".utf8))
        return lock
    }

    private var pid: Int32? {
        guard let bytes = try? FileSystem.read(pidPath, limit: Self.pidBytes) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self).filter { $0 != "\n" }
        return Int32(text).flatMap { $0 > 1 ? $0 : nil }
    }

    // MARK: - Starting

    /// Runs a command of this program in a session of its own.
    /// - Parameter words: the command, without the options that all commands share.
    func start(_ words: [String], _ context: Context) throws {
        // Whoever answers already is told of now.
        withExtendedLifetime(try hold()) {}
        var arguments = ["wallet", "-C", try context.workingDirectory()]
        arguments += context.common.values("c").flatMap { ["-c", $0] }
        for name in ["json", "quiet"] where context.common.flag(name) {
            arguments.append("--" + name)
        }
        arguments += words
        var passphrase: Int32?
        if try context.wallet().needsPassphrase {
            passphrase = try pipe(of: context)
            arguments.append("--passphrase-fd=\(Self.passphraseDescriptor)")
        }
        defer { if let passphrase { close(passphrase) } }
        let child = try spawn(arguments, passphrase)
        for _ in 0..<Self.startPauses {
            usleep(Self.pauseMicroseconds)
            var status: Int32 = 0
            if waitpid(child, &status, WNOHANG) == child { throw ended() }
        }
        context.say("answering in the background: process \(child), log in '\(logPath)'")
    }

    private func ended() -> Failure {
        let log = (try? FileSystem.read(logPath, limit: .max)) ?? []
        let text = String(decoding: log.suffix(Self.shownLogBytes), as: UTF8.self)
        let lines = text.split(separator: "\n").suffix(3).joined(separator: "; ")
        return Failure(
            .network, "not-connected", "the process in the background has ended: \(lines)")
    }

    /// A pipe that holds the passphrase: it is never on a command line, nor in an environment.
    private func pipe(of context: Context) throws -> Int32 {
        let secret = try context.passphraseSource.read(confirm: false)
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else {
            throw FileError(call: "pipe", path: directory, code: errno)
        }
        defer { close(ends[1]) }
        let written = secret.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
        guard written > 0 else {
            close(ends[0])
            throw FileError(call: "write", path: directory, code: errno)
        }
        return ends[0]
    }

    private func spawn(_ arguments: [String], _ passphrase: Int32?) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(
            &actions, STDOUT_FILENO, logPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        if let passphrase {
            posix_spawn_file_actions_adddup2(&actions, passphrase, Self.passphraseDescriptor)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Self.newSession)
        var words = arguments.map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        let code = posix_spawn(
            &child, "/proc/self/exe", &actions, &attributes, &words, environ)
        guard code == 0 else { throw FileError(call: "posix_spawn", path: directory, code: code) }
        return child
    }

    // MARK: - Ending

    /// Ends the process in the background, and waits until it has ended.
    func stop(_ context: Context) throws {
        guard try FileSystem.status(directory) != nil, try DirectoryLock(directory) == nil,
            let pid
        else { return context.say("nothing runs in the background") }
        guard kill(pid, SIGTERM) == 0 else {
            throw FileError(call: "kill", path: pidPath, code: errno)
        }
        for _ in 0..<Self.endPauses {
            usleep(Self.pauseMicroseconds)
            if try DirectoryLock(directory) != nil {
                return context.say("process \(pid) has ended")
            }
        }
        throw Failure(.busy, "still-running", "process \(pid) has not ended")
    }
}
