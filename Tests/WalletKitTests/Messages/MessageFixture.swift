// Two wallets that write to each other, and ways between them that a test can break.
import Bytes
import Cryptography
import Documents
import Files
import Glibc
import Network
import Programs
import Service
import Synchronization
import Testing

@testable import WalletKit

/// Counts what goes over a way, and breaks it.
final class Way: Sendable {
    struct State {
        var asked = 0
        var isBroken = false
        /// Stands between the receiver and its answer.
        var change: (@Sendable ([UInt8]) throws -> [UInt8])?
    }
    let state = Mutex(State())

    var asked: Int { state.withLock { $0.asked } }
    func breakDown(_ isBroken: Bool = true) { state.withLock { $0.isBroken = isBroken } }
}

/// A shop and a fridge. The fridge is at `fridge.parent`.
final class MessageFixture {
    let clock = PeerClock()
    let shop: PeerWallet
    let fridge: PeerWallet
    let way = Way()

    /// - Parameter domain: the fridge's domain; nil for the address of its key.
    init(domain: String? = nil) throws {
        shop = try PeerWallet("shop", clock: clock)
        fridge = try PeerWallet("fridge", domain: domain, clock: clock)
        _ = try shop.wallet.newUnit(
            (code: "EUR", name: nil, scale: 0, form: nil, terms: nil), issuer: nil)
    }

    /// From the shop to the fridge by the program that reaches other machines; what comes back can
    /// be changed.
    func transport(
        _ http: @escaping @Sendable (String?, Bool) throws -> any HTTPSender = { _, _ in
            throw Obstacle("none", "no network here")
        }
    ) throws -> MessageTransport {
        let (clock, way, path) = (clock, way, fridge.parent)
        let domain = try fridge.wallet.ownDomain()
        let open: @Sendable (String) throws -> Wallet = { parent in
            try Wallet(
                directory: parent + "/.wallet", sources: Configuration.Sources(),
                surroundings: Surroundings(now: { clock.now }), opener: KeyOpener())
        }
        return MessageTransport(http: http, directory: open) { _, arguments, input in
            let isBroken = way.state.withLock { state in
                state.asked += 1
                return state.isBroken
            }
            guard !isBroken else {
                return ProgramAnswer(status: 255, output: [], errors: Array("no route\n".utf8))
            }
            if arguments.contains("config") {
                return ProgramAnswer(status: 0, output: Array((domain + "\n").utf8), errors: [])
            }
            let line = Array(input.dropLast())
            let taken = try open(path).receive(message: line).acknowledgement
            let output = try way.state.withLock { $0.change }.map { try $0(taken) } ?? taken
            return ProgramAnswer(status: 0, output: output + [0x0a], errors: [])
        }
    }

    static let place = "ssh://fridge/home/kitchen"

    /// A text from the shop to the fridge, kept and not sent.
    func post(
        _ text: String = "milk: 2 EUR", documents: [[UInt8]] = [], expires: String? = nil
    ) throws -> OutboxEntry {
        var letter = Letter()
        letter.note = text
        letter.documents = documents
        letter.expires = expires
        return try shop.wallet.post(
            letter, to: try shop.wallet.recipient(Self.place, over: transport()))
    }

    /// A message to the fridge with true signatures, whatever stands in it.
    func message(
        _ documents: [[UInt8]] = [], _ change: (inout Message.Terms) -> Void = { _ in }
    ) throws -> Message {
        let identity = try shop.wallet.messageIdentity()
        var terms = try identity.terms(to: try fridge.wallet.ownDomain())
        change(&terms)
        let note = Note(.text("x"), random: terms.random, written: terms.sent).document
        return try identity.sign(
            Message(
                terms, documents: try (documents + [note]).map { try Envelope(line: $0) },
                certificate: identity.certificate))
    }

    /// The names of what is in the fridge's inbox.
    var inboxFiles: [String] {
        get throws {
            let path = fridge.parent + "/.wallet/inbox"
            return try FileSystem.status(path) == nil ? [] : FileSystem.list(path)
        }
    }

    /// The names of what waits in the shop's outbox.
    var outboxFiles: [String] {
        get throws {
            let path = shop.parent + "/.wallet/outbox"
            guard try FileSystem.status(path) != nil else { return [] }
            return try FileSystem.list(path).filter { $0 != "delivered" }
        }
    }
}

/// The stable code of what `body` throws; nil where it throws nothing.
func messageCode<Result>(_ body: () throws -> Result) -> String? {
    do {
        _ = try body()
        return nil
    } catch let error as MessageError {
        return error.code
    } catch let refusal as Refusal {
        return refusal.code.rawValue
    } catch let error as WalletError {
        return error.code
    } catch {
        Issue.record("\(error)")
        return "other"
    }
}

/// Plays a hook, and remembers how it was run.
final class PlayedHook: ProgramRunner {
    let runs = Mutex<[Program]>([])
    private let output: @Sendable (Program) -> [UInt8]

    init(_ output: @escaping @Sendable (Program) -> [UInt8]) { self.output = output }

    func run(_ program: Program) throws(ProgramError) -> ProgramOutcome {
        runs.withLock { $0.append(program) }
        return ProgramOutcome(ending: .exited(0), output: output(program))
    }
}

extension PeerWallet {
    /// The wallet with a hook that the test plays.
    func opened(_ hook: PlayedHook) throws -> Wallet {
        let directory = parent + "/.wallet/hooks"
        if try FileSystem.status(directory) == nil { try FileSystem.makeDirectory(directory) }
        let path = directory + "/post-receive"
        _ = try FileSystem.create(path, with: Array("#!/bin/sh\n".utf8))
        #expect(chmod(path, 0o700) == 0)
        let clock = clock
        var surroundings = Surroundings(now: { clock.now })
        surroundings.hooks = HookSurroundings(programs: hook)
        return try Wallet(
            directory: parent + "/.wallet", sources: Configuration.Sources(),
            surroundings: surroundings, opener: KeyOpener())
    }
}
