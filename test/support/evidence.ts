import { hash, randomBytes } from 'node:crypto'
import { systemClock } from '../../src/clock.ts'
import { type AttemptFacts, EvidenceLog, type EvidenceOptions, type SessionFacts } from '../../src/evidence/index.ts'

/** A log as the command line opens it. */
export async function openLog(data: string, options: Partial<EvidenceOptions> = {}): Promise<EvidenceLog> {
  return EvidenceLog.open(data, { clock: systemClock, domains: 'committed', ...options })
}

const der = randomBytes(700)

/** A connection as it mostly is, but for what is given. */
export function aSession(other: Partial<SessionFacts> = {}): SessionFacts {
  const sha256 = hash('sha256', der, 'hex')
  return {
    time: 1_700_000_000_000,
    peer: {
      host: 'mx.example.org',
      address: '192.0.2.1',
      policy: 'p1',
      reason: 'MTA-STS of example.org',
      policyDomain: 'example.org',
      ehlo: ['mx.example.org', 'SIZE 10240000'],
      sts: { id: '2026', sha256: null },
      tlsa: null,
      rule: null,
      certificate: sha256,
      key: sha256,
      chain: [sha256],
    },
    port: 25,
    level: 'encrypted',
    voucher: 'sts',
    verdict: 'authenticated',
    cause: 'pkix',
    decision: 'deliver',
    tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', group: 'X25519', resumed: false, provenAt: null },
    chain: [der],
    software: 'sealpost 0.1.0',
    ...other,
  }
}

/** An attempt as it mostly is, but for what is given. */
export function anAttempt(other: Partial<AttemptFacts> = {}): AttemptFacts {
  return {
    time: 1_700_000_000_500,
    key: new Uint8Array(32).fill(7),
    number: 1,
    address: 'ada@example.org',
    campaign: 'spring',
    domain: 'example.org',
    session: null,
    message: new Uint8Array(32).fill(9),
    octets: 1234,
    outcome: 'delivered',
    code: 250,
    enhanced: '2.0.0',
    reply: '2.0.0 Ok: queued as 4ABC for ada@example.org',
    strength: 'observed',
    claim: null,
    previous: null,
    ...other,
  }
}
