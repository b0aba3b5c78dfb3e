/**
 * The four things that are asked of cryptography, all of the Web Crypto API: Node and browsers have it, so that the same
 * files verify in both.
 */
export async function sha256(octets: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', octets))
}

export async function hmacSha256(key: Uint8Array<ArrayBuffer>, message: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, message))
}

/** RFC 8032, Ed25519. A key that is none has signed nothing. */
export async function verifyEd25519(
  key: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  if (key.length !== 32 || signature.length !== 64) return false
  let imported: Awaited<ReturnType<typeof crypto.subtle.importKey>>
  try {
    imported = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify'])
  } catch (error) {
    // Else an old browser would call every signature wrong.
    if (error instanceof DOMException && error.name === 'NotSupportedError') throw error
    return false
  }
  return crypto.subtle.verify('Ed25519', imported, signature, message)
}
