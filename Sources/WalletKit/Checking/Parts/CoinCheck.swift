// The stores of coins: whether everything in them still follows from transactions and proofs.
import Bytes
import Coins
import Files
import Headers

/// Checks the coins of all networks.
struct CoinCheck {
    /// The wallet's directory.
    let directory: String

    /// Reports what is wrong.
    /// - Throws: `FileError`.
    func run(_ findings: Findings) throws {
        for network in ChainNetwork.allCases {
            let name = Wallet.coinFile(network)
            guard try FileSystem.status(directory + "/" + name) != nil else { continue }
            func report(_ message: String) {
                findings.damage("coins", file: name, message, isRepairable: false)
            }
            do {
                let store = try CoinStore(
                    path: directory + "/" + name, network: network.encoding, isReadOnly: true)
                for problem in try store.problems(try chain(network)) { report(problem) }
            } catch let error as CoinError {
                report(error.message)
            } catch let error as HeaderError {
                report(error.message)
            } catch {
                guard let fault = CoinStorageFault(error) else { throw error }
                report(fault.reason)
            }
        }
    }

    private func chain(_ network: ChainNetwork) throws -> HeaderStore? {
        let path = directory + "/headers/" + network.rawValue
        guard try FileSystem.status(path) != nil else { return nil }
        do { return try HeaderStore(path, network, .reading) } catch HeaderError.noStore {
            return nil
        }
    }
}
