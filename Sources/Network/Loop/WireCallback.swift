// Where libwebsockets calls us.
import CWebSockets

/// The one callback of our protocol: finds out whom it concerns and tells him.
func wireCallback(
    _ handle: OpaquePointer?, _ reason: lws_callback_reasons, _ user: UnsafeMutableRawPointer?,
    _ bytes: UnsafeMutableRawPointer?, _ count: Int
) -> CInt {
    guard let handle else { return 0 }
    if reason == LWS_CALLBACK_EVENT_WAIT_CANCELLED {
        if let core = lws_context_user(lws_get_context(handle)) {
            Unmanaged<LoopCore>.fromOpaque(core).takeUnretainedValue().performWork()
        }
        return 0
    }
    switch reason {
    case LWS_CALLBACK_RAW_ADOPT: Wire.of(handle)?.began(handle)
    case LWS_CALLBACK_RAW_CONNECTED: Wire.of(handle)?.connected(handle)
    case LWS_CALLBACK_RAW_RX:
        Wire.of(handle)?.received(UnsafeRawBufferPointer(start: bytes, count: count))
    case LWS_CALLBACK_RAW_WRITEABLE: Wire.of(handle)?.writable()
    case LWS_CALLBACK_RAW_CLOSE: Wire.of(handle)?.closed(nil)
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        let text = UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : count)
        Wire.of(handle)?.closed(String(decoding: text.prefix { $0 != 0 }, as: UTF8.self))
    case LWS_CALLBACK_RAW_RX_FILE: Listener.of(handle)?.readable()
    case LWS_CALLBACK_WSI_DESTROY: destroyed(handle)
    default: break
    }
    return 0
}

private func destroyed(_ handle: OpaquePointer) {
    guard let pointer = lws_get_opaque_user_data(handle) else { return }
    lws_set_opaque_user_data(handle, nil)
    let retained = Unmanaged<AnyObject>.fromOpaque(pointer)
    let object = retained.takeUnretainedValue()
    (object as? Wire)?.closed(nil)
    retained.release()
}
