// Reading and verifying ahead, so that no core waits for the disk.
import Dispatch
import Files

/// Reads batches from streams, judges their lines on all cores and hands them over, on a thread of
/// its own.
struct DispatchProducer: Sendable {
    private let streams: [InputStream]
    private let handover: Handover<Result<[PreparedLine]?, any Error>>

    init(
        _ streams: [InputStream], _ handover: Handover<Result<[PreparedLine]?, any Error>>
    ) {
        self.streams = streams
        self.handover = handover
    }

    func start() {
        DispatchQueue(label: "verify").async { [streams, handover] in
            var reader = LineReader(streams)
            while true {
                let batch = Result { try reader.next()?.parallelMap { PreparedLine($0) } }
                guard handover.put(batch), case .success(.some) = batch else { return }
            }
        }
    }
}
