// The program: words in, exit status out. What a command needs is data in the table; what it does
// is its own file.
import CommandKit
import Glibc
import WalletKit

@main
enum Main {
    static func main() {
        Console.occupyStandardDescriptors()
        let console = Console()
        let environment = Live.environment()
        let tool = CommandTable.tool
        var status: Int32
        do {
            try checkArguments()
            status = try run(tool, console, environment)
            try console.finish()
        } catch {
            // What has been gathered was true before the failure.
            try? console.finish()
            status = Failure(error).report(to: console, isJSON: wantsJSON())
        }
        exit(status)
    }

    /// Two spellings that are not UTF-8 would become the same name.
    private static func checkArguments() throws {
        for index in 0..<Int(CommandLine.argc) {
            guard let word = CommandLine.unsafeArgv[index] else { continue }
            guard String(validatingCString: word) != nil else {
                throw Failure(.usage, "invalid-argument", "argument \(index) is not UTF-8")
            }
        }
    }

    /// Whether errors are wanted as JSON, told before the words are understood.
    private static func wantsJSON() -> Bool {
        CommandLine.arguments.dropFirst().prefix { $0 != "--" }.contains("--json")
    }

    private static func run(
        _ tool: Tool<Context>, _ console: Console, _ environment: [String: String]
    ) throws -> Int32 {
        switch try tool.parse(Array(CommandLine.arguments.dropFirst())) {
        case .overview:
            try console.write(tool.overview())
            return ExitStatus.done.rawValue
        case .version:
            try console.write("wallet \(tool.version)\n")
            return ExitStatus.done.rawValue
        case .help(let path):
            try console.write(tool.help(for: path))
            return ExitStatus.done.rawValue
        case .external(let name, let arguments, let common):
            try become(name, arguments, common, tool)
        case .run(let command, let invocation):
            try dress(console, environment, invocation)
            let context = try Context(
                console: console, tool: tool, environment: environment, common: invocation)
            guard let action = command.run else { throw ExitStatus.bug }
            if let directory = invocation.value("C"), chdir(directory) != 0 {
                throw Failure.noDirectory(directory)
            }
            try action(invocation, context)
            try console.flush()
            return context.status.rawValue
        }
    }

    private static func dress(
        _ console: Console, _ environment: [String: String], _ invocation: Invocation
    ) throws {
        let word = invocation.value("color") ?? environment["WALLET_COLOR_UI"] ?? "auto"
        guard let when = ColorChoice(rawValue: word) else {
            throw invocation.usageError(.invalidValue, "'--color' takes auto, always or never")
        }
        func style(_ isTerminal: Bool) -> Style {
            Style(
                isEnabled: ColorChoice.resolve(
                    when: when, isTerminal: isTerminal, noColor: environment["NO_COLOR"],
                    cliColorForce: environment["CLICOLOR_FORCE"],
                    terminalType: environment["TERM"]))
        }
        console.outputStyle = style(console.isOutputTerminal)
        console.errorStyle = style(console.isErrorTerminal)
    }

    /// `wallet NAME` is `wallet-NAME` on the path, as with git.
    private static func become(
        _ name: String, _ arguments: [String], _ common: Invocation, _ tool: Tool<Context>
    ) throws -> Never {
        let isName = name.utf8.allSatisfy {
            (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
        }
        if isName {
            if let directory = common.value("C") { setenv("WALLET_DIR", directory, 1) }
            Child.become(["wallet-" + name] + arguments)
        }
        throw tool.unknownCommand(name)
    }
}
