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

    /// `--public-url`, without a slash at its end; empty: as it listens.
    func publicURL() throws -> String {
        guard let text = value("public-url") else { return "" }
        let url = try WebURL(text)
        guard url.scheme == "http" || url.scheme == "https", url.query == nil else {
            throw invalid("public-url", expected: "http://HOST or https://HOST")
        }
        var base = url.description
        while base.hasSuffix("/") { base.removeLast() }
        return base
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
