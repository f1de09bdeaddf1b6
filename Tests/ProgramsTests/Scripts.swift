// A folder of small programs for the tests.
import Files
import Glibc
import Synchronization
import Testing

@testable import Programs

/// A fresh directory, removed at the end.
final class Scripts {
    let directory: String

    init() throws {
        directory = try FileSystem.makeTemporaryDirectory("programs")
    }

    deinit {
        _ = try? ChildPrograms { 0 }.run(Program(path: "/bin/rm", arguments: ["-rf", directory]))
    }

    /// Writes an executable script; its path.
    func write(_ name: String, _ text: String, mode: mode_t = 0o700) throws -> String {
        let path = directory + "/" + name
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        try #require(file >= 0)
        let bytes = Array(text.utf8)
        try #require(Glibc.write(file, bytes, bytes.count) == bytes.count)
        try #require(fchmod(file, mode) == 0)
        close(file)
        return path
    }

    /// A script of `sh`.
    func shell(_ name: String, _ lines: String) throws -> Program {
        var program = Program(path: try write(name, "#!/bin/sh\n" + lines + "\n"))
        program.environment = ["PATH": "/usr/bin:/bin"]
        program.directory = directory
        return program
    }
}

/// The clock that the tests run programs by.
func monotonic() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

let runner = ChildPrograms { monotonic() }

extension ProgramOutcome {
    var text: String { String(decoding: output, as: UTF8.self) }
    var errorText: String { String(decoding: errors, as: UTF8.self) }
}

/// Whether a process is there, dead ones that nobody has reaped included.
func isThere(_ process: pid_t) -> Bool { kill(process, 0) == 0 }
