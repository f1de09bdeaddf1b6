// What the table of routes says about itself.
import Synchronization

/// The routes and their description: they are known when the table is complete.
final class Catalogue: Sendable {
    private struct State {
        var routes: [Route] = []
        var openAPI: [UInt8] = []
    }

    private let state = Mutex(State())

    var routes: [Route] { state.withLock { $0.routes } }
    /// The OpenAPI document, with a newline.
    var openAPI: [UInt8] { state.withLock { $0.openAPI } }

    func complete(_ routes: [Route], openAPI: [UInt8]) {
        state.withLock { $0 = State(routes: routes, openAPI: openAPI) }
    }
}
