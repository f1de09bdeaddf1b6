// What `wallet proxy serve` is told, as its server takes it.
import Bytes
import CommandKit
import Cryptography
import DirectPayment
import Files
import Network
import WalletKit

extension ProxyServeCommand {
    static func serving(_ invocation: Invocation) throws -> ProxyServing {
        var options = ProxyOptions(publicURL: try invocation.publicURL())
        if let name = invocation.value("mode") {
            guard let mode = ProxyOptions.Mode(rawValue: name) else {
                throw invocation.invalid("mode", expected: "hybrid or socket")
            }
            options.mode = mode
        }
        options.admission = try invocation.value("admit-secret-file").map {
            Hash.sha256(
                Array(SecretInput.text(try PassphraseSource(path: $0).read(confirm: false)).utf8))
        }
        options.requiresSecret = invocation.flag("require-secret")
        func milliseconds(_ name: String, _ usual: Int64) throws -> Int64 {
            try number(invocation, name, 1...31_536_000).map { Int64($0) * 1_000 } ?? usual
        }
        options.answerMilliseconds = try milliseconds("answer-time", options.answerMilliseconds)
        options.channelMilliseconds = try milliseconds("channel-time", options.channelMilliseconds)
        options.keptMilliseconds = try milliseconds("keep-time", options.keptMilliseconds)
        var listen = invocation.values("listen")
        if listen.isEmpty { listen = ["127.0.0.1:8445"] }
        var serving = ProxyServing(
            options: options,
            addresses: try listen.map { text throws(NetworkError) in try ListenAddress(text) })
        serving.tls = try invocation.tlsFiles()
        serving.isBehindProxy = invocation.flag("behind-proxy")
        serving.connections =
            try number(invocation, "connections", 1...Limits.proxyConnections)
            ?? serving.connections
        serving.connectionsOfAddress =
            try number(invocation, "connections-per-address", 1...Limits.proxyConnections)
            ?? serving.connectionsOfAddress
        if let directory = invocation.value("store") {
            serving.storePath = try store(directory)
        }
        return serving
    }

    /// The database in a directory, which is made where there is none.
    private static func store(_ directory: String) throws -> String {
        if try Context.isDirectory(directory) == nil { try FileSystem.makeDirectory(directory) }
        return directory + "/proxy.db"
    }

    private static func number(
        _ invocation: Invocation, _ name: String, _ range: ClosedRange<Int>
    ) throws -> Int? {
        guard let text = invocation.value(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw invocation.invalid(
                name, expected: "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
