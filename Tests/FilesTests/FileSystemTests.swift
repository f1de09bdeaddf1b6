import Files
import Glibc
import Testing

@Suite struct FileSystemTests {
    let folder = Folder()

    @Test func `a file is read whole up to the limit and refused one past it`() throws {
        _ = try FileSystem.create(folder.file("a"), with: [1, 2, 3])
        #expect(try FileSystem.read(folder.file("a"), limit: 3) == [1, 2, 3])
        #expect(throws: FileError(call: "read", path: folder.file("a"), code: EFBIG)) {
            try FileSystem.read(folder.file("a"), limit: 2)
        }
    }

    @Test func `replacing leaves the new contents and nothing beside them`() throws {
        try FileSystem.replace(folder.file("a"), with: [1])
        try FileSystem.replace(folder.file("a"), with: [2, 3])
        #expect(try FileSystem.read(folder.file("a"), limit: 9) == [2, 3])
        #expect(folder.names() == ["a"])
        #expect(folder.mode("a") == 0o600)
    }

    @Test func `replacing puts another file there and never changes the old one`() throws {
        try FileSystem.replace(folder.file("a"), with: [1])
        let old = try File(folder.file("a"), .read)
        try FileSystem.replace(folder.file("a"), with: [2])
        #expect(try old.read(at: 0, count: 9) == [1])
        #expect(try FileSystem.status(folder.file("a"))?.inode != old.status().inode)
    }

    @Test func `what a crash left beside the file is overwritten`() throws {
        _ = try FileSystem.create(folder.file("a.new"), with: [9, 9, 9])
        try FileSystem.replace(folder.file("a"), with: [1])
        #expect(folder.names() == ["a"])
    }

    @Test func `a link left beside the file is not followed`() throws {
        _ = try FileSystem.create(folder.file("victim"), with: [9])
        try #require(symlink(folder.file("victim"), folder.file("a.new")) == 0)
        try FileSystem.replace(folder.file("a"), with: [1])
        #expect(try FileSystem.read(folder.file("victim"), limit: 9) == [9])
    }

    @Test func `a replacement that fails leaves the old contents and no litter`() throws {
        try FileSystem.makeDirectory(folder.file("a"))
        _ = try FileSystem.create(folder.file("a/x"), with: [1])
        #expect(throws: FileError.self) { try FileSystem.replace(folder.file("a"), with: [2]) }
        #expect(folder.names() == ["a"])
        #expect(try FileSystem.read(folder.file("a/x"), limit: 9) == [1])
    }

    @Test func `creating where something is changes nothing and says so`() throws {
        #expect(try FileSystem.create(folder.file("a"), with: [1]))
        #expect(try !FileSystem.create(folder.file("a"), with: [2]))
        #expect(try FileSystem.read(folder.file("a"), limit: 9) == [1])
        #expect(folder.names() == ["a"])
        #expect(folder.mode("a") == 0o600)
    }

    @Test func `a reader of a file that is being replaced sees one of the contents whole`()
        async throws
    {
        let path = folder.file("a")
        let contents = (0..<4).map { [UInt8](repeating: $0, count: 20_000 + Int($0)) }
        try FileSystem.replace(path, with: contents[0])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for round in 0..<60 { try FileSystem.replace(path, with: contents[round % 4]) }
            }
            group.addTask {
                for _ in 0..<300 {
                    let seen = try FileSystem.read(path, limit: 100_000)
                    #expect(contents.contains(seen))
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `directories are made for their owner, listed by bytes, removed with all in them`()
        throws
    {
        try FileSystem.makeDirectory(folder.file("d"))
        #expect(folder.mode("d") == 0o700)
        for name in ["b", "a", "é", "B", "a.b"] {
            _ = try FileSystem.create(folder.file("d/" + name), with: [])
        }
        try FileSystem.makeDirectory(folder.file("d/e"))
        _ = try FileSystem.create(folder.file("d/e/f"), with: [])
        #expect(try FileSystem.list(folder.file("d")) == ["B", "a", "a.b", "b", "e", "é"])
        _ = try FileSystem.create(folder.file("kept"), with: [1])
        try #require(symlink(folder.path, folder.file("d/link")) == 0)
        try FileSystem.removeTree(folder.file("d"))
        #expect(folder.names() == ["kept"])
    }

    @Test func `a directory is made once and under a parent that is there`() throws {
        try FileSystem.makeDirectory(folder.file("d"))
        #expect(throws: FileError(call: "mkdir", path: folder.file("d"), code: EEXIST)) {
            try FileSystem.makeDirectory(folder.file("d"))
        }
        #expect(throws: FileError(call: "mkdir", path: folder.file("x/y"), code: ENOENT)) {
            try FileSystem.makeDirectory(folder.file("x/y"))
        }
    }

    @Test func `removing what is not there is no error`() throws {
        try FileSystem.remove(folder.file("a"))
        _ = try FileSystem.create(folder.file("a"), with: [])
        try FileSystem.remove(folder.file("a"))
        #expect(folder.names() == [])
    }

    @Test func `renaming moves`() throws {
        _ = try FileSystem.create(folder.file("a"), with: [1])
        try FileSystem.rename(folder.file("a"), to: folder.file("b"))
        #expect(folder.names() == ["b"])
        #expect(throws: FileError(call: "rename", path: folder.file("c"), code: ENOENT)) {
            try FileSystem.rename(folder.file("a"), to: folder.file("c"))
        }
    }

    @Test(arguments: [("/a/b/c", "/a/b"), ("/a", "/"), ("a", "."), ("a/b", "a"), ("/", "/")])
    func `a path's parent is what stands before its last slash`(path: String, parent: String) {
        #expect(FileSystem.parent(of: path) == parent)
    }

    @Test func `synchronizing what is no directory is refused`() throws {
        try FileSystem.synchronizeDirectory(folder.path)
        _ = try FileSystem.create(folder.file("a"), with: [])
        #expect(throws: FileError(call: "open", path: folder.file("a"), code: ENOTDIR)) {
            try FileSystem.synchronizeDirectory(folder.file("a"))
        }
    }
}
