// Long output a page at a time.
import Glibc

/// A program that shows what is written to `descriptor`.
final class Pager {
    /// Where the output goes.
    let descriptor: Int32
    private let process: pid_t

    /// Starts `command` by the shell, as git does; nil where that fails.
    init?(_ command: String) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
        // less: leave short output alone, keep colours, do not clear the screen.
        setenv("LESS", "FRX", 0)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        guard let child = Child.spawn(["/bin/sh", "-c", command], actions: &actions) else {
            close(ends[0])
            close(ends[1])
            return nil
        }
        close(ends[0])
        descriptor = ends[1]
        process = child
    }

    /// Ends the output and waits until it has been read.
    func finish() {
        close(descriptor)
        _ = Child.wait(process)
    }
}

/// Other programs.
enum Child {
    /// Starts a program with our environment; nil where that fails.
    static func spawn(
        _ arguments: [String], actions: UnsafeMutablePointer<posix_spawn_file_actions_t>? = nil
    ) -> pid_t? {
        var process: pid_t = 0
        let pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        let code = posix_spawnp(&process, arguments[0], actions, nil, pointers, environ)
        return code == 0 ? process : nil
    }

    /// Whether a program of that name can be started.
    static func isProgram(_ name: String, path: String) -> Bool {
        if name.contains("/") { return access(name, X_OK) == 0 }
        return path.split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
    }

    /// The exit status as a shell gives it.
    static func wait(_ process: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    /// Becomes another program; returns only where there is none.
    static func become(_ arguments: [String]) {
        let pointers = arguments.map { strdup($0) } + [nil]
        execvp(arguments[0], pointers)
        for pointer in pointers { free(pointer) }
    }
}
