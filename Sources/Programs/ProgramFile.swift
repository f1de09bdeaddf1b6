// Whether a file may be run as a hook: what git and ssh ask of theirs.
import Glibc

/// An executable file that nobody but its owner, or root, can have put there.
public enum ProgramFile {
    /// Why a file is not run.
    public enum Defect: Sendable, Equatable {
        /// A directory, a symbolic link, a socket.
        case notRegular
        /// We may not execute it.
        case notExecutable
        /// Somebody else's.
        case foreignOwner(UInt32)
        /// Others may write to it, or put another file in its place.
        case openToOthers(path: String)
    }

    /// What is at a path.
    public enum Finding: Sendable, Equatable {
        /// Nothing.
        case absent
        /// A file that may be run.
        case runnable
        /// A file that is not run.
        case defective(Defect)
    }

    /// Looks at the file `name` in `directory`; links are not followed.
    /// - Throws: `ProgramError` where the system does not say.
    public static func look(at name: String, in directory: String) throws(ProgramError) -> Finding {
        let path = directory + "/" + name
        guard let file = try status(path) else { return .absent }
        guard file.st_mode & S_IFMT == S_IFREG else { return .defective(.notRegular) }
        // Whoever may write to the directory may put another file in the place of this one.
        for (path, status) in [(path, file), (directory, try followed(directory))] {
            guard status.st_uid == geteuid() || status.st_uid == 0 else {
                return .defective(.foreignOwner(status.st_uid))
            }
            guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
                return .defective(.openToOthers(path: path))
            }
        }
        // Root may do anything, but execute only where somebody may.
        guard access(path, X_OK) == 0 else { return .defective(.notExecutable) }
        return .runnable
    }

    private static func status(_ path: String) throws(ProgramError) -> stat? {
        var result = stat()
        if lstat(path, &result) == 0 { return result }
        let failure = ProgramError(call: "lstat", path: path, code: errno)
        if failure.isMissing { return nil }
        throw failure
    }

    private static func followed(_ path: String) throws(ProgramError) -> stat {
        var result = stat()
        if stat(path, &result) == 0 { return result }
        throw ProgramError(call: "stat", path: path, code: errno)
    }
}
