// wallet proxy: the relay between payers and wallets that nobody can reach.
import CommandKit

enum ProxyCommand {
    static let command = Command<Context>(
        "proxy", summary: "relay payments to wallets that nobody can reach",
        details: [
            "A wallet on a laptop behind somebody's wifi cannot be reached by those who want to "
                + "pay it. So it dials out to a relay, and the relay brings it what payers ask and "
                + "send over plain HTTP. The protocol is that of dpp-proxy (the direct payment "
                + "protocol of Bitcoin SV's wallets): payd and ElectrumSV work with it too."
        ],
        subcommands: [ProxyServeCommand.command, ProxyConnectCommand.command],
        group: CommandTable.Group.direct, needsWallet: false, seeAlso: ["request", "pay"])
}
