// A failed start in words.
import Glibc

extension ProgramError {
    /// The reason for people.
    public var reason: String {
        // A script whose first line names no interpreter; a shell would guess.
        if code == ENOEXEC { return "neither a program nor a script that begins with '#!'" }
        return String(cString: strerror(code))
    }

    /// Whether there is nothing at the path.
    public var isMissing: Bool { code == ENOENT || code == ENOTDIR }

    /// The code of a runner that runs nothing.
    public static let notSupported = ENOTSUP
}
