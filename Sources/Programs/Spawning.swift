// From a `Program` to a process: `posix_spawn` and nothing that a shell would read.
import Glibc

/// The start of one program.
struct Spawning {
    private let program: Program
    private let isAlone: Bool

    /// - Parameter isAlone: whether it gets a process group of its own; else it shares ours, and may
    ///   ask at the terminal.
    init(_ program: Program, isAlone: Bool = true) {
        self.program = program
        self.isAlone = isAlone
    }

    /// Starts it.
    /// - Returns: the process, which leads the group of the same number where it is alone.
    /// - Throws: `ProgramError`.
    func start(input: Int32, output: Int32, errors: Int32) throws(ProgramError) -> pid_t {
        // A C string ends at the first NUL: what is cut is not what was meant.
        for text in [program.path] + program.arguments + Self.entries(program.environment)
        where text.utf8.contains(0) {
            throw failure("argument", EINVAL)
        }
        guard program.path.hasPrefix("/") else { throw failure("path", EINVAL) }
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        guard posix_spawn_file_actions_init(&actions) == 0 else {
            throw failure("posix_spawn_file_actions_init", ENOMEM)
        }
        defer { posix_spawn_file_actions_destroy(&actions) }
        guard posix_spawnattr_init(&attributes) == 0 else {
            throw failure("posix_spawnattr_init", ENOMEM)
        }
        defer { posix_spawnattr_destroy(&attributes) }
        var code = Self.prepare(&actions, input, output, errors)
        if code == 0, let directory = program.directory {
            code = posix_spawn_file_actions_addchdir_np(&actions, directory)
        }
        if code == 0 { code = Self.prepare(&attributes, isAlone) }
        guard code == 0 else { throw failure("posix_spawn", code) }
        return try spawn(&actions, &attributes)
    }

    private func spawn(
        _ actions: inout posix_spawn_file_actions_t, _ attributes: inout posix_spawnattr_t
    ) throws(ProgramError) -> pid_t {
        var child: pid_t = 0
        var code: Int32 = 0
        for _ in 0..<Self.attempts {
            code = Self.withPointers([program.path] + program.arguments) { arguments in
                Self.withPointers(Self.entries(program.environment)) { environment in
                    posix_spawn(&child, program.path, &actions, &attributes, arguments, environment)
                }
            }
            // Somebody is writing the file, or has just written it: a process that another thread
            // is starting holds its descriptor for a moment.
            guard code == ETXTBSY else { break }
            usleep(Self.pauseMicroseconds)
        }
        guard code == 0 else { throw failure("posix_spawn", code) }
        return child
    }

    private static let attempts = 50
    private static let pauseMicroseconds: UInt32 = 10_000

    /// The three standard descriptors; every other one is closed, those too that are opened in
    /// other threads meanwhile.
    private static func prepare(
        _ actions: inout posix_spawn_file_actions_t, _ input: Int32, _ output: Int32,
        _ errors: Int32
    ) -> Int32 {
        // None of ours is below 3 (`Console.occupyStandardDescriptors`), so no copy falls on another.
        for (descriptor, standard) in [(input, Int32(0)), (output, 1), (errors, 2)] {
            let code = posix_spawn_file_actions_adddup2(&actions, descriptor, standard)
            if code != 0 { return code }
        }
        return posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    }

    private static func prepare(
        _ attributes: inout posix_spawnattr_t, _ isAlone: Bool
    ) -> Int32 {
        let flags =
            (isAlone ? POSIX_SPAWN_SETPGROUP : 0) | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        let codes = [
            posix_spawnattr_setflags(&attributes, Int16(flags)),
            posix_spawnattr_setpgroup(&attributes, 0),
            posix_spawnattr_setsigmask(&attributes, &none),
            posix_spawnattr_setsigdefault(&attributes, &all),
        ]
        return codes.first { $0 != 0 } ?? 0
    }

    private static func entries(_ environment: [String: String]) -> [String] {
        environment.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
    }

    private static func withPointers<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = texts.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }

    private func failure(_ call: String, _ code: Int32) -> ProgramError {
        ProgramError(call: call, path: program.path, code: code)
    }
}

/// `posix_spawn_file_actions_addchdir_np(3)`, which the Glibc module does not show.
@_silgen_name("posix_spawn_file_actions_addchdir_np")
private func posix_spawn_file_actions_addchdir_np(
    _ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>, _ path: UnsafePointer<CChar>
) -> Int32

/// `posix_spawn_file_actions_addclosefrom_np(3)`, since glibc 2.34.
@_silgen_name("posix_spawn_file_actions_addclosefrom_np")
private func posix_spawn_file_actions_addclosefrom_np(
    _ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>, _ from: Int32
) -> Int32
