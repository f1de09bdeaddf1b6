// Running what judges our output: mandoc and the shells.

import Foundation
import Testing

/// What a program answered.
struct Answer {
    let status: Int32
    let output: String
    let errors: String
}

/// A program that judges our output. Tests/run installs mandoc, zsh and fish: one that is not
/// there is a failure, never a silent pass.
enum Judge: String {
    case mandoc, bash, zsh, fish

    /// Runs the program; `input` comes on its standard input.
    func run(
        _ arguments: [String], input: String = "", environment: [String: String] = [:],
        directory: URL? = nil
    ) throws -> Answer {
        let folders = ["/usr/bin", "/bin", "/usr/local/bin"]
        let path = try #require(
            folders.map { "\($0)/\(rawValue)" }
                .first { FileManager.default.isExecutableFile(atPath: $0) },
            "\(rawValue) is not installed: Tests/run installs it")
        let scratch = try Scratch()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = environment.merging(
            [
                "PATH": (environment["PATH"] ?? "/usr/bin:/bin"), "HOME": scratch.url.path,
                "LC_ALL": "C.UTF-8",
            ], uniquingKeysWith: { $1 })
        process.currentDirectoryURL = directory ?? scratch.url
        // Files, not pipes: nothing can fill up.
        let input = try scratch.write("input", input)
        let (output, errors) = (
            try scratch.write("output", ""), try scratch.write("errors", "")
        )
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        return Answer(
            status: process.terminationStatus,
            output: try String(contentsOf: output, encoding: .utf8),
            errors: try String(contentsOf: errors, encoding: .utf8))
    }
}

/// A directory that goes away with the test.
final class Scratch {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory
            .appendingPathComponent("commandkit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    /// Writes a file and answers where it is.
    @discardableResult
    func write(_ name: String, _ text: String, isExecutable: Bool = false) throws -> URL {
        let file = url.appendingPathComponent(name)
        try Data(text.utf8).write(to: file)
        if isExecutable {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: file.path)
        }
        return file
    }
}
