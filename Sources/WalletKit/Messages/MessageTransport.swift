// How messages leave this process; handed in by whoever has a network, programs and other wallets.
import Documents
import Network

/// What a program has answered.
public struct ProgramAnswer: Sendable {
    /// The exit status as a shell gives it.
    public let status: Int32
    /// Its standard output.
    public let output: [UInt8]
    /// Its standard error.
    public let errors: [UInt8]

    /// An answer.
    public init(status: Int32, output: [UInt8], errors: [UInt8]) {
        self.status = status
        self.output = output
        self.errors = errors
    }
}

/// The ways out.
public struct MessageTransport: Sendable {
    /// Sends requests. `authorities`: a file of certificates that TLS must lead to, nil for the
    /// system's; `isStrange`: private networks are out of bounds.
    public var http: @Sendable (_ authorities: String?, _ isStrange: Bool) throws -> any HTTPSender
    /// Opens the wallet of a directory on this machine.
    public var directory: @Sendable (_ path: String) throws -> Wallet
    /// Runs a program, without a shell, and gives it `input`.
    public var program:
        @Sendable (_ name: String, _ arguments: [String], _ input: [UInt8]) throws -> ProgramAnswer

    /// The ways out.
    public init(
        http: @escaping @Sendable (String?, Bool) throws -> any HTTPSender,
        directory: @escaping @Sendable (String) throws -> Wallet,
        program: @escaping @Sendable (String, [String], [UInt8]) throws -> ProgramAnswer
    ) {
        self.http = http
        self.directory = directory
        self.program = program
    }
}
