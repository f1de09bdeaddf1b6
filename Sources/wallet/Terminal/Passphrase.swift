// Asking for secrets: never on the command line, never shown.
import Bytes
import Cryptography
import Glibc
import WalletKit

/// Where a passphrase comes from.
struct PassphraseSource {
    /// `--passphrase-file`, or `WALLET_PASSPHRASE_FILE`; `-` for standard input.
    var path: String?
    /// `--passphrase-fd`.
    var descriptor: Int32?
    /// What is asked on the terminal.
    var prompt = "Passphrase: "

    /// The passphrase. Asked for on the terminal where neither file nor descriptor is named.
    /// - Throws: `PassphraseFailure`.
    func read(confirm: Bool) throws -> SecretBytes {
        if let descriptor { return try Self.read(descriptor, "descriptor \(descriptor)") }
        if path == "-" { return try Self.read(STDIN_FILENO, "standard input") }
        guard let path else { return try ask(confirm: confirm) }
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw PassphraseFailure.unreadable(path, String(cString: strerror(errno)))
        }
        defer { close(file) }
        return try Self.read(file, path)
    }

    /// All of a descriptor but one newline at its end.
    private static func read(_ descriptor: Int32, _ name: String) throws -> SecretBytes {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Limits.passphraseBytes + 2)
        defer { SecretInput.wipe(&bytes) }
        var byte: UInt8 = 0
        while bytes.count <= Limits.passphraseBytes + 1 {
            let got = Glibc.read(descriptor, &byte, 1)
            if got < 0 && errno == EINTR { continue }
            if got < 0 {
                throw PassphraseFailure.unreadable(name, String(cString: strerror(errno)))
            }
            if got == 0 { break }
            bytes.append(byte)
        }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        guard !bytes.isEmpty else { throw PassphraseFailure.empty(name) }
        guard bytes.count <= Limits.passphraseBytes else { throw PassphraseFailure.tooLong(name) }
        return SecretBytes(bytes)
    }

    private func ask(confirm: Bool) throws -> SecretBytes {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else { throw PassphraseFailure.noTerminal }
        defer { close(terminal) }
        // In a pipe two of us may ask: one after the other, or each would get half the keys.
        while flock(terminal, LOCK_EX) != 0 && errno == EINTR {}
        let first = try Self.ask(prompt, terminal)
        if confirm {
            let second = try Self.ask("Once more: ", terminal)
            guard first == second else { throw PassphraseFailure.mismatch }
        }
        return first
    }

    private static func ask(_ prompt: String, _ terminal: Int32) throws -> SecretBytes {
        _ = prompt.withCString { write(terminal, $0, strlen($0)) }
        var settings = termios()
        tcgetattr(terminal, &settings)
        var silent = settings
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(terminal, TCSAFLUSH, &silent)
        defer {
            tcsetattr(terminal, TCSAFLUSH, &settings)
            _ = "\n".withCString { write(terminal, $0, 1) }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Limits.passphraseBytes + 2)
        defer { SecretInput.wipe(&bytes) }
        var byte: UInt8 = 0
        while Glibc.read(terminal, &byte, 1) == 1, byte != UInt8(ascii: "\n") {
            bytes.append(byte)
            guard bytes.count <= Limits.passphraseBytes else {
                throw PassphraseFailure.tooLong("the terminal")
            }
        }
        guard !bytes.isEmpty else { throw PassphraseFailure.empty("the terminal") }
        return SecretBytes(bytes)
    }
}

/// Why there is no passphrase.
enum PassphraseFailure: Error {
    case noTerminal
    case unreadable(String, String)
    case empty(String)
    case tooLong(String)
    case mismatch

    var message: String {
        switch self {
        case .noTerminal: "a passphrase is needed and there is no terminal to ask on"
        case .unreadable(let name, let reason): "no passphrase from '\(name)': \(reason)"
        case .empty(let name): "the passphrase from '\(name)' is empty"
        case .tooLong(let name):
            "the passphrase from '\(name)' is longer than \(Limits.passphraseBytes) bytes"
        case .mismatch: "the passphrases differ"
        }
    }
}
