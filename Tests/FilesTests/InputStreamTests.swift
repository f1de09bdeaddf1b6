import Files
import Glibc
import Testing

@Suite struct InputStreamTests {
    let folder = Folder()

    @Test func `bytes are read in pieces of at most the count to their end`() throws {
        let stream = InputStream(bytes: Array(0..<10))
        #expect(stream.name == nil)
        #expect(stream.isReady())
        #expect(try stream.read(4) == [0, 1, 2, 3])
        #expect(try stream.read(4) == [4, 5, 6, 7])
        #expect(try stream.read(4) == [8, 9])
        #expect(try stream.read(4) == [])
        #expect(try stream.read(4) == [])
    }

    @Test func `a file is read to its end`() throws {
        _ = try FileSystem.create(folder.file("a"), with: [1, 2, 3])
        let stream = try InputStream(path: folder.file("a"))
        #expect(stream.name == folder.file("a"))
        #expect(try stream.read(2) == [1, 2])
        #expect(try stream.read(2) == [3])
        #expect(try stream.read(2) == [])
    }

    @Test func `a file that is not there is refused`() {
        #expect(throws: FileError(call: "open", path: folder.file("a"), code: ENOENT)) {
            try InputStream(path: folder.file("a"))
        }
    }

    @Test func `a pipe gives what has come and is ready only when something has`() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        let stream = InputStream(descriptor: ends[0])
        #expect(!stream.isReady())
        try #require(write(ends[1], "ab", 2) == 2)
        #expect(stream.isReady())
        #expect(try stream.read(100) == Array("ab".utf8))
        #expect(!stream.isReady())
        close(ends[1])
        #expect(stream.isReady())
        #expect(try stream.read(100) == [])
    }

    @Test func `a borrowed descriptor stays open`() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        do { _ = InputStream(descriptor: ends[0]) }
        #expect(fcntl(ends[0], F_GETFD) >= 0)
    }

    @Test func `a directory cannot be read as a stream`() throws {
        let stream = try InputStream(path: folder.path)
        #expect(throws: FileError(call: "read", path: folder.path, code: EISDIR)) {
            try stream.read(1)
        }
    }
}
