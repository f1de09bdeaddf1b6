import Files
import Glibc
import Testing

@Suite struct FileTests {
    let folder = Folder()

    @Test func `what is written is read at every offset`() throws {
        let file = try File(folder.file("a"), .readWrite)
        try file.write(Array("hello world".utf8)[...], at: 0)
        try file.write(Array("W".utf8)[...], at: 6)
        #expect(try file.read(at: 0, count: 100) == Array("hello World".utf8))
        #expect(try file.read(at: 6, count: 3) == Array("Wor".utf8))
        #expect(try file.read(at: 11, count: 1) == [])
        #expect(try file.read(at: 500, count: 1) == [])
        #expect(try file.read(at: 0, count: 0) == [])
        #expect(try file.status().size == 11)
    }

    @Test func `a write behind the end leaves zeros between`() throws {
        let file = try File(folder.file("a"), .new)
        try file.write([7], at: 3)
        #expect(try file.read(at: 0, count: 9) == [0, 0, 0, 7])
    }

    @Test func `nothing is written for no bytes`() throws {
        let file = try File(folder.file("a"), .new)
        try file.write([], at: 10)
        #expect(try file.status().size == 0)
    }

    @Test func `truncation cuts and synchronizing succeeds`() throws {
        let file = try File(folder.file("a"), .new)
        try file.write([1, 2, 3, 4][...], at: 0)
        try file.truncate(to: 2)
        try file.synchronize()
        #expect(try file.read(at: 0, count: 9) == [1, 2])
    }

    @Test func `a new file is its owner's alone`() throws {
        let old = umask(0)
        defer { umask(old) }
        _ = try File(folder.file("a"), .new)
        _ = try File(folder.file("b"), .readWrite)
        #expect(folder.mode("a") == 0o600)
        #expect(folder.mode("b") == 0o600)
    }

    @Test func `a file that must be new is refused where one is`() throws {
        _ = try File(folder.file("a"), .new)
        let expected = FileError(call: "open", path: folder.file("a"), code: FileError.alreadyThere)
        #expect(throws: expected) { try File(folder.file("a"), .new) }
    }

    @Test func `a file that must be there is refused where none is`() throws {
        let error = #expect(throws: FileError.self) { try File(folder.file("a"), .read) }
        #expect(error?.isMissing == true)
        #expect(error?.isReadOnly == false)
        #expect(error?.reason == "No such file or directory")
        #expect(folder.names() == [])
    }

    @Test func `a symbolic link is not followed`() throws {
        _ = try File(folder.file("a"), .new)
        try #require(symlink(folder.file("a"), folder.file("b")) == 0)
        for mode in [File.Mode.read, .readWrite, .new] {
            #expect(throws: FileError.self) { try File(folder.file("b"), mode) }
        }
    }

    @Test func `a file opened for reading cannot be written or cut`() throws {
        _ = try FileSystem.create(folder.file("a"), with: [1])
        let file = try File(folder.file("a"), .read)
        #expect(throws: FileError(call: "pwrite", path: file.path, code: EBADF)) {
            try file.write([2], at: 0)
        }
        #expect(throws: FileError(call: "ftruncate", path: file.path, code: EINVAL)) {
            try file.truncate(to: 0)
        }
        #expect(try file.read(at: 0, count: 9) == [1])
    }

    @Test func `a full disk is an error and not a short write`() throws {
        let full = try File("/dev/full", .readWrite)
        #expect(throws: FileError(call: "pwrite", path: "/dev/full", code: ENOSPC)) {
            try full.write([1, 2, 3], at: 0)
        }
    }

    @Test func `the descriptor is closed with the last reference`() throws {
        var file: File? = try File(folder.file("a"), .new)
        let inode = try #require(try file?.status().inode)
        let descriptor = try #require(file?.descriptor)
        #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
        file = nil
        // Another test may have been given the number meanwhile, but never this file.
        var status = stat()
        #expect(fstat(descriptor, &status) != 0 || UInt64(status.st_ino) != inode)
    }

    @Test func `a directory's status says so`() throws {
        #expect(try FileSystem.status(folder.path)?.isDirectory == true)
        _ = try File(folder.file("a"), .new)
        let status = try #require(try FileSystem.status(folder.file("a")))
        #expect(!status.isDirectory)
        #expect(status.owner == getuid())
        #expect(status.mode == 0o600)
        #expect(try FileSystem.status(folder.file("none")) == nil)
        #expect(try FileSystem.status(folder.file("a/b")) == nil)
    }
}
