// TLS of clients, between a plain socket and whoever speaks over it.
//
// libwebsockets 4.1 begins TLS before it connects where a client's connection is raw, so it cannot
// be used for that. Its header brings OpenSSL along, and OpenSSL needs no socket: bytes are put
// into one of its buffers and taken out of another.
import CWebSockets
import Glibc

/// Whom a client trusts, read once.
final class TLSClientContext {
    /// An `SSL_CTX`.
    let pointer: OpaquePointer

    /// - Throws: `NetworkError.unusableCertificate`.
    init(_ trust: TLSTrust) throws(NetworkError) {
        ERR_clear_error()
        guard let pointer = SSL_CTX_new(TLS_client_method()) else {
            throw .unusableCertificate(path: "", reason: "OpenSSL cannot be used")
        }
        self.pointer = pointer
        // SSL_CTX_set_min_proto_version: no version below 1.2 (RFC 8996).
        SSL_CTX_ctrl(pointer, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
        SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
        switch trust {
        case .system: SSL_CTX_set_default_verify_paths(pointer)
        case .file(let path):
            guard access(path, R_OK) == 0 else {
                throw .unusableCertificate(path: path, reason: String(cString: strerror(errno)))
            }
            guard SSL_CTX_load_verify_locations(pointer, path, nil) == 1 else {
                throw .unusableCertificate(
                    path: path, reason: "these are no certificates in PEM")
            }
        }
    }

    deinit { SSL_CTX_free(pointer) }
}

/// One connection's TLS. What it says has to be sent, what comes has to be given to it.
final class TLSClientStream {
    /// How far it is.
    enum Stage: Equatable {
        case handshake
        case open
        /// The other side has said that it sends nothing more.
        case ended
        case failed(String)
    }

    private let ssl: OpaquePointer
    /// What came, and what is to be sent: encrypted. They belong to `ssl`.
    private let input: OpaquePointer
    private let output: OpaquePointer
    private(set) var stage = Stage.handshake
    // Keeps the context alive.
    private let context: TLSClientContext

    /// - Parameter host: The name or the numeric address that the certificate must have.
    init?(_ context: TLSClientContext, host: String) {
        guard let ssl = SSL_new(context.pointer) else { return nil }
        guard let input = BIO_new(BIO_s_mem()), let output = BIO_new(BIO_s_mem()) else {
            SSL_free(ssl)
            return nil
        }
        self.context = context
        self.ssl = ssl
        self.input = input
        self.output = output
        SSL_set_bio(ssl, input, output)
        // BIO_set_mem_eof_return: an empty buffer is no end.
        BIO_ctrl(input, BIO_C_SET_BUF_MEM_EOF_RETURN, -1, nil)
        SSL_set_connect_state(ssl)
        guard names(host) else { return nil }
        let protocols: [UInt8] = [8] + Array("http/1.1".utf8)
        SSL_set_alpn_protos(ssl, protocols, UInt32(protocols.count))
    }

    deinit { SSL_free(ssl) }

    /// Demands a certificate for `host`, and tells the server which one is meant.
    private func names(_ host: String) -> Bool {
        if IPAddress(host) != nil {
            // RFC 6066 §3: an address is not told.
            return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1
        }
        // X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS: a star stands for a whole label.
        SSL_set_hostflags(ssl, 4)
        guard SSL_set1_host(ssl, host) == 1 else { return false }
        // SSL_set_tlsext_host_name
        return host.withCString { name in
            SSL_ctrl(
                ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name),
                UnsafeMutableRawPointer(mutating: name)) == 1
        }
    }

    /// Takes what came, and goes on as far as it leads.
    func take(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while !rest.isEmpty {
            let count = BIO_write(input, rest.baseAddress, CInt(min(rest.count, 1 << 20)))
            guard count > 0 else {
                stage = .failed("out of memory")
                return
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[Int(count)...])
        }
        goOn()
    }

    /// Goes on with the handshake.
    func goOn() {
        guard stage == .handshake else { return }
        ERR_clear_error()
        let result = SSL_do_handshake(ssl)
        if result == 1 { stage = .open } else { judge(result) }
    }

    /// The next bytes that were sent to us; nil where there are none.
    func plain() -> [UInt8]? {
        guard stage == .open else { return nil }
        ERR_clear_error()
        // A record holds 16 KiB at most.
        var read: CInt = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 16_384) { buffer, count in
            read = SSL_read(ssl, buffer.baseAddress, CInt(buffer.count))
            count = Int(max(0, read))
        }
        if read > 0 { return bytes }
        judge(read)
        return nil
    }

    /// Encrypts bytes; what is to be sent comes out of `encrypted()`.
    func write(_ bytes: [UInt8]) {
        guard stage == .open, !bytes.isEmpty else { return }
        ERR_clear_error()
        // Its buffer takes any number of bytes, so all of them are written.
        let result = SSL_write(ssl, bytes, CInt(bytes.count))
        if result <= 0 { judge(result) }
    }

    /// Says that nothing more is sent.
    func close() {
        if stage == .open { SSL_shutdown(ssl) }
    }

    /// What is to be sent.
    func encrypted() -> [UInt8] {
        let count = BIO_ctrl_pending(output)
        if count == 0 { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            written = Int(max(0, BIO_read(output, buffer.baseAddress, CInt(count))))
        }
    }

    private func judge(_ result: CInt) {
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: break
        case SSL_ERROR_ZERO_RETURN: stage = .ended
        default:
            let verdict = SSL_get_verify_result(ssl)
            if verdict != Int(X509_V_OK) {
                stage = .failed(
                    String(cString: X509_verify_cert_error_string(verdict)))
            } else if let reason = ERR_reason_error_string(ERR_get_error()) {
                stage = .failed(String(cString: reason))
            } else {
                stage = .failed("the connection was closed")
            }
        }
    }
}
