// Virtual hosts: what libwebsockets calls a set of certificates and of trust.
import CWebSockets
import Dispatch
import Glibc
import Synchronization

extension LoopCore {
    /// No version below 1.2 (RFC 8996): OpenSSL's SSL_OP_NO_SSLv3, _TLSv1, _TLSv1_1, whose macros
    /// Swift cannot read.
    static let oldVersions = 1 << 25 | 1 << 26 | 1 << 28

    /// HTTP/1.1 is what we speak; the default would offer HTTP/2 too (RFC 7301).
    static let protocolsInTLS = "http/1.1"

    /// A host with a certificate.
    func makeTLSHost(_ files: TLSFiles) throws(NetworkError) -> OpaquePointer {
        for path in [files.certificatePath, files.keyPath] where access(path, R_OK) != 0 {
            throw .unusableCertificate(path: path, reason: String(cString: strerror(errno)))
        }
        var info = Self.blankInfo(protocolTable)
        info.port = CONTEXT_PORT_NO_LISTEN_SERVER
        info.options =
            UInt64(LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT)
            | UInt64(LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS)
        info.ssl_options_set = Self.oldVersions
        let host = "server".withCString { name in
            files.certificatePath.withCString { certificate in
                files.keyPath.withCString { key in
                    Self.protocolsInTLS.withCString { protocols in
                        info.vhost_name = name
                        info.ssl_cert_filepath = certificate
                        info.ssl_private_key_filepath = key
                        info.alpn = protocols
                        return context.flatMap { lws_create_vhost($0, &info) }
                    }
                }
            }
        }
        guard let host else {
            throw .unusableCertificate(
                path: files.certificatePath,
                reason: "certificate and key are not in PEM, or do not belong together")
        }
        return host
    }

    /// What is trusted; read when it is first asked for.
    func clientContext(_ trust: TLSTrust) throws(NetworkError) -> TLSClientContext {
        if let context = clientContexts[trust] { return context }
        let context = try TLSClientContext(trust)
        clientContexts[trust] = context
        return context
    }

    /// Runs `work` on the loop's thread and returns its result; nil where the loop has ended.
    func ask<Answer: Sendable>(_ work: @escaping @Sendable () -> Answer) -> Answer? {
        if isCurrent { return work() }
        let answer = Reply<Answer>()
        guard execute({ answer.give(work()) }) else { return nil }
        return answer.wait()
    }
}

/// A value that one thread waits for and another gives.
final class Reply<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    private let signal = DispatchSemaphore(value: 0)

    /// Gives the value, if nobody has.
    func give(_ value: Value) {
        let isFirst = self.value.withLock { present in
            defer { if present == nil { present = value } }
            return present == nil
        }
        if isFirst { signal.signal() }
    }

    /// Waits.
    func wait() -> Value? {
        signal.wait()
        return value.withLock { $0 }
    }
}
