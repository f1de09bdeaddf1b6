// The one table of commands: parsing, help, manual pages and completions come from it.
import CommandKit

enum CommandTable {
    /// The program's version; the interface of `--json` and the exit statuses holds within a major
    /// one.
    static let version = "0.1.0"

    static let tool = Tool<Context>(
        name: "wallet", summary: "git for promises to pay", version: version,
        details: [
            "A wallet is a directory of signed documents. Anybody issues a unit of "
                + "account; signed promises to pay (IOUs) are cleared against balances within "
                + "limits. Every document is canonical JSON, addressed by its hash; the "
                + "database beside them is an index that can be rebuilt.",
            "Documents travel as lines of JSON on standard input and output. What is "
                + "said to people goes to standard error. A name, a unit's code, an address or "
                + "the beginning of one may stand wherever an address is expected.",
            "The wallet is the one named by `-C`, else by WALLET_DIR, else the nearest "
                + "`.wallet` in this directory or above it, else `~/.wallet`.",
            "A command NAME that is not listed here is looked for as the program "
                + "`wallet-NAME` on the path.",
        ],
        commands: commands, commonOptions: commonOptions, completionOptions: ["C"],
        environment: environment, files: files, exitStatuses: exitStatuses,
        examples: [
            CommandExample("wallet init --no-passphrase", "make a wallet here"),
            CommandExample("wallet unit new BEER", "define a unit that you issue"),
            CommandExample(
                "wallet issue 100 BEER --to bob | wallet clear | jq .",
                "promise, clear, look at the transaction"),
        ])

    private static let commands: [Command<Context>] = [
        InitCommand.command, RestoreCommand.command, DemoCommand.command,
        AddressCommand.command, ContactCommand.command, UnitCommand.command, KeyCommand.command,
        CloneCommand.command, SyncCommand.command, BundleCommand.command, DeviceCommand.command,
        LeaseCommand.command, RetryCommand.command, CancelCommand.command, SyncServeCommand.command,
        PeerCommand.command, UserCommand.command, InviteCommand.command,
        IssueCommand.command, PayCommand.command, LimitCommand.command, SignCommand.command,
        ClearCommand.command,
        BalanceCommand.command, LogCommand.command, ShowCommand.command, WatchCommand.command,
        ServeCommand.command,
        SendCommand.command, InboxCommand.command,
        RequestCommand.command, RequestsCommand.command, ProxyCommand.command,
        ChannelCommand.command, CoinCommand.command,
        PaymailCommand.command,
        SealCommand.command, ProveCommand.command, VerifyCommand.command,
        CheckpointCommand.command, WitnessCommand.command, AuditCommand.command,
        HeadersCommand.command,
        FsckCommand.command, ReindexCommand.command, HookCommand.command,
        ConfigCommand.command, HelpCommand.command,
        CompletionCommand.command, ManualCommand.command, VersionCommand.command,
    ]

    /// Headings of the overview, in their order.
    enum Group {
        static let start = "Start"
        static let names = "Names and keys"
        static let promise = "Promise and clear"
        static let look = "Look"
        static let share = "Meet others"
        static let direct = "Be paid directly"
        static let secure = "Seal and prove"
        static let keep = "Keep"
    }

    private static let commonOptions: [CommandOption] = [
        CommandOption(
            "C", value: "DIR", completion: .directory,
            summary: "work as if started in DIR; other paths start there too"),
        CommandOption(
            "c", value: "KEY=VALUE", summary: "set a configuration value for this run",
            isRepeating: true),
        CommandOption("json", summary: "report as lines of JSON, errors too"),
        CommandOption("quiet", short: "q", summary: "say nothing to people except errors"),
        CommandOption(
            "color", value: "WHEN", completion: .choice(["auto", "always", "never"]),
            summary: "colour: auto, always or never"),
        CommandOption("no-pager", summary: "do not page long output"),
        CommandOption(
            "wait", value: "SECONDS", summary: "wait this long for another writer (60)"),
        CommandOption(
            "passphrase-file", value: "FILE", completion: .file,
            summary: "read the passphrase from FILE"),
        CommandOption(
            "passphrase-fd", value: "N", summary: "read the passphrase from file descriptor N"),
        .help, .version,
    ]

    private static let environment: [Tool<Context>.Entry] = [
        .init("WALLET_DIR", "the wallet: the directory that holds '.wallet', or '.wallet' itself"),
        .init("WALLET_PASSPHRASE_FILE", "the file that the passphrase is read from"),
        .init(
            "WALLET_CHANNEL_TOKEN, WALLET_CHANNEL_PASSWORD",
            "what opens a channel, and an account on a channel server"),
        .init("WALLET_PAGER, PAGER", "the program that pages long output on a terminal"),
        .init("WALLET_SECTION_KEY", "a setting: WALLET_PAY_EXPIRES is pay.expires"),
        .init("NO_COLOR, CLICOLOR_FORCE", "never, or always, colour output"),
        .init("XDG_CONFIG_HOME", "where 'wallet/config', your own configuration, is"),
    ]

    private static let files: [Tool<Context>.Entry] = [
        .init(".wallet/config", "configuration and names, in git's syntax"),
        .init(".wallet/keys/", "one file a key or seed, mode 0600"),
        .init(".wallet/documents/journal.ndjson", "the log: every document, one a line"),
        .init(
            ".wallet/documents/HEIGHT-HASH.ndjson",
            "a sealed part of the log; its last line is "
                + "the block"),
        .init(
            ".wallet/stacks/", "checkpoint, tiles and headers, made from the log, to be published"),
        .init(
            ".wallet/peers/",
            "what is known of other domains: receipts, logs that are witnessed, accusations"
        ),
        .init(
            ".wallet/quarantine/", "what 'wallet fsck --repair' has taken out of the log"),
        .init(".wallet/graph.db", "the index; 'wallet reindex' rebuilds it"),
        .init(".wallet/hooks/", "your programs, and how they ended; see 'wallet hook'"),
        .init(".wallet/users/", "custodial users, one file each, with the hash of the token"),
        .init(".wallet/invited/", "who may clear in a domain that is closed to strangers"),
        .init(".wallet/inbox/", "messages that others have sent, one file each"),
        .init(".wallet/outbox/", "messages on their way, and those delivered with their receipts"),
        .init(
            ".wallet/requests/, .wallet/payments/",
            "requests for payment that were made, and those of others that were paid"),
        .init(".wallet/connect/", "the process that answers at a relay: its number and its log"),
        .init(".wallet/channels/", "channels that have a name, with the secrets that open them"),
        .init(".wallet/channel-server/", "what 'wallet channel serve' keeps for others"),
        .init(".wallet/headers/", "followed chains of block headers"),
        .init(
            ".wallet/coins.db",
            "bitcoins: transactions and what proves them; of test networks coins-NETWORK.db"),
        .init(".wallet/proofs.db", "proofs of Bitcoin transactions that led to those headers"),
        .init(".wallet/ids/", "promises made with '--id', so that none is made twice"),
    ]

    private static let exitStatuses: [Tool<Context>.ExitStatus] = [
        .init("0", "done"),
        .init("1", "refused: something did not clear, is false, or is not there"),
        .init("2", "the command line was not understood"),
        .init("3", "a file cannot be read or written, or there is no wallet"),
        .init("4", "a peer or the network failed"),
        .init("5", "a key or passphrase is missing or wrong"),
        .init("6", "another process held the wallet too long"),
        .init("70", "a bug"),
        .init("128+n", "ended by signal n"),
    ]

    /// Options that several commands share.
    enum Shared {
        static let id = CommandOption(
            "id", value: "KEY",
            summary: "the same KEY gives the same document again: a retry never pays twice")
        static let format = CommandOption(
            "format", value: "TEMPLATE",
            summary: "print rows as TEMPLATE, such as '%(name)%x09%(net)'")
        static let clear = CommandOption("clear", summary: "clear it here at once")
        static let expires = CommandOption(
            "expires", value: "WHEN", summary: "when it expires: 24h, 7d, 2030-01-31 (pay.expires)")
        static let active = CommandOption(
            "active", value: "WHEN",
            summary: "it does not clear before WHEN: 2h, 2030-01-31 (at once)")
        static let note = CommandOption(
            "note", value: "TEXT", summary: "a text that travels with it, readable by all")
        static let credit = CommandOption(
            "credit", value: "LINE", summary: "hand over a credit line of LINE too; AMOUNT may be 0"
        )
        static let to = CommandOption(
            "to", value: "WHO", completion: .dynamic("addresses"), summary: "who receives",
            isRequired: true)
        static let unit = CommandOption(
            "unit", value: "UNIT", completion: .dynamic("units"), summary: "only this unit")
        static let amountArgument = CommandArgument(
            "AMOUNT", summary: "how much: digits, a point if need be, as in 12 or 0.50")
        static let unitArgument = CommandArgument(
            "UNIT", summary: "the unit, by code, issuer's name or address",
            completion: .dynamic("units"))
    }
}
