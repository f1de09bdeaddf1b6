// Servers behind Unix sockets, and the files that stand for them.
import Glibc
import Testing

@testable import Network

@Suite struct UnixSocketTests {
    private let scratch = Scratch()
    private var path: String { scratch.path + "/socket" }
    private let hello = "GET /hello?x HTTP/1.1\r\nHost: a\r\n\r\n"

    private func mode(_ path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode : nil
    }

    @Test func `only the owner may use it, and it goes with the server`() throws {
        let rig = try Rig(["unix:\(path)"])
        #expect(rig.address == .unix(path: path))
        #expect(mode(path).map { $0 & 0o777 } == 0o600)
        let client = try rig.connect()
        #expect(client.ask(hello).body == "hello x")
        #expect(client.ask("GET /peer HTTP/1.1\r\nHost: a\r\n\r\n").body == "unix true")
        rig.server.stop(graceSeconds: 0)
        #expect(mode(path) == nil)
    }

    @Test func `an operator may let others in`() throws {
        let loop = try EventLoop()
        let server = HTTPServer(
            loop: loop, addresses: [.unix(path: path)], socketMode: 0o660, clock: { 0 },
            handler: TestHandler())
        _ = try server.start()
        #expect(mode(path).map { $0 & 0o777 } == 0o660)
        server.stop(graceSeconds: 0)
    }

    @Test func `a socket that nobody listens on is replaced`() throws {
        var name = try #require(SocketAddress(path: path))
        let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let isBound = name.bind(dead)
        #expect(isBound)
        close(dead)
        let rig = try Rig(["unix:\(path)"])
        #expect(try rig.connect().ask(hello).body == "hello x")
    }

    @Test func `a socket in use and any other file stay`() throws {
        let rig = try Rig(["unix:\(path)"])
        let error = NetworkError.cannotListen(
            address: "unix:\(path)", reason: "Address already in use")
        #expect(throws: error) { try Rig(["unix:\(path)"]) }
        #expect(try rig.connect().ask(hello).body == "hello x")
        let file = scratch.path + "/file"
        close(creat(file, 0o644))
        #expect(throws: NetworkError.self) { try Rig(["unix:\(file)"]) }
        #expect(mode(file).map { $0 & S_IFMT } == S_IFREG)
    }

    @Test func `the file of a later server is left alone`() throws {
        let rig = try Rig(["unix:\(path)"])
        unlink(path)
        let other = try Rig(["unix:\(path)"])
        rig.server.stop(graceSeconds: 0)
        #expect(try other.connect().ask(hello).body == "hello x")
    }
}
