// Making anew what is published of the log.
import Blockstack
import Files
import Graphstore

/// Makes tiles, checkpoint and headers again, whatever stands there.
struct PublicationRepair {
    let directory: String
    let waitSeconds: Int
    let surroundings: Surroundings

    /// Takes the writer's lock. The log must be whole.
    /// - Throws: `FileError` and other failures of storage; `WalletError`.
    func run() throws {
        let ledger = try Ledger(
            directory: directory, access: .readWrite, waitSeconds: waitSeconds,
            surroundings: surroundings)
        try ledger.write { try publish(ledger) }
        ledger.finish()
    }

    private func publish(_ ledger: Ledger) throws {
        let stacks = BlockStore(directory: directory + "/" + Wallet.stacksName)
        let publication = Publication(ledger: ledger, stacks: stacks)
        try stacks.create()
        try stacks.removeTiles()
        try stacks.write(headers: [], first: 0)
        try publication.bringUpHeaders()
        guard let block = try ledger.lastBlock() else {
            return try FileSystem.remove(stacks.directory + "/checkpoint")
        }
        try publication.bringUp(to: block)
        if let note = try stacks.cosigned(block.statement.height) {
            try stacks.publish(checkpoint: note)
        }
    }
}
