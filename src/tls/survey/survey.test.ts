import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ClientHello, HelloAnswer, ServerFlight, Ssl2Hello } from '../hello/index.ts'
import { readSuite } from '../registry/index.ts'
import { groupsBefore13, groupsOf13, suitesBefore13, suitesOf13 } from './offer.ts'
import { surveyBriefly, surveyDeeply } from './survey.ts'

/** A server as a few facts; it answers as RFC 5246 and RFC 8446 say one does. */
interface Server {
  /** By version, in the server's order of preference. */
  readonly suites: Readonly<Record<number, readonly number[]>>
  readonly groups: readonly number[]
  readonly groups13: readonly number[]
  readonly order: 'server' | 'client'
  readonly mostSuites: number
  /** How it breaks off at its own choice of a suite or a version. */
  readonly fault?: { readonly at: (suite: number, version: number) => boolean; readonly answer: HelloAnswer }
}

const happy: Server = {
  suites: { 0x0304: [0x1302, 0x1303, 0x1301], 0x0303: [0xc030, 0xc02f, 0x009f, 0x003c] },
  groups: [29, 23, 24],
  groups13: [0x11ec, 29, 23],
  order: 'server',
  mostSuites: 1000,
}

/** Counts what it is asked, and refuses past its patience. */
function serve(server: Server, patience = Number.POSITIVE_INFINITY) {
  const asked: (ClientHello | Ssl2Hello)[] = []
  return {
    asked,
    ask: async (hello: ClientHello | Ssl2Hello): Promise<HelloAnswer | undefined> => {
      if (asked.length >= patience) return undefined
      asked.push(hello)
      return answer(server, hello)
    },
  }
}

const refused: HelloAnswer = { kind: 'alert', level: 2, description: 40, bytes: Buffer.of(0x15, 3, 3, 0, 2, 2, 40) }

function answer(server: Server, hello: ClientHello | Ssl2Hello): HelloAnswer {
  if ('kinds' in hello) return { kind: 'closed', how: 'end', bytes: Buffer.alloc(0) }
  if (hello.suites.length > server.mostSuites) return { kind: 'closed', how: 'reset', bytes: Buffer.alloc(0) }
  const version = Object.keys(server.suites)
    .map(Number)
    .filter((version) => version <= hello.version && (hello.version < 0x0304 || version === 0x0304))
    .toSorted((a, b) => b - a)[0]
  const mine = version === undefined ? [] : (server.suites[version] ?? [])
  const groups = (version === 0x0304 ? server.groups13 : server.groups).filter((id) => hello.groups.includes(id))
  const fits = (id: number): boolean => version === 0x0304 || readSuite(id)?.exchange !== 'ecdhe' || groups.length > 0
  const [first, second] = server.order === 'server' ? [mine, hello.suites] : [hello.suites, mine]
  const suite = first.find((id) => second.includes(id) && fits(id))
  const group = server.order === 'server' ? groups[0] : hello.groups.find((id) => groups.includes(id))
  if (version === undefined || suite === undefined || (version === 0x0304 && group === undefined)) return refused
  if (server.fault?.at(suite, version)) return server.fault.answer
  return flight(version, suite, group)
}

function flight(version: number, suite: number, group: number | undefined): ServerFlight {
  const elliptic = version < 0x0304 && readSuite(suite)?.exchange === 'ecdhe' && group !== undefined
  return {
    kind: 'flight',
    version,
    suite,
    retry: version === 0x0304,
    random: Buffer.alloc(32),
    sessionId: Buffer.alloc(0),
    compression: 0,
    extensions: new Map([[0xff01, Buffer.of(0)]]),
    group: version === 0x0304 || elliptic ? group : undefined,
    certificates: undefined,
    staple: undefined,
    keyExchange: elliptic ? { kind: 'ecdhe', group, scheme: 0x0804 } : undefined,
    certificateRequest: undefined,
    warnings: [],
    complete: true,
    bytes: Buffer.of(0x16, 3, 3, suite >> 8, suite & 0xff),
  }
}

const nobody = { servername: undefined, version: undefined, keyType: undefined }

describe('deep', () => {
  it('lists versions, suites and groups in the order of the server', async () => {
    const { ask, asked } = serve(happy)
    const survey = await surveyDeeply(ask, nobody)
    expect(survey.versions.map(({ version, accepted }) => [version, accepted])).toEqual([
      [0x0002, false],
      [0x0300, false],
      [0x0301, false],
      [0x0302, false],
      [0x0303, true],
      [0x0304, true],
    ])
    expect(survey.suites).toMatchObject([
      { version: 0x0304, order: 'server', complete: true, suites: [{ id: 0x1302 }, { id: 0x1303 }, { id: 0x1301 }] },
      {
        version: 0x0303,
        order: 'server',
        complete: true,
        suites: [{ id: 0xc030 }, { id: 0xc02f }, { id: 0x009f }, { id: 0x003c }],
      },
    ])
    expect(survey.groups).toEqual([
      { version: 0x0304, groups: [0x11ec, 29, 23], complete: true },
      { version: 0x0303, groups: [29, 23, 24], complete: true },
    ])
    expect(survey.stopped).toBeUndefined()
    // 1.3: three of both, one refusal, and one for each list's end; 1.2: four and a refusal, three and a refusal; old; SSLv2.
    expect(asked).toHaveLength(3 + 1 + 2 + 5 + 4 + 1 + 1)
  })

  it('finds whatever a server has, and whose order it follows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.constantFrom(...suitesOf13), { maxLength: 5 }),
        fc.uniqueArray(fc.constantFrom(...suitesBefore13), { maxLength: 25 }),
        fc.uniqueArray(fc.constantFrom(...groupsBefore13), { minLength: 1, maxLength: 6 }),
        fc.uniqueArray(fc.constantFrom(...groupsOf13), { minLength: 1, maxLength: 6 }),
        fc.constantFrom('server', 'client'),
        async (newest, older, groups, groups13, order) => {
          const suites = { ...(newest.length > 0 ? { 0x0304: newest } : {}), ...(older.length > 0 ? { 0x0303: older } : {}) }
          const survey = await surveyDeeply(serve({ ...happy, suites, groups, groups13, order }).ask, nobody)
          for (const [version, wanted] of [
            [0x0304, newest],
            [0x0303, older],
          ] as const) {
            const list = survey.suites.find((list) => list.version === version)
            const ids = list?.suites.map(({ id }) => id) ?? []
            expect(list?.complete).toBe(true)
            expect(new Set(ids)).toEqual(new Set(wanted))
            if (order === 'server') expect(ids).toEqual(wanted)
            if (wanted.length > 1) expect(list?.order).toBe(order)
          }
          if (newest.length > 0)
            expect(new Set(survey.groups.find(({ version }) => version === 0x0304)?.groups)).toEqual(new Set(groups13))
        },
      ),
      { numRuns: 200 },
    )
  })

  it('case 56: a server that cannot bear many suites is asked in parts', async () => {
    const survey = await surveyDeeply(serve({ ...happy, mostSuites: 128 }).ask, nobody)
    expect(survey.manySuitesRefused).toBe(true)
    const list = survey.suites.find(({ version }) => version === 0x0303)
    expect(new Set(list?.suites.map(({ id }) => id))).toEqual(new Set(happy.suites[0x0303]))
    expect(list?.complete).toBe(true)
  })

  it('what it learnt before the server had enough stands, and is not called whole', async () => {
    for (let patience = 0; patience < 16; patience++) {
      const survey = await surveyDeeply(serve(happy, patience).ask, nobody)
      expect(survey.stopped).toBe('no further connection')
      for (const { suites, version } of survey.suites) for (const { id } of suites) expect(happy.suites[version]).toContain(id)
      expect(survey.suites.every(({ complete }) => complete) && survey.versions.length === 6).toBe(false)
      // Nothing is called absent that was not asked for.
      expect(survey.versions.filter(({ version, accepted }) => accepted === false && happy.suites[version])).toEqual([])
    }
  })
})

describe('a server that fails at its own choice', () => {
  const failures: readonly HelloAnswer[] = [
    { kind: 'alert', level: 2, description: 80, bytes: Buffer.of(0x15, 3, 3, 0, 2, 2, 80) },
    { kind: 'closed', how: 'end', bytes: Buffer.alloc(0) },
  ]

  it.for(failures)('has what needs no Diffie-Hellman parameters, and the rest is left open: $kind', async (fault) => {
    const suites = { 0x0303: [0x009f, 0xc030, 0xc02f, 0x003c] }
    const server: Server = { ...happy, suites, fault: { at: (suite) => readSuite(suite)?.exchange === 'dhe', answer: fault } }
    const survey = await surveyDeeply(serve(server).ask, { ...nobody, version: 0x0304 })
    const list = survey.suites.find(({ version }) => version === 0x0303)
    expect(list?.suites.map(({ id }) => id)).toEqual([0xc030, 0xc02f, 0x003c])
    expect(list?.complete).toBe(false)
    expect(survey.manySuitesRefused).toBe(false)
    expect(survey.versions.find(({ version }) => version === 0x0303)?.accepted).toBe(true)
  })

  it('has no version that it fails at whatever is offered, and those below are asked for', async () => {
    const suites = { 0x0303: [0xc030], 0x0302: [0x002f], 0x0301: [0x002f] }
    for (const [fails, expected] of [
      [[0x0302], { 0x0302: false, 0x0301: true, 0x0300: false }],
      [[0x0302, 0x0301], { 0x0302: false, 0x0301: false, 0x0300: false }],
    ] as const) {
      const at = (_: number, version: number): boolean => fails.some((failing) => failing === version)
      const server: Server = { ...happy, suites, fault: { at, answer: failures[0] as HelloAnswer } }
      const survey = await surveyDeeply(serve(server).ask, nobody)
      for (const [version, accepted] of Object.entries(expected))
        expect(survey.versions.find((fact) => fact.version === Number(version))?.accepted).toBe(accepted)
    }
  })
})

describe('brief', () => {
  it('asks at most six questions, whatever the server has', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.constantFrom(...suitesBefore13), { minLength: 1, maxLength: 60 }),
        fc.constantFrom(0x0300, 0x0301, 0x0302, 0x0303),
        async (suites, version) => {
          const { ask, asked } = serve({ ...happy, suites: { [version]: suites } })
          await surveyBriefly(ask, nobody)
          expect(asked.length).toBeLessThanOrEqual(8)
        },
      ),
    )
    const { ask, asked } = serve(happy)
    await surveyBriefly(ask, nobody)
    expect(asked.length).toBeLessThanOrEqual(6)
  })

  it('case 55: names the oldest versions and the weak suites', async () => {
    const server = { ...happy, suites: { 0x0303: [0xc030, 0x0005, 0x000a], 0x0301: [0x002f] } }
    const survey = await surveyBriefly(serve(server).ask, nobody)
    expect(survey.versions.map(({ version, accepted }) => [version, accepted])).toEqual([
      [0x0002, false],
      [0x0300, false],
      [0x0301, true],
      [0x0302, false],
      [0x0303, true],
    ])
    expect(survey.suites.find(({ version }) => version === 0x0303)?.suites.map(({ id }) => id)).toEqual([0xc030, 0x0005, 0x000a])
  })

  it('what was refused is known to be refused, and what was not asked is not', async () => {
    const survey = await surveyBriefly(serve(happy).ask, nobody)
    const list = survey.suites.find(({ version }) => version === 0x0303)
    expect(list?.complete).toBe(false)
    expect(list?.refused).toContain(0x0005)
    expect(list?.refused).not.toContain(0x002f)
  })
})
