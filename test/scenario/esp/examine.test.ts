/** A provider beside its documentation, over real sockets: what differs is named, what could not be tried is not. */
import { expect, it } from 'vitest'
import { espExitOf } from '../../../src/cli/espCheck.ts'
import { examineProvider } from '../../../src/esp/index.ts'
import { type ProviderEndpoint, type SendingProvider, listEndpoints } from '../../../src/provider/index.ts'
import { printComparison } from '../../../src/report/index.ts'
import { type Place as Listening, type Script, type Zone, spellReply } from '../../../src/world/index.ts'
import { type Lab, startLab } from '../../support/lab.ts'
import { findClosedPlace, publicAddress } from '../../support/network.ts'
import { startRawServer } from '../../support/rawServer.ts'

const host = 'smtp.provider.test'
const must = spellReply(530, '5.7.0 Must issue a STARTTLS command first')
/** Takes nothing before TLS. */
const strict: Partial<Script> = { hostname: host, mail: ({ secure }) => (secure ? spellReply(250, 'Ok') : must) }

interface Setting {
  readonly tls?: SendingProvider['tls']
  readonly zone?: Zone
  readonly place?: Partial<SendingProvider['places'][number]>
  /** Puts servers on the ports of the provider. */
  readonly prepare?: (lab: Lab) => Promise<void>
}

/** Examines a provider with one host, whose port 587 is documented with STARTTLS and 465 with TLS at once. */
async function examineWith({ tls = {}, zone, place, prepare }: Setting) {
  await using lab = await startLab({ zone: { [host]: { A: [publicAddress] }, ...zone }, check: { probeMail: true } })
  await prepare?.(lab)
  const provider: SendingProvider = {
    id: 'provider',
    name: 'Provider',
    kind: 'esp',
    places: [{ hosts: [host], starttls: [587], ...place }],
    tls,
    logins: ['PLAIN'],
    spf: [],
    returnPaths: [],
    sources: [],
    checkedOn: '2026-11-23',
  }
  const told: [number, ProviderEndpoint][] = []
  const result = await examineProvider(provider, listEndpoints(provider), lab.context, (...step) => told.push(step))
  const [first] = result.endpoints
  const [address] = first?.addresses ?? []
  if (!first || !address) throw new Error('nothing was examined')
  return {
    result,
    told,
    first,
    address,
    kinds: address.differences.map(({ kind, severity }) => `${severity} ${kind}`),
    exit: espExitOf(result),
    dialed: lab.network.dialed,
    text: printComparison(result, { verbose: true, colour: false }),
  }
}

/** One server, on port 587 unless said otherwise. */
function serve(script: Partial<Script>, port = 587): (lab: Lab) => Promise<void> {
  return async (lab) => {
    await lab.addServer(publicAddress, { script: { ...strict, ...script }, port })
  }
}

it('all is as documented: offered, no log-in before it, MAIL refused with 530', async () => {
  const { address, exit, first, kinds, text, dialed } = await examineWith({
    tls: { demanded: true, floor: 'TLSv1.2' },
    prepare: serve({}),
  })
  expect(address).toMatchObject({
    outcome: 'as-documented',
    answers: { starttls: 'offered', authBeforeTls: 'none', plainMail: 'refused-530' },
  })
  expect(first.check.verdict).toBe('authenticated')
  expect(kinds).toEqual([])
  expect(exit).toBe(0)
  expect(text).toMatch(/smtp\.provider\.test:587 +STARTTLS +offered +no +530 +as documented/)
  // The politeness of a check holds here too.
  expect(dialed.length).toBeLessThanOrEqual(8)
})

it('TLS from the first octet, as documented', async () => {
  const { address, exit } = await examineWith({
    place: { starttls: [], implicit: [465] },
    prepare: serve({ implicitTls: true }, 465),
  })
  expect(address).toMatchObject({ outcome: 'as-documented', answers: { starttls: 'not-asked' } })
  expect(exit).toBe(0)
})

it('STARTTLS is documented and not there; what MAIL is answered with is asked all the same', async () => {
  const { address, kinds, exit } = await examineWith({
    tls: { demanded: true },
    prepare: serve({
      ehlo: spellReply(250, host, 'AUTH PLAIN LOGIN'),
      starttls: spellReply(502, '5.5.1 what?'),
      mail: spellReply(250, 'Ok'),
    }),
  })
  expect(address.answers).toEqual({ starttls: 'not-offered', authBeforeTls: 'password', plainMail: 'taken' })
  expect(kinds).toEqual(['high starttls-missing', 'high auth-before-tls', 'high mail-in-clear'])
  expect(exit).toBe(1)
})

it('STARTTLS is taken out of the offer on the way, and still works', async () => {
  const { address, kinds } = await examineWith({ prepare: serve({ ehlo: spellReply(250, host, 'SIZE 1000') }) })
  expect(address.answers.starttls).toBe('hidden')
  expect(kinds).toEqual(['high starttls-hidden'])
})

it('a log-in before TLS, and mail taken in plaintext', async () => {
  const script = { ehlo: spellReply(250, host, 'STARTTLS', 'AUTH PLAIN LOGIN'), mail: spellReply(250, 'Ok') }
  const silent = await examineWith({ prepare: serve(script) })
  expect(silent.kinds).toEqual(['medium auth-before-tls', 'medium mail-in-clear'])
  expect(silent.address.differences[0]?.seen).toBe('AUTH PLAIN LOGIN')
  expect(silent.exit).toBe(1)
  const left = await examineWith({ place: { starttls: [], optional: [587] }, prepare: serve(script) })
  expect(left.kinds).toEqual(['remark auth-before-tls', 'remark mail-in-clear'])
  expect(left.exit).toBe(0)
})

it('wrong mode: the port has TLS at once where STARTTLS is documented', async () => {
  const { kinds, exit, text } = await examineWith({ prepare: serve({ implicitTls: true }) })
  expect(kinds).toEqual(['high implicit-instead'])
  expect(exit).toBe(1)
  expect(text.replace(/\s+/g, ' ')).toContain('Greeting never received')
})

it('wrong mode: the port begins in plaintext where TLS is documented ("wrong version number")', async () => {
  const { kinds, address, text } = await examineWith({ place: { starttls: [], implicit: [465] }, prepare: serve({}, 465) })
  expect(kinds).toEqual(['high plaintext-instead'])
  expect(address.differences[0]?.seen).toContain('220')
  expect(text.replace(/\s+/g, ' ')).toContain('first record does not look like a TLS handshake')
})

it('a blocked port, a closed port, silence and a refusal are told apart', async () => {
  const place = { starttls: [25, 587, 2525, 2587] }
  const { result, exit, text } = await examineWith({
    place,
    prepare: async (lab) => {
      const closed = await findClosedPlace()
      lab.network.put(publicAddress, 587, closed)
      const mute: Listening = await startRawServer(() => undefined)
      lab.network.put(publicAddress, 2525, mute)
      await lab.addServer(publicAddress, { script: { greeting: spellReply(554, '5.7.1 not you') }, port: 2587 })
    },
  })
  expect(
    result.endpoints.map(({ endpoint, addresses }) => [endpoint.port, addresses[0]?.reach.kind, addresses[0]?.outcome]),
  ).toEqual([
    [25, 'blocked', 'untested'],
    [587, 'closed', 'differs'],
    [2525, 'silent', 'untested'],
    [2587, 'turned-away', 'untested'],
  ])
  expect(exit).toBe(1)
  expect(text).toContain('block port 25')
})

it('a handshake that the server refuses is no blocked port', async () => {
  const { address, kinds, exit } = await examineWith({ prepare: serve({ handshake: 'close' }) })
  expect(address.reach.kind).toBe('handshake-refused')
  expect(kinds).toEqual(['high starttls-fails'])
  expect(exit).toBe(1)
})

it('nothing but a blocked port is untested, and no difference', async () => {
  const { exit, kinds } = await examineWith({})
  expect(kinds).toEqual([])
  expect(exit).toBe(3)
})

it('a host that is gone, and a DNS that fails', async () => {
  const gone = await examineWith({ zone: { [host]: 'NXDOMAIN' } })
  expect(gone).toMatchObject({ kinds: ['medium host-gone'], exit: 1 })
  const failing = await examineWith({ zone: { [host]: 'SERVFAIL' } })
  expect(failing).toMatchObject({ kinds: [], exit: 3 })
  expect(failing.address.reach.kind).toBe('not-tried')
})

it('a certificate for another name, and versions that are said to have ended', async () => {
  const { kinds } = await examineWith({
    tls: { floor: 'TLSv1.2' },
    prepare: async (lab) => {
      await lab.addServer(publicAddress, {
        script: { ...strict, tls: { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } },
        certificate: { names: ['other.test'] },
        port: 587,
      })
    },
  })
  expect(kinds).toEqual(['medium old-tls', 'high certificate'])
})

it('of many addresses behind a name one is examined, and every endpoint is told of once', async () => {
  const { told, result, dialed } = await examineWith({
    zone: { [host]: { A: [publicAddress, '5.45.25.2', '5.45.25.3'] } },
    place: { starttls: [587, 2587], implicit: [465] },
    prepare: async (lab) => {
      await serve({}, 587)(lab)
      await serve({}, 2587)(lab)
      await serve({ implicitTls: true }, 465)(lab)
    },
  })
  expect(new Set(dialed.map(({ address }) => address))).toEqual(new Set([publicAddress]))
  expect(told.map(([done]) => done)).toEqual([1, 2, 3])
  expect(result.endpoints.map(({ endpoint }) => endpoint.port)).toEqual([587, 2587, 465])
})

it('says no more in the clear than EHLO, MAIL, STARTTLS and QUIT', async () => {
  await using lab = await startLab({ zone: { [host]: { A: [publicAddress] } }, check: { probeMail: true } })
  const server = await lab.addServer(publicAddress, { script: strict, port: 587 })
  const endpoint: ProviderEndpoint = { host, port: 587, protocol: 'smtp', security: 'starttls', region: undefined, seen: true }
  const provider = { tls: {} } as SendingProvider
  await examineProvider(provider, [endpoint], lab.context)
  await Promise.all(server.connections.map(async ({ closed }) => closed))
  for (const { plaintext } of server.connections)
    expect(plaintext.toString('latin1').replace(/EHLO \S+\r\n|STARTTLS\r\n|MAIL FROM:<>\r\n|QUIT\r\n/g, '')).toBe('')
})
