#include "crypto/lean.h"

#include <openssl/crypto.h>

/* What is left out here is left out for the whole process: where libcurl holds TLS over the same library, names of digests and ciphers must be known to it. */
#ifdef VS_TLS
#define LEAN_INIT OPENSSL_INIT_NO_ATEXIT
#else
#define LEAN_INIT                                                                                                                      \
	(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_NO_ADD_ALL_CIPHERS | OPENSSL_INIT_NO_ADD_ALL_DIGESTS | \
	    OPENSSL_INIT_NO_ATEXIT)
#endif

static void
start(void)
{
	static bool done;

	if (!done)
		OPENSSL_init_crypto(LEAN_INIT, NULL);
	done = true;
}

#define FETCH(function, type, fetch, name)             \
	const type *function(void)                     \
	{                                              \
		static type *once;                     \
                                                       \
		if (!once) {                           \
			start();                       \
			once = fetch(NULL, name, NULL); \
		}                                      \
		return once;                           \
	}

FETCH(lean_sha256, EVP_MD, EVP_MD_fetch, "SHA256")
FETCH(lean_sha1, EVP_MD, EVP_MD_fetch, "SHA1")
FETCH(lean_sha512, EVP_MD, EVP_MD_fetch, "SHA512")
FETCH(lean_aes256_gcm, EVP_CIPHER, EVP_CIPHER_fetch, "AES-256-GCM")
FETCH(lean_aes128_cbc, EVP_CIPHER, EVP_CIPHER_fetch, "AES-128-CBC")
