// Records of a session: the suffix of each device's chain that a side lacks.
import Bytes
import Documents

/// Which records are still to come and to go.
struct RecordExchange {
    /// Records of a device behind a position.
    struct Suffix: Equatable {
        var device: Address
        var after: RecordPosition
    }

    private(set) var pulls: [Suffix] = []
    private(set) var pushes: [Suffix] = []
    /// Devices whose chains are exchanged from the cut on.
    private(set) var whole: Set<Address> = []
    /// Records that are to come and to go as far as the heads tell.
    private(set) var expected: (incoming: Int, outgoing: Int) = (0, 0)

    var isFinished: Bool { pulls.isEmpty && pushes.isEmpty }

    /// Compares heads. Where one side has more, it has the rest of the chain for the other; where
    /// the same sequence has another digest, and always in a later pass, all since the cut goes
    /// both ways: there is a fork or a gap.
    init(
        _ mine: [DeviceHead], _ theirs: [DeviceHead], isLaterPass: Bool,
        _ direction: SyncOptions.Direction
    ) {
        let ours = Dictionary(mine.map { ($0.device, $0) }) { first, _ in first }
        let others = Dictionary(theirs.map { ($0.device, $0) }) { first, _ in first }
        for device in Set(ours.keys).union(others.keys).sorted() {
            let (own, other) = (ours[device], others[device])
            if own == other { continue }
            let (here, there) = (own?.sequence ?? 0, other?.sequence ?? 0)
            let isWhole = here == there || isLaterPass && here > 0 && there > 0
            if isWhole { whole.insert(device) }
            if direction != .push, isWhole || there > here {
                let after = isWhole ? RecordPosition.start : RecordPosition(sequence: here)
                pulls.append(Suffix(device: device, after: after))
                expected.incoming += max(there - here, 1)
            }
            if direction != .pull, isWhole || here > there {
                let after = isWhole ? RecordPosition.start : RecordPosition(sequence: there)
                pushes.append(Suffix(device: device, after: after))
                expected.outgoing += max(here - there, 1)
            }
        }
    }

    /// The next questions, of different devices.
    mutating func takePulls(_ limit: Int) -> [Suffix] {
        let taken = Array(pulls.prefix(limit))
        pulls.removeFirst(taken.count)
        return taken
    }

    /// The next device to send records of.
    mutating func takePush() -> Suffix? { pushes.isEmpty ? nil : pushes.removeFirst() }

    /// More of a device is to come.
    mutating func continuePull(_ suffix: Suffix) { pulls.insert(suffix, at: 0) }

    /// More of a device is to go.
    mutating func continuePush(_ suffix: Suffix) { pushes.insert(suffix, at: 0) }
}
