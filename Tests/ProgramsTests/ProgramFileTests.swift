// Which files may be run as hooks.
import Glibc
import Testing

@testable import Programs

@Suite("Files that may be run")
struct ProgramFileTests {
    @Test("An executable file of ours that nobody else writes to may be run")
    func runnable() throws {
        let scripts = try Scripts()
        for mode: mode_t in [0o700, 0o755, 0o500, 0o555] {
            _ = try scripts.write("hook", "#!/bin/sh\n", mode: mode)
            #expect(try ProgramFile.look(at: "hook", in: scripts.directory) == .runnable)
            unlink(scripts.directory + "/hook")
        }
    }

    @Test("Nothing, in a folder or without one, is nothing")
    func absent() throws {
        let scripts = try Scripts()
        #expect(try ProgramFile.look(at: "hook", in: scripts.directory) == .absent)
        #expect(try ProgramFile.look(at: "hook", in: scripts.directory + "/no") == .absent)
        _ = try scripts.write("file", "")
        #expect(try ProgramFile.look(at: "hook", in: scripts.directory + "/file") == .absent)
    }

    @Test("A file that others may write to is not run", arguments: [0o720, 0o702, 0o777, 0o775])
    func open(mode: Int) throws {
        let scripts = try Scripts()
        let path = try scripts.write("hook", "#!/bin/sh\n", mode: mode_t(mode))
        #expect(
            try ProgramFile.look(at: "hook", in: scripts.directory)
                == .defective(.openToOthers(path: path)))
    }

    @Test("A file in a folder that others may write to is not run")
    func openDirectory() throws {
        let scripts = try Scripts()
        _ = try scripts.write("hook", "#!/bin/sh\n")
        chmod(scripts.directory, 0o777)
        #expect(
            try ProgramFile.look(at: "hook", in: scripts.directory)
                == .defective(.openToOthers(path: scripts.directory)))
    }

    @Test("Links, folders and pipes are not run")
    func kinds() throws {
        let scripts = try Scripts()
        symlink("/bin/true", scripts.directory + "/link")
        symlink("/no/such", scripts.directory + "/dangling")
        mkdir(scripts.directory + "/folder", 0o700)
        mkfifo(scripts.directory + "/pipe", 0o700)
        for name in ["link", "dangling", "folder", "pipe"] {
            #expect(
                try ProgramFile.look(at: name, in: scripts.directory) == .defective(.notRegular),
                "\(name)")
        }
    }

    @Test("A file without permission to execute is not run", arguments: [0o600, 0o644, 0o400])
    func mode(mode: Int) throws {
        let scripts = try Scripts()
        _ = try scripts.write("hook", "#!/bin/sh\n", mode: mode_t(mode))
        #expect(
            try ProgramFile.look(at: "hook", in: scripts.directory) == .defective(.notExecutable))
    }

    @Test("A file of somebody else is not run", .enabled(if: geteuid() == 0))
    func owner() throws {
        let scripts = try Scripts()
        let path = try scripts.write("hook", "#!/bin/sh\n")
        try #require(chown(path, 12_345, 0) == 0)
        #expect(
            try ProgramFile.look(at: "hook", in: scripts.directory)
                == .defective(.foreignOwner(12_345)))
    }
}
