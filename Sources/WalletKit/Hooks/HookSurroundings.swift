// What hooks need of the world.
import Programs

/// How programs are run, and what they may know of us.
public struct HookSurroundings: Sendable {
    /// Runs them.
    public var programs: any ProgramRunner
    /// The variables that a hook inherits; the wallet adds its own.
    public var environment: [String: String]
    /// How many hooks run us, one the other.
    public var depth: Int

    /// Surroundings; without a runner every hook that is there is refused.
    public init(
        programs: any ProgramRunner = NoPrograms(), environment: [String: String] = [:],
        depth: Int = 0
    ) {
        self.programs = programs
        self.environment = environment
        self.depth = depth
    }

    /// The variables of ours that a hook inherits.
    public static let inherited = ["PATH", "HOME", "LANG", "TZ", "TERM"]
    /// The variable that says how many hooks run each other.
    public static let depthName = "WALLET_HOOK_DEPTH"
}

/// Runs nothing.
public struct NoPrograms: ProgramRunner {
    /// A runner that refuses.
    public init() {}

    /// - Throws: `ProgramError`, always.
    public func run(_ program: Program) throws(ProgramError) -> ProgramOutcome {
        throw ProgramError(call: "run", path: program.path, code: ProgramError.notSupported)
    }
}
