import { describe, expect, it } from 'vitest'
import {
  type DaneGround,
  type HostGround,
  type Level,
  type MemoryGround,
  type StsGround,
  decideDelivery,
  decideDemand,
  decidePolicy,
  levels,
  plainGround,
} from './index.ts'

const daneKinds = ['not-asked', 'not-tested', 'none', 'failed', 'unusable', 'usable'] as const
const stsKinds = {
  'not-asked': { kind: 'not-asked' },
  none: { kind: 'none' },
  failed: { kind: 'failed', words: 'sts failed' },
  testing: { kind: 'policy', mode: 'testing', id: '1', mx: ['mx.x.test'], words: 'sts testing' },
  enforce: { kind: 'policy', mode: 'enforce', id: '1', mx: ['mx.x.test'], words: 'sts enforce' },
} as const satisfies Readonly<Record<string, StsGround>>
const memories = {
  none: { kind: 'none' },
  offered: { kind: 'offered', words: 'offered' },
  suspected: { kind: 'suspected', words: 'suspected' },
} as const satisfies Readonly<Record<string, MemoryGround>>
const messages = {
  plain: { requireTls: false, tlsOptional: false },
  requiretls: { requireTls: true, tlsOptional: false },
  'tls-optional': { requireTls: false, tlsOptional: true },
  both: { requireTls: true, tlsOptional: true },
} as const

interface Case {
  readonly campaign?: Level
  readonly rule?: Level
  readonly login?: boolean
  readonly dane?: DaneGround['kind']
  readonly mxSecure?: boolean
  readonly sts?: keyof typeof stsKinds
  readonly listed?: boolean
  readonly memory?: keyof typeof memories
  readonly message?: keyof typeof messages
  readonly named?: boolean
}

function decide(given: Case) {
  const policy = decidePolicy({
    domain: 'x.test',
    campaign: given.campaign ?? 'encrypted',
    domains: given.rule === undefined ? {} : { 'x.test': given.rule },
    floor: 'TLSv1.2',
    login: given.login ?? false,
    sts: stsKinds[given.sts ?? 'none'],
    message: messages[given.message ?? 'plain'],
  })
  const ground: HostGround = {
    named: given.named ?? false,
    dane: { kind: given.dane ?? 'none', mxSecure: given.mxSecure ?? true, words: `dane ${given.dane ?? 'none'}` },
    listed: given.listed ?? true,
    memory: memories[given.memory ?? 'none'],
  }
  return decideDemand(policy, ground)
}

function describeDemand(demand: ReturnType<typeof decideDemand>): string {
  if (demand.kind === 'pass-over') return `pass over: ${demand.cause}`
  return `${demand.level} by ${demand.voucher}${demand.requireTls ? ' requiretls' : ''}${demand.forwardSecrecy ? ' fs' : ''}`
}

it('decides the whole cross product (golden)', async () => {
  const lines: string[] = []
  for (const campaign of levels)
    for (const rule of [undefined, 'valid'] as const)
      for (const dane of daneKinds)
        for (const mxSecure of dane === 'usable' ? [true, false] : [true])
          for (const sts of Object.keys(stsKinds) as (keyof typeof stsKinds)[])
            for (const listed of sts === 'enforce' || sts === 'testing' ? [true, false] : [false])
              for (const memory of Object.keys(memories) as (keyof typeof memories)[])
                for (const message of Object.keys(messages) as (keyof typeof messages)[]) {
                  const given = { campaign, dane, mxSecure, sts, listed, memory, message, ...(rule ? { rule } : {}) }
                  const key = [
                    campaign,
                    rule ?? '-',
                    `${dane}${dane === 'usable' ? (mxSecure ? '+mx' : '-mx') : ''}`,
                    `${sts}${listed ? '+' : '-'}`,
                    memory,
                    message,
                  ]
                  lines.push(`${key.join(' ')} -> ${describeDemand(decide(given))}`)
                }
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('demand.golden.txt')
})

describe('what holds of every row', () => {
  const all = daneKinds.flatMap((dane) =>
    (Object.keys(stsKinds) as (keyof typeof stsKinds)[]).flatMap((sts) =>
      (Object.keys(messages) as (keyof typeof messages)[]).flatMap((message) =>
        [true, false].map((listed) => ({ dane, sts, message, listed })),
      ),
    ),
  )

  it('nothing lowers what the sender asks', () => {
    for (const campaign of levels)
      for (const given of all) {
        const demand = decide({ ...given, campaign })
        if (demand.kind === 'use') expect(levels.indexOf(demand.level)).toBeGreaterThanOrEqual(levels.indexOf(campaign))
      }
  })

  it('case 71: where DANE rules a host, MTA-STS neither saves nor bars it', () => {
    for (const sts of Object.keys(stsKinds) as (keyof typeof stsKinds)[])
      for (const listed of [true, false])
        expect(decide({ dane: 'usable', sts, listed })).toMatchObject({ kind: 'use', level: 'authenticated', voucher: 'dane' })
  })

  it('case 72: a failed look-up passes the host over, whatever vouches for it, and the mail is put off', () => {
    for (const sts of Object.keys(stsKinds) as (keyof typeof stsKinds)[]) {
      const demand = decide({ dane: 'failed', sts })
      expect(demand).toMatchObject({ kind: 'pass-over', cause: 'dane-failed' })
      expect(decideDelivery(demand, { verdict: 'valid', cause: 'pkix', words: 'w' }, undefined).kind).toBe('defer')
    }
  })

  it('case 72: without a trusted resolver DANE neither bars nor lifts, and MTA-STS may still authenticate', () => {
    expect(decide({ campaign: 'encrypted', dane: 'not-tested' })).toMatchObject({ level: 'encrypted', voucher: 'dns' })
    expect(decide({ campaign: 'authenticated', dane: 'not-tested', sts: 'enforce' })).toMatchObject({
      level: 'authenticated',
      voucher: 'sts',
    })
  })

  it('case 72: an unsigned MX with a signed host demands its records, and no more than valid comes of it', () => {
    expect(decide({ dane: 'usable', mxSecure: false })).toMatchObject({ level: 'valid', voucher: 'dane', mxSecure: false })
  })

  it('case 70: records of which none is usable demand TLS of whoever would do without', () => {
    expect(decide({ campaign: 'opportunistic', dane: 'unusable' })).toMatchObject({ level: 'encrypted', voucher: 'dns' })
  })

  it('case 68: testing demands nothing', () => {
    for (const listed of [true, false])
      expect(decide({ campaign: 'opportunistic', sts: 'testing', listed })).toMatchObject({ kind: 'use', level: 'opportunistic' })
  })

  it('case 75: what was offered and is gone is held as a suspected downgrade', () => {
    const demand = decide({ campaign: 'opportunistic', memory: 'offered' })
    const decision = decideDelivery(demand, { verdict: 'plaintext', cause: 'not-offered', words: 'no STARTTLS' }, undefined)
    expect(decision).toMatchObject({ kind: 'hold', reason: expect.stringMatching(/^downgrade suspected: /) as string })
  })

  it('RFC 8689: TLS-Required: No leaves the domain aside and not the sender; REQUIRETLS goes before it', () => {
    expect(decide({ campaign: 'opportunistic', dane: 'failed', message: 'tls-optional' })).toMatchObject({
      kind: 'use',
      level: 'opportunistic',
    })
    expect(decide({ campaign: 'valid', sts: 'enforce', listed: false, message: 'tls-optional' })).toMatchObject({
      kind: 'use',
      level: 'valid',
    })
    expect(decide({ dane: 'none', sts: 'none', message: 'both' })).toMatchObject({
      kind: 'pass-over',
      cause: 'requiretls-unknown-host',
    })
    expect(decide({ dane: 'usable', message: 'both' })).toMatchObject({ kind: 'use', level: 'authenticated', requireTls: true })
  })

  it('tells its steps in order', () => {
    const demand = decide({ dane: 'usable', sts: 'enforce', memory: 'offered' })
    expect(demand.steps.map(({ about }) => about)).toEqual(['sender', 'dane', 'mta-sts', 'memory'])
  })
})

it('gives domains with equal demands one id, and others another', () => {
  const id = (sts: StsGround) =>
    decidePolicy({ domain: 'x.test', campaign: 'encrypted', domains: {}, floor: 'TLSv1.2', login: false, sts }).id
  expect(id({ ...stsKinds.enforce, id: '2' })).toBe(id(stsKinds.enforce))
  expect(id({ ...stsKinds.enforce, mx: ['other.test'] })).not.toBe(id(stsKinds.enforce))
  expect(id(stsKinds.testing)).toBe(id(stsKinds.none))
  expect(id(stsKinds.enforce)).not.toBe(id(stsKinds.none))
})

it('asks nothing of DANE and MTA-STS of a host that the user named', () => {
  const policy = decidePolicy({
    domain: 'x.test',
    campaign: 'authenticated',
    domains: {},
    floor: 'TLSv1.2',
    login: true,
    sts: { kind: 'not-asked' },
  })
  expect(decideDemand(policy, plainGround(true))).toMatchObject({ kind: 'use', level: 'authenticated', voucher: 'user' })
})
