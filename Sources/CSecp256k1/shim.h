// The door to libsecp256k1, the reference implementation of the curve.
#pragma once
#include <secp256k1.h>
