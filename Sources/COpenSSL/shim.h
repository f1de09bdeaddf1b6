// The door to libcrypto. The one-shot digests of OpenSSL 3 fetch their algorithm at every call, which costs
// three times the hashing of a short message; the older calls do not, so their deprecation is silenced here.
#pragma once
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/ripemd.h>
#include <openssl/sha.h>
