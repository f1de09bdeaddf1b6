// wallet channel: messages for those who are not there, kept by a server between.
import CommandKit

enum ChannelCommand {
    static let command = Command<Context>(
        "channel", summary: "leave messages for others, and read theirs later",
        details: [
            "A peer channel is an inbox on a server: whoever has a token that may write leaves "
                + "messages there, whoever has one that may read fetches them, and neither has to "
                + "be there when the other is. Miners bring proofs to channels, wallets receipts. "
                + "The protocol is that of SPV Channels 1.1.",
            "CHANNEL is a name that you gave (`wallet channel create`, `wallet channel add`) or "
                + "the channel's address. Names are kept in `.wallet/channels/`, tokens with them.",
            "Nothing secret stands on the command line. A token comes from `--token-file`, "
                + "`--token-fd` or WALLET_CHANNEL_TOKEN, the password of an account from "
                + "`--password-file`, `--password-fd`, WALLET_CHANNEL_PASSWORD or the terminal.",
            "Whoever runs the server can read what is written, and can withhold it. What must not "
                + "be read is encrypted before it is written.",
        ],
        subcommands: [
            ChannelAccountCommand.command, ChannelNames.add, ChannelCreateCommand.command,
            ChannelMessages.delete, ChannelNames.forget, ChannelNames.list, ChannelMessages.mark,
            ChannelReadCommand.command, ChannelServeCommand.command, ChannelTokenCommand.command,
            ChannelWatchCommand.command, ChannelMessages.write,
        ],
        defaultSubcommand: "list", group: CommandTable.Group.direct, needsWallet: false,
        seeAlso: ["send", "inbox", "headers", "proxy"])

    static let argument = CommandArgument(
        "CHANNEL", summary: "a channel, by name or address", completion: .dynamic("channels"))

    /// How a token is shown.
    static let tokenOptions: [CommandOption] = [
        CommandOption(
            "token-file", value: "FILE", completion: .file,
            summary: "read the token from FILE; '-' for standard input"),
        CommandOption("token-fd", value: "N", summary: "read the token from file descriptor N"),
        CommandOption(
            "public", summary: "show no token: the channel is open to anybody"),
        ca,
    ]

    /// Whose account it is.
    static let accountOptions: [CommandOption] = [
        CommandOption("server", value: "URL", summary: "the server, where no name says it"),
        CommandOption("account", value: "USER", summary: "the user of your account there"),
        CommandOption(
            "account-id", value: "N", summary: "the account's number (asked, or 1)"),
        CommandOption(
            "password-file", value: "FILE", completion: .file,
            summary: "read the password from FILE; '-' for standard input"),
        CommandOption(
            "password-fd", value: "N", summary: "read the password from file descriptor N"),
        ca,
    ]

    static let ca = CommandOption(
        "ca", value: "FILE", completion: .file,
        summary: "certificates (PEM) that the server's must lead to")
}
