// What a test run is told from outside.
import Foundation

enum Environment {
    /// The seed of a run that is to be repeated.
    static let seed = ProcessInfo.processInfo.environment["WALLET_TEST_SEED"].flatMap { UInt64($0) }
}
