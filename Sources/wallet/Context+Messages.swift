// The ways that messages leave this process by.
import Documents
import Files
import Network
import Programs
import Synchronization
import WalletKit

extension Context {
    /// The network, programs, and other wallets of this machine.
    func messageTransport() -> MessageTransport {
        let clients = MessageClients()
        let environment = environment
        let surroundings = surroundings
        var sources = configurationSources()
        // What is said of this wallet on the command line is not said of another one.
        sources.overrides = []
        let passphrase = passphraseSource
        let others = sources
        return MessageTransport(
            http: { authorities, isStrange in
                try clients.client(authorities, isStrange: isStrange)
            },
            directory: { path in
                let directory = try Self.walletDirectory(path)
                return try Wallet(
                    directory: directory, sources: others, surroundings: surroundings,
                    opener: KeyOpener { try passphrase.read(confirm: false) })
            },
            program: { name, arguments, input in
                try Self.run(name, arguments, input, environment)
            })
    }

    /// The `.wallet` in a directory, or the directory itself where it is one; none above it.
    private static func walletDirectory(_ path: String) throws -> String {
        let directory = try absolute(path)
        let found = try WalletLocation.find(
            working: directory, isStartGiven: true, named: nil, home: nil)
        guard found == directory + "/" + WalletLocation.name || found == directory else {
            throw WalletError.noWallet(searched: path)
        }
        return found
    }

    /// Where a program is; nil where it is not.
    static func programPath(_ name: String, _ environment: [String: String]) -> String? {
        let places = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        let paths = name.hasPrefix("/") ? [name] : places.map { "\($0)/\(name)" }
        guard !name.isEmpty, name.hasPrefix("/") || !name.contains("/") else { return nil }
        return paths.first { Child.isProgram($0, path: "") }
    }

    private static func run(
        _ name: String, _ arguments: [String], _ input: [UInt8], _ environment: [String: String]
    ) throws -> ProgramAnswer {
        guard let path = programPath(name, environment) else {
            throw Failure(.network, "ssh", "there is no program '\(name)'")
        }
        let outcome = try ChildPrograms(nanoseconds: { Live.nanoseconds() }).run(
            Program(
                path: path, arguments: arguments, environment: environment, input: input))
        let status: Int32 =
            switch outcome.ending {
            case .exited(let status): Int32(status)
            case .signalled(let number): 128 + Int32(number)
            case .timedOut: 124
            }
        return ProgramAnswer(
            status: status, output: outcome.isOutputCut ? [] : outcome.output,
            errors: outcome.errors)
    }
}

/// One client for each kind of trust, for as long as messages are sent.
private final class MessageClients: Sendable {
    private struct Kind: Hashable {
        let authorities: String?
        let isStrange: Bool
    }

    private let clients = Mutex<[Kind: HTTPClient]>([:])

    func client(_ authorities: String?, isStrange: Bool) throws -> HTTPClient {
        try clients.withLock { clients in
            let kind = Kind(authorities: authorities, isStrange: isStrange)
            if let known = clients[kind] { return known }
            let client = HTTPClient(
                loop: try EventLoop(),
                trust: authorities.map { .file(path: $0) } ?? .system,
                allowsPrivateAddresses: !isStrange)
            clients[kind] = client
            return client
        }
    }
}
