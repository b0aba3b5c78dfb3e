import { describe, expect, it } from 'vitest'
import { type Script, spellReply } from '../../../src/world/index.ts'
import { type Checked, checkIn, checkWith, transcriptOf } from '../../support/checkWith.ts'
import { mx, startLab } from '../../support/lab.ts'
import { publicAddress } from '../../support/network.ts'

const valid = { verdict: 'valid', cause: 'pkix' }
const unknown = spellReply(502, '5.5.1 Command not implemented')
const without: Partial<Script> = {
  greeting: '220 node2.example.test ESMTP\r\n',
  ehlo: spellReply(250, 'node2.example.test', 'SIZE'),
  starttls: unknown,
}
/** A script of which only those connections have anything. */
function on(numbers: readonly number[], script: Partial<Script>): Partial<Script> {
  return Object.fromEntries(
    Object.entries(script).map(([moment, say]) => [
      moment,
      ({ connection }: { connection: number }) => (numbers.includes(connection) ? say : undefined),
    ]),
  )
}

describe('case 40: several nodes behind one address', () => {
  it.each([
    [[3], '1 of 7'],
    [[2], '1 of 7'],
    [[4, 6], '2 of 7'],
    [[2, 3, 4, 5, 6, 7], '6 of 7'],
  ])('case 40: without STARTTLS on connections %j it is intermittent, n of m, with the banners', async (numbers, told) => {
    const { host, findings, exit } = await checkWith(on(numbers, without))
    expect(host).toMatchObject({ ...valid, grade: 'D' })
    expect(findings['starttls-intermittent']).toBe(
      `high: ${told} without (220 node2.example.test ESMTP); with: 220 mx.example.test ESMTP`,
    )
    expect(findings['starttls-not-offered']).toBeUndefined()
    expect(exit).toBe(0)
    // The node that lacks it can be shown: its dialogue is kept beside the one the verdict rests on.
    expect(host.transcripts).toHaveLength(1 + numbers.length)
    expect(transcriptOf(host, 1)).toContain('server: 220 node2.example.test ESMTP')
    // What those connections were to ask was not asked.
    const untested = host.notTested.map(({ rule }) => rule)
    expect(host.passed.filter((rule) => untested.includes(rule))).toEqual([])
  })

  it('case 40: on none and on all it is no finding', async () => {
    expect((await checkWith()).findings).toEqual({})
    const { findings } = await checkWith(without)
    expect(Object.keys(findings)).toEqual(['starttls-not-offered'])
  })

  it('case 40: the injection probe that met the node without is not tested, never passed', async () => {
    const { host, findings } = await checkWith(on([2], without))
    expect(findings['command-injection']).toBeUndefined()
    expect(host.passed).not.toContain('command-injection')
    expect(host.notTested.find(({ rule }) => rule === 'command-injection')?.why).toBeDefined()
  })

  it('case 40: a node whose certificate is for another name is judged by the connection that it was', async () => {
    await using lab = await startLab()
    const good = await lab.addServer()
    const odd = await lab.addServer(publicAddress, { certificate: { names: ['node2.example.test'] } })
    lab.network.put(publicAddress, 25, good, odd)
    const { host } = await checkIn(lab, good)
    expect(host).toMatchObject(valid)
    expect(odd.connections.length).toBeGreaterThan(0)
  })
})

describe('commands behind STARTTLS', () => {
  it('case 34: one that is run inside TLS is found, with the answer that proves it', async () => {
    const { host, findings, exit } = await checkWith({ behindStarttls: 'run' })
    expect(host).toMatchObject({ ...valid, grade: 'D' })
    expect(Object.keys(findings)).toEqual(['command-injection'])
    expect(findings['command-injection']).toMatch(/^high: .*250/)
    expect(exit).toBe(0)
  })

  it('case 35: one that is answered in the clear is no injection', async () => {
    const { host, findings } = await checkWith({ behindStarttls: 'answer' })
    expect(host).toMatchObject(valid)
    expect(Object.keys(findings)).toEqual(['clear-after-starttls'])
    expect(findings['clear-after-starttls']).toMatch(/^medium: 250/)
  })

  const scripts: [string, Partial<Script>][] = [
    ['refused', { starttls: ({ pending }) => (pending === '' ? undefined : '554 5.5.0 pipelining\r\n') }],
    ['met by a close', { starttls: ({ pending }) => (pending === '' ? undefined : { close: true }) }],
    ['dropped', {}],
  ]
  it.each(scripts)('case 36: one that is %s is safe, and the examination goes on', async (_, script) => {
    const { host, findings } = await checkWith(script)
    expect(host).toMatchObject({ ...valid, stopped: undefined })
    expect(findings).toEqual({})
    expect(host.passed).toContain('command-injection')
    expect(host.passed).toContain('sslv2-offered')
  })

  it('case 37: a server that takes 5 s for each answer is no false positive', async () => {
    await using lab = await startLab()
    const slowly = async () => {
      await lab.clock.sleep(5_000)
      return undefined
    }
    const server = await lab.addServer(undefined, {
      script: { ehlo: slowly, starttls: slowly, ehloAfterTls: slowly, quit: slowly },
    })
    const { host, findings } = await checkIn(lab, server)
    expect(host).toMatchObject(valid)
    expect(findings).toEqual({})
    expect(host.passed).toContain('command-injection')
  })
})

const probing = { check: { probeMail: true } }
const submission = { ...probing, target: `submission://${mx}` }

async function checkSubmission(script: Partial<Script>): Promise<Checked> {
  await using lab = await startLab(submission)
  const server = await lab.addServer(publicAddress, { port: 587, script })
  return await checkIn(lab, server, submission.target)
}

describe('with the trial of mail', () => {
  it('case 38: a sender that is kept over STARTTLS', async () => {
    const { host, findings } = await checkWith({ keepState: true }, probing)
    expect(host).toMatchObject({ ...valid, connections: { survey: 6, probes: 2 }, stopped: undefined })
    expect(findings).toEqual({
      'starttls-state-kept': 'medium: 250 2.1.5 Ok',
      'mail-opportunistic': 'info: 250 2.1.0 Ok',
    })
  })

  it('case 38: one that is forgotten passes', async () => {
    const { host, findings } = await checkWith({}, probing)
    expect(findings).toEqual({ 'mail-opportunistic': 'info: 250 2.1.0 Ok' })
    expect(host.passed).toContain('starttls-state-kept')
  })

  it.each([
    ['a close', { close: true }],
    ['a reset', { reset: true }],
    ['silence', { silence: true }],
    ['greylisting', '450 4.7.1 Greylisted\r\n'],
  ] as const)('cases 11 and 59: RCPT that is met by %s is not tested', async (_, rcpt) => {
    const { host, findings } = await checkWith({ rcpt, keepState: true }, probing)
    expect(host).toMatchObject(valid)
    expect(findings['starttls-state-kept']).toBeUndefined()
    expect(host.passed).not.toContain('starttls-state-kept')
    expect(host.notTested.map(({ rule }) => rule)).toContain('starttls-state-kept')
  })

  it('case 39: 530 before TLS is a server that demands it', async () => {
    const mail = '530 5.7.0 Must issue a STARTTLS command first\r\n'
    const { host, findings } = await checkWith({ mail: ({ secure }) => (secure ? undefined : mail) }, probing)
    expect(host).toMatchObject(valid)
    expect(findings).toEqual({ 'tls-demanded': 'info: 530 5.7.0 Must issue a STARTTLS command first' })
    expect(host.passed).not.toContain('starttls-state-kept')
  })

  it('case 39: mail taken in the clear is usual on port 25, and high where people hand it in', async () => {
    const { findings } = await checkSubmission({})
    expect(findings).toEqual({ 'mail-in-clear': 'high: 250 2.1.0 Ok' })
  })

  it('cases 38 and 39: without the user’s word nothing of it is asked, nor said to be absent', async () => {
    const { host, findings } = await checkWith({ keepState: true })
    expect(findings).toEqual({})
    expect(host.passed).not.toContain('starttls-state-kept')
  })
})

describe('what is offered in the clear and inside', () => {
  const inside = spellReply(250, mx, 'SIZE', 'AUTH PLAIN LOGIN')
  it('case 33: AUTH inside TLS alone is good', async () => {
    const { findings } = await checkWith({ ehloAfterTls: inside })
    expect(findings).toEqual({})
  })

  it('case 33: AUTH PLAIN in the clear is a note on port 25, and high where people log in', async () => {
    const ehlo = spellReply(250, mx, 'STARTTLS', 'AUTH CRAM-MD5 PLAIN LOGIN')
    const { findings } = await checkWith({ ehlo, ehloAfterTls: inside })
    expect(findings).toEqual({ 'auth-in-clear-relay': 'info: AUTH PLAIN LOGIN' })
    const { host, findings: submitted } = await checkSubmission({ ehlo, ehloAfterTls: inside })
    expect(submitted['auth-in-clear']).toBe('high: AUTH PLAIN LOGIN')
    expect(host.grade).toBe('D')
  })

  it('case 33: a log-in that hides the password is none of them', async () => {
    const { findings } = await checkWith({ ehlo: spellReply(250, mx, 'STARTTLS', 'AUTH CRAM-MD5') })
    expect(findings).toEqual({})
  })

  it('case 41: REQUIRETLS counts inside TLS alone', async () => {
    const { findings } = await checkWith({ ehloAfterTls: spellReply(250, mx, 'REQUIRETLS') })
    expect(findings).toEqual({ requiretls: 'info: REQUIRETLS' })
    const { findings: outside } = await checkWith({ ehlo: spellReply(250, mx, 'STARTTLS', 'REQUIRETLS') })
    expect(outside).toEqual({})
  })
})
