import { createSecureContext, type SecureContext, type TLSSocketOptions } from 'node:tls'
import { createAuthority } from './authority.ts'
import type { Script } from './script.ts'

/** Options of a server-side TLSSocket, made once a server so that session tickets hold over connections. */
export type ServerContexts = TLSSocketOptions & { readonly secureContext: SecureContext }

/** Loads the script's keys and settings, or makes a key where it has none. */
export async function createContexts(script: Partial<Script>): Promise<ServerContexts> {
  const { identity, identityWithoutSni, requestCert = false, rejectUnauthorized = false, ...settings } = script.tls ?? {}
  const own = identity ?? (settings.key === undefined ? await issueOwn(script.hostname ?? 'mx.scripted.test') : undefined)
  const usual = createSecureContext({ ...settings, ...own })
  const options = { isServer: true, requestCert, rejectUnauthorized }
  if (!identityWithoutSni) return { ...options, secureContext: usual }
  return {
    ...options,
    secureContext: createSecureContext({ ...settings, ...identityWithoutSni }),
    // Called only for a ClientHello that names a host.
    SNICallback(_name, done) {
      done(null, usual)
    },
  }
}

async function issueOwn(hostname: string) {
  const authority = await createAuthority()
  return authority.issue({ names: [hostname], selfSigned: true })
}
