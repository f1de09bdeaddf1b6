// The door to libsecp256k1, the reference implementation of the curve.
#pragma once
#include <secp256k1.h>
#include <secp256k1_recovery.h>

// The library's ready-made context for everything without a secret. The header declares the pointer itself
// as changeable, which Swift 6 refuses to read from several threads.
__attribute__((returns_nonnull))
static inline const secp256k1_context *wallet_secp256k1_context_static(void) {
    return secp256k1_context_static;
}
