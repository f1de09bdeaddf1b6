import Files
import Glibc
import Testing

@Suite struct DirectoryLockTests {
    let folder = Folder()

    /// Takes the lock, after a while if need be: programs that other tests are starting at this moment hold copies of
    /// every descriptor until they run.
    private func eventually() throws -> DirectoryLock? {
        for _ in 0..<5_000 {
            if let lock = try DirectoryLock(folder.path) { return lock }
            usleep(1_000)
        }
        return nil
    }

    @Test func `a second lock is not given while the first is held`() throws {
        var first = try DirectoryLock(folder.path)
        #expect(first != nil)
        #expect(try DirectoryLock(folder.path) == nil)
        first = nil
        #expect(try eventually() != nil)
    }

    @Test func `another process is locked out and let in afterwards`() throws {
        let attempt = ["flock", "--nonblock", folder.path, "true"]
        var lock = try DirectoryLock(folder.path)
        #expect(lock != nil)
        #expect(run(attempt) == 1)
        lock = nil
        #expect(try eventually() != nil)
        #expect(run(["flock", "--timeout", "5", folder.path, "true"]) == 0)
    }

    @Test func `a lock that another process holds is not given`() throws {
        // The shell holds the lock while it asks whether this test has made the mark.
        let script = """
            touch '\(folder.path)/held'; while [ ! -e '\(folder.path)/go' ]; do sleep 0.01; done
            """
        let process = try #require(spawn(["flock", folder.path, "sh", "-c", script]))
        while !folder.names().contains("held") { usleep(1_000) }
        #expect(try DirectoryLock(folder.path) == nil)
        _ = try FileSystem.create(folder.file("go"), with: [])
        wait(for: process)
        #expect(try eventually() != nil)
    }

    @Test func `a lock is not inherited by programs that are started`() throws {
        var lock = try DirectoryLock(folder.path)
        #expect(lock != nil)
        let process = try #require(spawn(["sleep", "20"]))
        lock = nil
        #expect(try eventually() != nil)
        #expect(waitpid(process, nil, WNOHANG) == 0, "the program still runs")
        kill(process, SIGKILL)
        wait(for: process)
    }

    /// A descriptor closed twice closes somebody else's the second time.
    @Test func `a refused lock closes its own descriptor and no other`() async throws {
        let folder = folder
        let lock = try DirectoryLock(folder.path)
        #expect(lock != nil)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for _ in 0..<10_000 { _ = try? DirectoryLock(folder.path) }
            }
            group.addTask {
                for _ in 0..<10_000 {
                    let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
                    let isOpen = fcntl(descriptor, F_GETFD) >= 0
                    let isClosed = close(descriptor) == 0
                    if !isOpen || !isClosed {
                        Issue.record("somebody closed a descriptor that was not theirs")
                        return
                    }
                }
            }
        }
        #expect(try DirectoryLock(folder.path) == nil)
        withExtendedLifetime(lock) {}
    }

    @Test func `what is no directory cannot be locked`() throws {
        _ = try FileSystem.create(folder.file("a"), with: [])
        #expect(throws: FileError(call: "open", path: folder.file("a"), code: ENOTDIR)) {
            try DirectoryLock(folder.file("a"))
        }
        #expect(throws: FileError(call: "open", path: folder.file("b"), code: ENOENT)) {
            try DirectoryLock(folder.file("b"))
        }
    }
}
