// A wallet with hooks, and programs that are real, or written down instead of run.
import Bytes
import Cryptography
import Documents
import Files
import Glibc
import Programs
import Synchronization
import Testing

@testable import WalletKit

/// A wallet that issues BEER, and 'bob'. Its directory goes with it.
final class HookFixture {
    let parent: String
    let directory: String

    init() throws {
        parent = try FileSystem.makeTemporaryDirectory("wallet-hooks")
        let random = SeededRandom(seed: Array(parent.utf8))
        var new = NewWallet(
            parent: parent, mnemonic: try Mnemonic(entropy: SecretBytes(random.bytes(16))),
            protection: .none)
        new.domain = "test"
        directory = try new.make(Surroundings(now: { Self.now }, random: random)).directory
        let wallet = try opened()
        _ = try wallet.newUnit(
            (code: "BEER", name: nil, scale: 0, form: nil, terms: nil), issuer: nil)
        _ = try wallet.newAddress(name: "bob", scheme: .eddsaEd25519)
    }

    deinit { try? FileSystem.removeTree(parent) }

    static let now = Timestamp(typed: "2030-01-01T12:00:00.000Z") ?? .earliest

    static let real = ChildPrograms {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// The wallet as the next process opens it.
    func opened(
        _ programs: any ProgramRunner = real, depth: Int = 0, settings: [String] = []
    ) throws -> Wallet {
        var surroundings = Surroundings(now: { Self.now }, random: SystemRandom())
        surroundings.hooks = HookSurroundings(
            programs: programs, environment: ["PATH": "/usr/bin:/bin", "SECRET": "1"],
            depth: depth)
        return try Wallet(
            directory: directory, sources: Configuration.Sources(overrides: settings),
            surroundings: surroundings, opener: KeyOpener())
    }

    var hooks: String { directory + "/hooks" }

    /// Puts a hook there.
    func hook(_ name: HookName, _ lines: String, mode: mode_t = 0o700) throws {
        if try FileSystem.status(hooks) == nil { try FileSystem.makeDirectory(hooks) }
        let path = hooks + "/" + name.rawValue
        try FileSystem.remove(path)
        try FileSystem.replace(path, with: Array("#!/bin/sh\n\(lines)\n".utf8))
        try #require(chmod(path, mode) == 0)
    }

    func remove(_ name: HookName) throws { try FileSystem.remove(hooks + "/" + name.rawValue) }

    /// The lines of a file that hooks have written beside `.wallet`.
    func lines(_ name: String) throws -> [String] {
        let path = parent + "/" + name
        guard try FileSystem.status(path) != nil else { return [] }
        return String(decoding: try FileSystem.read(path, limit: 1_000_000), as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }

    /// A signed promise of BEER.
    func promise(_ amount: String, _ wallet: Wallet, to name: String = "bob") throws -> [UInt8] {
        try wallet.issue(Promise(amount: amount, unit: "BEER", target: name)).iou.document
    }

    func event(_ hook: HookName, _ key: String, _ documents: [String] = []) -> HookEvent {
        HookEvent(
            hook, key: key, time: Self.now, documents: documents.map { Array($0.utf8) },
            details: ["key": .text(key)])
    }

    /// The names of what waits.
    func waiting() throws -> [String] {
        try HookQueue(directory: hooks + "/.queue").names()
    }
}

/// Writes down what would have been run.
final class WrittenDown: ProgramRunner {
    private let programs = Mutex<[Program]>([])
    private let answer: @Sendable (Program) throws(ProgramError) -> ProgramOutcome

    init(
        _ answer: @escaping @Sendable (Program) throws(ProgramError) -> ProgramOutcome = {
            _ in ProgramOutcome(ending: .exited(0))
        }
    ) { self.answer = answer }

    func run(_ program: Program) throws(ProgramError) -> ProgramOutcome {
        programs.withLock { $0.append(program) }
        return try answer(program)
    }

    var all: [Program] { programs.withLock { $0 } }
    /// The members `key` of the details of what they read.
    var keys: [String] {
        all.compactMap {
            (try? JSONText(Array($0.input.dropLast())))?.root["details"]?["key"]?.string
        }
    }
}
