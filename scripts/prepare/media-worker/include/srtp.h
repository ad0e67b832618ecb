// libsrtp 3's interface, as far as mediasoup's worker uses it, on libsrtp 2: version 3 is a beta that nobody packages.
// https://github.com/cisco/libsrtp/blob/main/include/srtp.h
#pragma once

// Both versions have an srtp_policy_t: version 2's, a structure, gets another name while its header is read.
#define srtp_policy_t srtp2_policy
#include_next <srtp.h>
#undef srtp_policy_t

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

// Codes that version 2 does not have, with version 3's numbers.
inline constexpr auto srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(28);
inline constexpr auto srtp_err_status_cryptex_err  = static_cast<srtp_err_status_t>(29);

// In version 3 a policy is made by calls, and holds its own copy of the key.
struct SrtpPolicy : srtp2_policy
{
	uint8_t keyAndSalt[SRTP_MAX_KEY_LEN]{};
};
using srtp_policy_t = SrtpPolicy*;

inline srtp_err_status_t srtp_policy_create(srtp_policy_t* policy)
{
	*policy = new (std::nothrow) SrtpPolicy();
	return *policy ? srtp_err_status_ok : srtp_err_status_alloc_fail;
}

inline void srtp_policy_destroy(srtp_policy_t policy)
{
	// A memset before a delete may be left out by the compiler.
	if (policy) explicit_bzero(policy->keyAndSalt, sizeof(policy->keyAndSalt));
	delete policy;
}

inline srtp_err_status_t srtp_policy_set_ssrc(srtp_policy_t policy, srtp_ssrc_t ssrc)
{
	policy->ssrc = ssrc;
	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_profile(srtp_policy_t policy, srtp_profile_t profile)
{
	const auto status = srtp_crypto_policy_set_from_profile_for_rtp(&policy->rtp, profile);
	if (status != srtp_err_status_ok) return status;
	return srtp_crypto_policy_set_from_profile_for_rtcp(&policy->rtcp, profile);
}

// The worker sets the profile first, and has one key without an identifier (MKI).
inline srtp_err_status_t srtp_policy_add_key(
  srtp_policy_t policy, const uint8_t* key, size_t keySize, const uint8_t* salt, size_t saltSize, const uint8_t*, size_t mkiSize)
{
	const auto wanted = static_cast<size_t>(policy->rtp.cipher_key_len);
	if (policy->key || mkiSize != 0 || keySize + saltSize != wanted || wanted > sizeof(policy->keyAndSalt))
		return srtp_err_status_bad_param;
	std::memcpy(policy->keyAndSalt, key, keySize);
	std::memcpy(policy->keyAndSalt + keySize, salt, saltSize);
	policy->key = policy->keyAndSalt;
	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(srtp_policy_t policy, bool allowed)
{
	policy->allow_repeat_tx = allowed;
	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(srtp_policy_t policy, size_t packets)
{
	policy->window_size = packets;
	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_create(srtp_t* session, srtp_policy_t policy)
{
	// Without a key version 2 would read from nowhere.
	if (!policy->key) return srtp_err_status_bad_param;
	return srtp_create(session, static_cast<const srtp2_policy*>(policy));
}

inline srtp_err_status_t srtp_stream_remove(srtp_t session, uint32_t ssrc)
{
	return srtp_remove_stream(session, ssrc);
}

// Version 2 works on one buffer and trusts it to have room for a trailer; version 3 is told how much room there is.
template<srtp_err_status_t (*inPlace)(srtp_t, void*, int*), size_t trailer>
srtp_err_status_t srtpInPlace(srtp_t session, const uint8_t* in, size_t inSize, uint8_t* out, size_t* outSize)
{
	if (*outSize < inSize + trailer) return srtp_err_status_buffer_small;
	if (in != out) std::memmove(out, in, inSize);
	auto size         = static_cast<int>(inSize);
	const auto status = inPlace(session, out, &size);
	if (status == srtp_err_status_ok) *outSize = static_cast<size_t>(size);
	return status;
}

inline srtp_err_status_t srtp_protect(
  srtp_t session, const uint8_t* in, size_t inSize, uint8_t* out, size_t* outSize, size_t)
{
	return srtpInPlace<srtp_protect, SRTP_MAX_TAG_LEN>(session, in, inSize, out, outSize);
}

inline srtp_err_status_t srtp_unprotect(srtp_t session, const uint8_t* in, size_t inSize, uint8_t* out, size_t* outSize)
{
	return srtpInPlace<srtp_unprotect, 0>(session, in, inSize, out, outSize);
}

// An RTCP packet's trailer also has its index, of 4 bytes (RFC 3711, 3.4).
inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t session, const uint8_t* in, size_t inSize, uint8_t* out, size_t* outSize, size_t)
{
	return srtpInPlace<srtp_protect_rtcp, SRTP_MAX_TAG_LEN + 4>(session, in, inSize, out, outSize);
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t session, const uint8_t* in, size_t inSize, uint8_t* out, size_t* outSize)
{
	return srtpInPlace<srtp_unprotect_rtcp, 0>(session, in, inSize, out, outSize);
}
