// Bounds of the loop and of its connections.

/// What a process and a connection may take. What an operator may set is in `ServerLimits`.
enum TransportLimits {
    // limit: descriptors of the process; libwebsockets keeps tables of this size
    static let descriptors = 65_536
    // limit: bytes read from a connection at once, into one buffer for all connections
    static let readBytes = 65_536
    // limit: bytes handed to the kernel at once
    static let writeBytes = 65_536
    // limit: what libwebsockets waits by itself; our own deadlines come before
    static let libraryTimeoutSeconds: UInt32 = 60
    // limit: how long the closing frame of the other side is awaited
    static let closeMilliseconds = 5_000
    // limit: connections accepted in one turn of the loop
    static let acceptsInOneTurn = 64
    // limit: how long accepting rests when the process is out of descriptors
    static let acceptPauseMilliseconds = 200
    // limit: how long a connection is read after its last response, so that no reset overtakes it
    static let lingerMilliseconds = 2_000
    // limit: bytes thrown away meanwhile
    static let lingerBytes = 16 * 1_048_576
}
