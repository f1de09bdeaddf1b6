// The door to libwebsockets: its event loop, sockets and TLS. HTTP heads and WebSocket frames are read by our own
// strict parsers (see Sources/README.md).
#pragma once
#include <libwebsockets.h>
