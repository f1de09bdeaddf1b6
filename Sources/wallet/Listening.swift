// What all commands that serve have in common.
import CommandKit
import Network
import WalletKit

extension Invocation {
    /// `--tls-cert` and `--tls-key`; nil where neither is given.
    func tlsFiles() throws -> TLSFiles? {
        switch (value("tls-cert"), value("tls-key")) {
        case (let certificate?, let key?):
            return TLSFiles(certificatePath: certificate, keyPath: key)
        case (nil, nil): return nil
        default:
            throw usageError(.invalidValue, "'--tls-cert' and '--tls-key' are given together")
        }
    }
}

extension Context {
    /// Tells where a server listens.
    func listening(at urls: [String]) throws {
        for url in urls {
            say("listening on \(url)")
            if isJSON { try console.write(ReportRow(["url": .text(url)]).json + "\n") }
        }
        try console.flush()
    }
}
