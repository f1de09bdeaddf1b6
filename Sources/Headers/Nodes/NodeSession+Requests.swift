// What a node is asked and told, beside headers.
import Bytes

extension NodeSession {
    /// Asks for transactions and blocks.
    public func getData(_ items: [NodeItem]) -> [UInt8] {
        message("getdata", NodeItem.payload(items))
    }

    /// Says that we have transactions; whoever wants them asks.
    public func announce(_ items: [NodeItem]) -> [UInt8] {
        message("inv", NodeItem.payload(items))
    }

    /// Says that we do not have what was asked for.
    public func notFound(_ items: [NodeItem]) -> [UInt8] {
        message("notfound", NodeItem.payload(items))
    }

    /// Sends a transaction.
    /// - Parameter bytes: all of it.
    public func transaction(_ bytes: [UInt8]) -> [UInt8] { message("tx", bytes) }

    /// Asks what the node's pool has (BIP35). It answers with `inv`, with nothing where the pool is
    /// empty; many nodes hang up on strangers who ask that.
    public func memoryPool() -> [UInt8] { message("mempool", []) }

    /// Asks for a `pong`: whatever was sent before has been looked at when it comes.
    public func ping(_ nonce: UInt64) -> [UInt8] {
        var payload: [UInt8] = []
        payload.appendLittleEndian(nonce)
        return message("ping", payload)
    }
}
