import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aSession, anAttempt } from '../../../test/support/evidence.ts'
import type { AttemptOpening, SessionOpening } from '../../evidence/index.ts'
import { Openings, openingsName } from './openings.ts'
import { OpeningsReader } from './reader.ts'

const hour = 3_600_000
const begin = 1_700_000_000_000
const der = new Uint8Array(700).fill(5)
const sha256 = 'ab'.repeat(32)

function session(leaf: number, other: Partial<SessionOpening> = {}): SessionOpening {
  const { peer, chain: _, ...facts } = aSession()
  return {
    ...facts,
    kind: 'session',
    leaf,
    id: `${'A'.repeat(21)}g`,
    key: new Uint8Array(32).fill(3),
    peer: JSON.stringify(peer),
    ...other,
  }
}

function attempt(leaf: number, other: Partial<AttemptOpening> = {}): AttemptOpening {
  const { key: _, address: __, session: ___, claim: ____, ...facts } = anAttempt()
  return { ...facts, kind: 'attempt', leaf, session: 0, time: begin + leaf * hour, octets: 100, ...other }
}

/** Two connections, and two campaigns of which one went on over a day. */
const rows = [
  session(0),
  attempt(1),
  attempt(2, { campaign: 'autumn' }),
  session(3, { verdict: 'plaintext', tls: null, key: undefined }),
  attempt(4, { session: 3, outcome: 'deferred', octets: null }),
  attempt(5, { session: 3, previous: 4, number: 2 }),
  attempt(6, {
    session: null,
    strength: 'claimed',
    message: null,
    reply: null,
    code: null,
    enhanced: null,
    octets: null,
    previous: 5,
  }),
] as const

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openings-'))
  using openings = Openings.open(folder)
  openings.append(rows, [{ sha256, der }])
})
afterEach(async () => rm(folder, { recursive: true }))

function open(): OpeningsReader {
  const reader = OpeningsReader.open(folder)
  if (!reader) throw new Error('there are no openings')
  return reader
}

const leavesOf = (choice: Parameters<OpeningsReader['attempts']>[0]): readonly number[] => {
  using reader = open()
  return [...reader.attempts(choice)].map(({ leaf }) => leaf)
}

describe('the reader', () => {
  it('gives back what was written', () => {
    using reader = open()
    for (const row of rows) {
      if (row.kind === 'attempt')
        expect(reader.attempt(row.leaf)).toEqual({ ...row, message: row.message && Uint8Array.from(row.message) })
      else {
        const { peer, ...facts } = row
        expect(reader.session(row.leaf)).toEqual({ ...facts, peerText: peer, peer: JSON.parse(peer) as unknown })
      }
    }
    expect([...reader.sessions(1)].map(({ leaf }) => leaf)).toEqual([3])
    expect(reader.certificate(sha256)).toEqual(Uint8Array.from(der))
  })

  it('has nothing where nothing is', async () => {
    using reader = open()
    for (const leaf of [0, 3, 7, -1]) expect(reader.attempt(leaf)).toBeUndefined()
    expect(reader.session(1)).toBeUndefined()
    expect(reader.certificate('00'.repeat(32))).toBeUndefined()
    expect(OpeningsReader.open(join(folder, 'nowhere'))).toBeUndefined()
  })

  it.each<[Parameters<OpeningsReader['attempts']>[0], readonly number[]]>([
    [undefined, [1, 2, 4, 5, 6]],
    [{ campaign: 'autumn' }, [2]],
    [{ campaign: 'winter' }, []],
    [{ from: 4 }, [4, 5, 6]],
    [{ since: begin + 5 * hour }, [5, 6]],
    [{ since: begin + 5 * hour + 1 }, [6]],
    [{ outcome: 'deferred' }, [4]],
    [{ campaign: 'spring', from: 2, since: begin + 2 * hour, outcome: 'delivered' }, [5, 6]],
  ])('chooses attempts by %j', (choice, leaves) => {
    expect(leavesOf(choice)).toEqual(leaves)
  })

  it('goes from the last attempt of a message to its first, and no way back or round', () => {
    {
      using openings = Openings.open(folder)
      openings.append([attempt(7, { previous: 7 }), attempt(8, { previous: 9 }), attempt(9, { previous: 3 })], [])
    }
    using reader = open()
    const chain = (leaf: number) => reader.attemptsOf(leaf).map((one) => one.leaf)
    expect(chain(6)).toEqual([6, 5, 4])
    expect(chain(7)).toEqual([7])
    expect(chain(8)).toEqual([8])
    // What stands there is a session.
    expect(chain(9)).toEqual([9])
    expect(chain(3)).toEqual([])
  })
})

describe('counts', () => {
  it('add up attempts that share campaign, session, outcome and strength', () => {
    using reader = open()
    const shown = reader.counts({}).map((one) => [one.campaign, one.session, one.outcome, one.strength, one.attempts, one.octets])
    expect(new Set(shown)).toEqual(
      new Set([
        ['spring', null, 'delivered', 'claimed', 1, 0],
        ['spring', 0, 'delivered', 'observed', 1, 100],
        ['spring', 3, 'deferred', 'observed', 1, 0],
        ['spring', 3, 'delivered', 'observed', 1, 100],
        ['autumn', 0, 'delivered', 'observed', 1, 100],
      ]),
    )
  })

  it.each<[Parameters<OpeningsReader['counts']>[0], number]>([
    [{ campaign: 'spring' }, 4],
    [{ campaign: 'winter' }, 0],
    [{ since: begin + 4 * hour }, 3],
    [{ until: begin + 4 * hour }, 2],
    [{ since: begin + 2 * hour, until: begin + 5 * hour }, 2],
    [{ campaign: 'autumn', since: begin + 3 * hour }, 0],
  ])('are of those in %j alone', (choice, most) => {
    using reader = open()
    expect(reader.counts(choice).reduce((sum, { attempts }) => sum + attempts, 0)).toBe(most)
  })

  it('of messages delivered over time begin with their step, and know a verdict only of a session', () => {
    using reader = open()
    const at = (hours: number) => Math.floor((begin + hours * hour) / (2 * hour)) * 2 * hour
    const steps = new Map<string, number>()
    for (const [hours, verdict] of [
      [1, 'authenticated'],
      [2, 'authenticated'],
      [5, 'plaintext'],
      [6, 'null'],
    ] as const) {
      const key = `${at(hours)} ${verdict}`
      steps.set(key, (steps.get(key) ?? 0) + 1)
    }
    const told = reader.delivered({}, 2 * hour).map((one) => [`${one.at} ${one.verdict}`, one.messages] as const)
    expect(new Map(told)).toEqual(steps)
    expect(reader.delivered({ campaign: 'winter' }, hour)).toEqual([])
  })

  it('span from the first attempt to the last', () => {
    using reader = open()
    expect(reader.span({})).toEqual({ first: begin + hour, last: begin + 6 * hour })
    expect(reader.span({ campaign: 'autumn' })).toEqual({ first: begin + 2 * hour, last: begin + 2 * hour })
    expect(reader.span({ campaign: 'winter' })).toBeUndefined()
  })
})

describe('the writer', () => {
  it('removes what the log does not have', () => {
    {
      using openings = Openings.open(folder)
      expect(openings.cutTo(100)).toBe(0)
      expect(openings.cutTo(3)).toBe(4)
    }
    expect(leavesOf(undefined)).toEqual([1, 2])
    using reader = open()
    expect([...reader.sessions()].map(({ leaf }) => leaf)).toEqual([0])
    // The leaf is free again.
    using openings = Openings.open(folder)
    openings.append([attempt(3, { campaign: 'winter' })], [])
    expect(leavesOf({ campaign: 'winter' })).toEqual([3])
  })

  it('writes all rows of a batch or none, and goes on', () => {
    using openings = Openings.open(folder)
    expect(() => openings.append([attempt(7, { campaign: 'new' }), attempt(6)], [])).toThrow()
    expect(leavesOf({ from: 7 })).toEqual([])
    openings.append([attempt(7, { campaign: 'new' })], [{ sha256, der }])
    expect(leavesOf({ campaign: 'new' })).toEqual([7])
  })
})

it('a file that is damaged is named', async () => {
  for (const content of [
    'nonsense '.repeat(1_000),
    Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8_000, 0xff)]),
  ]) {
    await rm(folder, { recursive: true })
    folder = await mkdtemp(join(tmpdir(), 'openings-'))
    await writeFile(join(folder, openingsName), content)
    for (const attemptOpen of [() => OpeningsReader.open(folder), () => Openings.open(folder)]) {
      expect(attemptOpen).toThrow(
        expect.objectContaining({ code: 'SP_STORE_DAMAGED', where: expect.stringContaining(openingsName) as string }) as Error,
      )
    }
  }
})

it('a row that this program did not write is named as damage', () => {
  {
    using openings = Openings.open(folder)
    openings.append([session(7, { peer: '{' })], [])
  }
  using reader = open()
  expect(() => reader.session(7)).toThrow(expect.objectContaining({ code: 'SP_STORE_DAMAGED' }) as Error)
})
