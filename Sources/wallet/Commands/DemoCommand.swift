// wallet demo: the whole story, told by the program itself.
import CommandKit
import Files
import Glibc
import WalletKit

enum DemoCommand {
    static let command = Command<Context>(
        "demo", summary: "tell the whole story in a temporary directory",
        details: [
            "Makes a wallet in a temporary directory and runs real commands there, each printed before it "
                + "runs. Nothing of it stays."
        ],
        options: [CommandOption("keep", summary: "keep the directory and say where it is")],
        examples: [CommandExample("wallet demo", "watch a pub issue beers")],
        group: CommandTable.Group.start, needsWallet: false
    ) { invocation, context in
        let directory = try FileSystem.makeTemporaryDirectory("wallet-demo")
        defer {
            if !invocation.flag("keep") { try? FileSystem.removeTree(directory) }
        }
        try prepare(directory)
        for scene in story { try play(scene, context) }
        if invocation.flag("keep") { context.say("the wallet is in \(directory)") }
    }

    /// The commands run as in a shell: in the directory, with this very program first on the path.
    private static func prepare(_ directory: String) throws {
        let program = try Context.absolute("/proc/self/exe")
        let programs = directory + "/bin"
        try FileSystem.makeDirectory(programs)
        guard symlink(program, programs + "/wallet") == 0, chdir(directory) == 0 else {
            throw FileError(call: "symlink", path: programs, code: errno)
        }
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        setenv("PATH", "\(programs):\(path)", 1)
        setenv("HOME", directory, 1)
        for name in ["WALLET_DIR", "WALLET_PASSPHRASE_FILE", "XDG_CONFIG_HOME"] { unsetenv(name) }
    }

    private static func play(_ scene: (text: String, commands: [String]), _ context: Context) throws
    {
        let style = context.console.outputStyle
        try context.console.write("\n" + style.bold("# \(scene.text)") + "\n")
        for command in scene.commands {
            try context.console.write(style.green("$ ") + command + "\n")
            try context.console.flush()
            let isExpectedToFail = command.hasPrefix("! ")
            // Both streams are shown as a terminal would show them.
            guard
                let process = Child.spawn([
                    "/bin/sh", "-c",
                    "exec 2>&1; \(isExpectedToFail ? String(command.dropFirst(2)) : command)",
                ])
            else { throw FileError(call: "posix_spawn", path: "/bin/sh", code: errno) }
            let status = Child.wait(process)
            let expected = isExpectedToFail ? ExitStatus.refused : .done
            guard status == expected.rawValue else {
                throw Failure(.bug, "demo", "'\(command)' ended with \(status)")
            }
        }
    }

    private static let story: [(text: String, commands: [String])] = [
        (
            "A wallet is a directory. Twelve words restore it.",
            ["wallet init --no-passphrase --name pub"]
        ),
        (
            "Anybody issues a unit of account; this pub issues beers. Bob and Alice get addresses here too.",
            [
                "wallet unit new BEER --scale 0 --name 'a beer' > unit.json",
                "wallet address new --name bob", "wallet address new --name alice",
            ]
        ),
        (
            "The pub promises Bob ten beers. A promise is one line of signed JSON; clearing makes it count.",
            [
                "wallet issue 10 BEER --to bob > promise.json",
                "wallet verify promise.json",
                "wallet clear promise.json > receipt.json",
                "wallet verify receipt.json",
            ]
        ),
        (
            "Bob pays Alice. The same call with the same id never pays twice.",
            [
                "wallet pay 4 BEER --from bob --to alice --note 'friday round' --id round-1 | wallet clear > receipt.json",
                "wallet pay 4 BEER --from bob --to alice --note 'friday round' --id round-1 | wallet clear > receipt.json",
                "wallet balance",
            ]
        ),
        (
            "Nobody spends what he has not.",
            ["! wallet pay 100 BEER --from bob --to alice | wallet clear"]
        ),
        (
            "The issuer grants Alice credit: she may owe up to five.",
            [
                "wallet issue 0 BEER --to alice --credit 5 --clear > receipt.json",
                "wallet pay 7 BEER --from alice --to bob --clear > receipt.json",
                "wallet balance --unit BEER",
            ]
        ),
        (
            "The log is the truth; the index beside it can be thrown away.",
            ["wallet log", "rm .wallet/graph.db*", "wallet reindex", "wallet balance bob"]
        ),
    ]
}
