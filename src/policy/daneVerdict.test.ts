import { X509Certificate, createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { UsableTlsa } from '../dane/index.ts'
import { type TlsFacts, readCertificate } from '../tls/index.ts'
import { createAuthority } from '../world/index.ts'
import { judgeHop } from './index.ts'

const authority = await createAuthority()
const [own, other] = await Promise.all(
  ['mx.example.test', 'mx.attacker.test'].map(async (name) => {
    const { raw, publicKey } = new X509Certificate((await authority.issue({ names: [name] })).cert)
    const facts = readCertificate(raw)
    if (!facts) throw new Error('a certificate of ours cannot be read')
    const data = createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest()
    return { raw, facts, record: { usage: 3, selector: 1, matchingType: 1, data } satisfies UsableTlsa }
  }),
)
if (!own || !other) throw new Error('two were issued')

/** One secure connection to a host with a record of `own`, of which TLS showed `shown` and the octets `sent`. */
function judge(shown: typeof own, sent: readonly Buffer[] | undefined | 'unwatched') {
  const tls: TlsFacts = {
    version: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    group: 'X25519',
    forwardSecrecy: true,
    resumed: false,
    servername: 'mx.example.test',
    chain: shown ? [shown.facts] : [],
    shown: [],
    trustError: undefined,
    ...(sent === 'unwatched' ? {} : { watched: { sent, staple: undefined, clientCertificate: undefined, retries: 0 } }),
  }
  const endpoint = { host: 'mx.example.test', address: '192.0.2.1', port: 25 }
  const vouching = { kind: 'dane', records: own ? [own.record] : [], names: ['mx.example.test'], mxSecure: true } as const
  const basics = { protocol: 'smtp', security: 'starttls', startedAt: 0, rejected: [], offered: true, oddities: [] } as const
  return judgeHop({ ...basics, endpoint, transcript: [], tls } as never, { kind: 'secure' } as never, vouching, 0)
}

describe('DANE, by certificates', () => {
  it('that TLS and the octets agree on: authenticated', () => {
    expect(judge(own, [own.raw])).toMatchObject({ verdict: 'authenticated', cause: 'dane' })
  })

  it.each([
    ['were not watched', 'unwatched'],
    ['could not be read', undefined],
    ['did not come', []],
  ] as const)('that %s: no match, though TLS was shown the right one', (_, sent) => {
    expect(judge(own, sent)).toMatchObject({ verdict: 'unauthenticated', cause: 'dane-mismatch' })
  })

  it('that are right on the wire alone, and not those that TLS was shown: no match', () => {
    expect(judge(other, [own.raw])).toMatchObject({ verdict: 'unauthenticated', cause: 'dane-mismatch' })
    expect(judge(undefined as never, [own.raw])).toMatchObject({ verdict: 'unauthenticated' })
  })
})
