// Which devices may sign for the domain.
import Bytes
import Documents
import SQLite

/// What the log says of a device.
public struct DeviceEntry: Sendable, Hashable {
    /// The device.
    public let address: Address
    /// From when on it signs no more; nil for its certificate.
    public let revoked: Timestamp?
    /// Where the certificate, or the revocation, stands.
    public let place: Int64

    /// What the log says.
    public init(address: Address, revoked: Timestamp?, place: Int64) {
        self.address = address
        self.revoked = revoked
        self.place = place
    }
}

extension ClearingGraph {
    /// Takes in a certificate or a revocation.
    public func record(_ device: DeviceEntry, _ hash: Digest256) {
        pendingDevices.append(device)
        record(hash, at: device.place)
    }

    /// Certificates and revocations in the order of the log.
    /// - Throws: `DatabaseError`.
    public func devices() throws -> [DeviceEntry] {
        let statement = try database.prepare(
            "SELECT address, revoked, place FROM devices ORDER BY place")
        defer { statement.reset() }
        var devices: [DeviceEntry] = []
        while try statement.step() {
            guard let address = try? Address(text: statement.text(0)) else {
                throw GraphError.contradiction("a device of the index cannot be read")
            }
            devices.append(
                DeviceEntry(
                    address: address,
                    revoked: statement.isNull(1)
                        ? nil : Timestamp(milliseconds: statement.int64(1)),
                    place: statement.int64(2)))
        }
        return devices + pendingDevices
    }

    func writeDevices() throws {
        let statement = try database.prepare(
            "INSERT OR REPLACE INTO devices(place, address, revoked) VALUES (?1, ?2, ?3)")
        for device in pendingDevices {
            try statement.bind(1, device.place)
            try statement.bind(2, device.address.text)
            if let revoked = device.revoked {
                try statement.bind(3, revoked.milliseconds)
            } else {
                try statement.bindNull(3)
            }
            _ = try statement.step()
            statement.reset()
        }
    }
}
