// Time and memory, as the operating system counts them.
import Glibc

enum Stopwatch {
    /// Seconds of a monotonic clock.
    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Seconds that `body` takes.
    static func time(_ body: () throws -> Void) rethrows -> Double {
        let start = now()
        try body()
        return now() - start
    }
}

/// A program run to its end.
struct ProcessRun {
    let seconds: Double
    let status: Int32
    /// The largest resident size in mebibytes.
    let peakMebibytes: Double

    /// Runs a program with its streams taken from and sent to files.
    static func run(
        _ arguments: [String], input: String = "/dev/null", output: String = "/dev/null"
    ) throws -> ProcessRun {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        let pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process: pid_t = 0
        let start = Stopwatch.now()
        guard posix_spawnp(&process, arguments[0], &actions, nil, pointers, environ) == 0 else {
            throw BenchError("'\(arguments[0])' cannot be started")
        }
        var status: Int32 = 0
        var usage = rusage()
        while wait4(process, &status, 0, &usage) < 0 && errno == EINTR {}
        return ProcessRun(
            seconds: Stopwatch.now() - start, status: status,
            peakMebibytes: Double(usage.ru_maxrss) / 1024)
    }

    /// Starts a program that goes on.
    static func start(_ arguments: [String], errors: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process: pid_t = 0
        guard posix_spawnp(&process, arguments[0], &actions, nil, pointers, environ) == 0 else {
            throw BenchError("'\(arguments[0])' cannot be started")
        }
        return process
    }

    /// Runs a program that must end well.
    static func check(
        _ arguments: [String], input: String = "/dev/null", output: String = "/dev/null"
    ) throws -> ProcessRun {
        let run = try run(arguments, input: input, output: output)
        guard run.status == 0 else {
            throw BenchError("'\(arguments.joined(separator: " "))' ended with \(run.status)")
        }
        return run
    }
}
