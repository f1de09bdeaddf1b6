// The door to the C library's resolver of names: what getaddrinfo does not ask for (SRV records).
#pragma once
#include <netinet/in.h>
#include <arpa/nameser.h>
#include <resolv.h>
