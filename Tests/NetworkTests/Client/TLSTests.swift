// TLS between our own server and our own client.
import Foundation
import Testing

@testable import Network

/// An authority, and certificates that it has signed, made by the program 'openssl'.
private struct Certificates {
    let scratch = Scratch()
    var authority: String { scratch.path + "/ca.pem" }

    /// - Throws: where there is no 'openssl'.
    init() throws {
        try openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=test")
    }

    /// A certificate for `names`, as 'DNS:localhost,IP:127.0.0.1'.
    func files(_ names: String) throws -> TLSFiles {
        let name = "server\(abs(names.hashValue))"
        try "subjectAltName=\(names)\n".write(
            toFile: "\(scratch.path)/\(name).ext", atomically: false, encoding: .utf8)
        try openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
            "\(name).key", "-out", "\(name).csr", "-subj", "/CN=server")
        try openssl(
            "x509", "-req", "-in", "\(name).csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-days", "2", "-extfile", "\(name).ext", "-out", "\(name).pem")
        return TLSFiles(
            certificatePath: "\(scratch.path)/\(name).pem",
            keyPath: "\(scratch.path)/\(name).key")
    }

    private func openssl(_ words: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + words
        process.currentDirectoryURL = URL(fileURLWithPath: scratch.path)
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }
}

@Suite struct TLSTests {
    private let certificates: Certificates
    private let loop: EventLoop

    init() throws {
        certificates = try Certificates()
        loop = try EventLoop()
    }

    private func client(_ trust: TLSTrust? = nil) -> HTTPClient {
        HTTPClient(
            loop: loop, trust: trust ?? .file(path: certificates.authority),
            allowsPrivateAddresses: true)
    }

    private func url(_ rig: Rig, host: String, _ path: String) throws -> WebURL {
        guard case .network(_, let port) = rig.address else { throw CancellationError() }
        return try WebURL("https://\(host):\(port)\(path)")
    }

    private func send(
        _ request: HTTPRequest, _ trust: TLSTrust? = nil
    ) -> Result<HTTPResponse, NetworkError> {
        Result { () throws(NetworkError) in try client(trust).send(request) }
    }

    @Test func `requests go to and fro, by name and by address`() throws {
        let rig = try Rig(
            ["127.0.0.1:0"], tls: try certificates.files("DNS:localhost,IP:127.0.0.1"))
        let client = client()
        let body = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        for host in ["localhost", "127.0.0.1"] {
            let hello = try client.send(HTTPRequest("GET", url(rig, host: host, "/hello?x")))
            #expect(hello.body == Array("hello x".utf8))
            let echo = try client.send(
                HTTPRequest("POST", url(rig, host: host, "/echo"), body: body))
            #expect(echo.body == body)
            let large = try client.send(HTTPRequest("GET", url(rig, host: host, "/large?5000000")))
            #expect(large.body.count == 5_000_000)
            #expect(try client.send(HTTPRequest("GET", url(rig, host: host, "/bye"))).closes)
        }
    }

    @Test func `a certificate for somebody else is refused`() throws {
        let rig = try Rig(["127.0.0.1:0"], tls: try certificates.files("DNS:other.example"))
        #expect(
            send(HTTPRequest("GET", try url(rig, host: "localhost", "/hello")))
                == .failure(.insecure(host: "localhost", reason: "hostname mismatch")))
        #expect(
            send(HTTPRequest("GET", try url(rig, host: "127.0.0.1", "/hello")))
                == .failure(.insecure(host: "127.0.0.1", reason: "IP address mismatch")))
        #expect(rig.handler.notes.isEmpty)
    }

    @Test func `a certificate of somebody whom nobody trusts is refused`() throws {
        let rig = try Rig(["127.0.0.1:0"], tls: try certificates.files("DNS:localhost"))
        let request = HTTPRequest("GET", try url(rig, host: "localhost", "/hello"))
        let other = try Certificates()
        for trust in [TLSTrust.system, .file(path: other.authority)] {
            guard case .failure(.insecure(host: "localhost", _)) = send(request, trust) else {
                Issue.record("it is trusted")
                continue
            }
        }
        #expect(
            send(request, .file(path: "/nowhere"))
                == .failure(
                    .unusableCertificate(path: "/nowhere", reason: "No such file or directory")))
    }

    @Test func `who speaks no TLS, or only an old one, is refused`() throws {
        let plain = try Rig()
        guard
            case .failure(.insecure) = send(
                HTTPRequest("GET", try url(plain, host: "127.0.0.1", "/hello")))
        else {
            Issue.record("there was no TLS")
            return
        }
        let rig = try Rig(["127.0.0.1:0"], tls: try certificates.files("DNS:localhost"))
        let client = try rig.connect()
        client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(!client.receiveAllText().contains("HTTP/1.1 200"))
        // A greeting of TLS 1.1.
        let old = try rig.connect()
        old.send(
            [0x16, 3, 1, 0, 45, 1, 0, 0, 41, 3, 2] + [UInt8](repeating: 7, count: 32)
                + [0, 0, 2, 0, 0x2f, 1, 0])
        // An alert is no greeting.
        #expect(old.receiveAll().first != 0x16)
    }

    @Test func `a server that says nothing is given up`() throws {
        let server = try ScriptedServer { client, _ in _ = client.receiveAll() }
        var limits = ClientLimits()
        limits.connectMilliseconds = 150
        let client = HTTPClient(loop: loop, allowsPrivateAddresses: true, limits: limits)
        #expect(
            throws: NetworkError.timedOut(host: "127.0.0.1", what: "connection", seconds: 0)
        ) { try client.send(HTTPRequest("GET", server.url("https"))) }
        server.stop()
    }

    @Test func `a WebSocket goes over TLS`() throws {
        let rig = try Rig(["127.0.0.1:0"], tls: try certificates.files("DNS:localhost"))
        guard case .network(_, let port) = rig.address else { return }
        let client = WebSocketClient(
            loop: loop, trust: .file(path: certificates.authority), allowsPrivateAddresses: true)
        let inbox = Inbox()
        let channel = try client.open(
            try WebURL("wss://localhost:\(port)/socket"), sink: inbox)
        channel.send(.text("hello"))
        #expect(inbox.next() == .text("hello"))
        channel.close(code: 1000, reason: "")
        #expect(inbox.end() == 1000)
    }

    @Test func `certificate and key must be there and belong together`() throws {
        let first = try certificates.files("DNS:localhost")
        let second = try certificates.files("DNS:other.example")
        for files in [
            TLSFiles(certificatePath: "/nowhere", keyPath: first.keyPath),
            TLSFiles(certificatePath: first.certificatePath, keyPath: "/nowhere"),
            TLSFiles(certificatePath: first.certificatePath, keyPath: second.keyPath),
            TLSFiles(certificatePath: first.keyPath, keyPath: first.keyPath),
        ] {
            guard
                case .unusableCertificate = #expect(
                    throws: NetworkError.self,
                    performing: {
                        try Rig(["127.0.0.1:0"], tls: files)
                    })
            else {
                Issue.record("\(files) are taken")
                continue
            }
        }
    }

    @Test func `a Unix socket has no TLS`() throws {
        let rig = try Rig(
            ["unix:\(certificates.scratch.path)/s"], tls: try certificates.files("DNS:localhost"))
        #expect(
            try rig.connect().ask("GET /hello?x HTTP/1.1\r\nHost: a\r\n\r\n").body == "hello x")
    }
}
