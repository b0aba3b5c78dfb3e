import { X509Certificate, generateKeyPairSync } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SealpostError } from '../errors.ts'
import { guessHostname, parseEndpoint, parseHostname, parseNameServer } from './host.ts'
import { findNearest } from '../nearest.ts'
import { loadSettings, parseDuration, printDuration, settingsExample, settingsJsonSchema, settingsReference } from './index.ts'

const home = process.cwd()
let folder = ''
let file = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  file = join(folder, 'sealpost.yaml')
})
afterEach(async () => {
  process.chdir(home)
  await rm(folder, { recursive: true })
})

async function load(content: string) {
  await writeFile(file, content)
  return loadSettings(file)
}

async function refuse(content: string): Promise<string> {
  const error: unknown = await load(content).then(
    () => 'was accepted',
    (reason: unknown) => reason,
  )
  if (!(error instanceof SealpostError)) throw new Error(String(error), { cause: error })
  return `${error.code} ${error.where?.replace(`${folder}/`, '')} ${error.what.replace(`${folder}/`, '')}`
}

test('without a file every setting has its default', async () => {
  process.chdir(folder)
  expect(await loadSettings()).toEqual({
    server: {
      baseUrl: undefined,
      listen: { address: '127.0.0.1', port: 8025 },
      tls: undefined,
      allowHttp: false,
      trustedProxies: [],
    },
    data: join(process.cwd(), 'sealpost-data'),
    dkim: [],
    witness: { logs: [] },
    evidence: { domains: 'committed' },
    hostname: guessHostname(),
    compliance: { level: 'block', off: [], addresses: [] },
    dns: {
      servers: [],
      timeout: 5000,
      tries: 3,
      trustAd: 'auto',
      trustTest: { signed: '.', broken: 'dnssec-failed.org' },
    },
    tls: { ca: [], minVersion: 'TLSv1.2' },
    network: { allowPrivateAddresses: false, port: 25, ipv6: 'auto' },
    policy: { mtaSts: true, port: 443 },
    delivery: {
      connections: 500,
      inFlight: 5000,
      lane: {
        connections: 10,
        messagesPerConnection: 100,
        recipientsPerTransaction: 100,
        messagesPerHour: undefined,
        warmUp: [],
      },
      rules: [],
      retry: [300_000, 900_000, 3_600_000, 7_200_000, 10_800_000],
      giveUp: 432_000_000,
      held: { until: 432_000_000, then: 'fail' },
      shutdown: 30_000,
      pipelining: 'across',
      chunking: 'auto',
      timeouts: { connect: 30_000, greeting: 300_000, command: 300_000, data: 120_000, block: 180_000, dot: 600_000 },
    },
  })
})

test('sealpost.yaml of the working folder is found, and one that was named must be there', async () => {
  process.chdir(folder)
  await writeFile(file, 'network: { port: 2525 }')
  expect((await loadSettings()).network.port).toBe(2525)
  await expect(loadSettings('other.yaml')).rejects.toMatchObject({ code: 'SP_FILE_MISSING', where: 'other.yaml' })
})

test('a sealpost.yaml that is no file is an error and not the defaults', async () => {
  process.chdir(folder)
  await mkdir(file)
  await expect(loadSettings()).rejects.toMatchObject({ code: 'SP_FILE_UNREADABLE' })
})

test('paths start from the folder of the file', async () => {
  expect((await load('data: ../elsewhere')).data).toBe(join(folder, '../elsewhere'))
  expect((await load('data: /var/lib/sealpost')).data).toBe('/var/lib/sealpost')
})

test('entries become plain values', async () => {
  const settings = await load(
    'hostname: Mail.Bücher.example\ndns:\n  servers: [192.0.2.1, "192.0.2.1:5353", "[::1]:53", "2001:db8::1", "192.0.2.1#Dns.example.org", "[::1]:8853#dns.example.org"]\n  timeout: 500ms\n  trustAd: yes\n  trustTest: { broken: broken.example }\ndelivery:\n  retry: [90s]\n  giveUp: 2d\n',
  )
  expect(settings.hostname).toBe('mail.xn--bcher-kva.example')
  expect(settings.dns).toEqual({
    servers: [
      { address: '192.0.2.1', port: 53 },
      { address: '192.0.2.1', port: 5353 },
      { address: '::1', port: 53 },
      { address: '2001:db8::1', port: 53 },
      { address: '192.0.2.1', port: 853, tlsName: 'dns.example.org' },
      { address: '::1', port: 8853, tlsName: 'dns.example.org' },
    ],
    timeout: 500,
    tries: 3,
    trustAd: 'yes',
    trustTest: { signed: '.', broken: 'broken.example' },
  })
  expect(settings.delivery).toMatchObject({ retry: [90_000], giveUp: 172_800_000, connections: 500 })
  expect(structuredClone(settings)).toEqual(settings)
})

test('limits are those of a lane, and of whom a rule names', async () => {
  const { delivery } = await load(
    [
      'delivery:',
      '  lane: { connections: 4, messagesPerHour: 1000, warmUp: [50, 100] }',
      '  rules:',
      '    - { provider: google, messagesPerHour: none }',
      '    - { mx: "*.Mail.Protection.outlook.com", connections: 20 }',
      '    - { domain: Bücher.example, warmUp: [10] }',
      '  held: { then: export }',
    ].join('\n'),
  )
  expect(delivery.lane).toEqual({
    connections: 4,
    messagesPerConnection: 100,
    recipientsPerTransaction: 100,
    messagesPerHour: 1000,
    warmUp: [50, 100],
  })
  expect(delivery.rules).toStrictEqual([
    { match: { kind: 'provider', provider: 'google' }, change: { messagesPerHour: undefined } },
    { match: { kind: 'mx', pattern: '*.mail.protection.outlook.com' }, change: { connections: 20 } },
    { match: { kind: 'domain', domain: 'xn--bcher-kva.example' }, change: { warmUp: [10] } },
  ])
  expect(delivery.held).toEqual({ until: 432_000_000, then: 'export' })
})

test.each([
  ['hostname: mail', '1 hostname must be the full name of this host, such as mail.example.org'],
  ['hostname: 192.0.2.1', '1 hostname must be the full name of this host, such as mail.example.org'],
  ['hostname: "[192.0.2.1]"', '1 hostname must be the full name of this host, such as mail.example.org'],
  ['hostname: "mail.example.org\\r\\nQUIT"', '1 hostname must be the full name of this host, such as mail.example.org'],
  ['hostname: mail_1.example.org', '1 hostname must be the full name of this host, such as mail.example.org'],
  [
    'dns:\n  servers:\n    - 192.0.2.1\n    - dns.example.org',
    '4 Entry 2 of dns.servers must be the address of a DNS server, such as 192.0.2.1, "192.0.2.1:5353" or "[2001:db8::1]:53"',
  ],
  [
    'dns:\n  servers: ["192.0.2.1#192.0.2.1"]',
    '2 Entry 1 of dns.servers must be the address of a DNS server, such as 192.0.2.1, "192.0.2.1:5353" or "[2001:db8::1]:53"',
  ],
  ['dns:\n  trustAd: true', '2 dns.trustAd must be auto, yes or no'],
  ['dns:\n  trustTest:\n    signed: a b', '3 dns.trustTest.signed must be a name in the DNS, such as example.org'],
  ['dns:\n  timeout: 5', '2 dns.timeout must be a duration: a number with its unit, such as 90s, 5m, 2h or 5d'],
  ['dns:\n  timeout: 5 s', '2 dns.timeout must be a duration: a number with its unit, such as 90s, 5m, 2h or 5d'],
  ['dns:\n  timeout: 2h', '2 dns.timeout must be from 100ms to 1m'],
  ['dns:\n  tries: 0', '2 dns.tries must be at least 1'],
  ['tls:\n  minVersion: TLSv1.1', '2 tls.minVersion must be TLSv1.2 or TLSv1.3: did you mean TLSv1.2?'],
  ['tls:\n  ca: [a]', '2 tls.ca must be a text; put it in quotes if it looks like a number'],
  ['network:\n  ipv6: on', '2 network.ipv6 must be auto or off'],
  ['network:\n  source: [192.0.2.1, 192.0.2.2]', '2 network.source must be an IPv4 address, an IPv6 address, or one of each'],
  ['network:\n  port: 65536', '2 network.port must be at most 65535'],
  ['network:\n  allowPrivateAddresses: yes', '2 network.allowPrivateAddresses must be true or false'],
  ['delivery:\n  connections: 10001', '2 delivery.connections must be at most 10000'],
  ['delivery:\n  lane:\n    connections: 0', '3 delivery.lane.connections must be at least 1'],
  [
    'delivery:\n  connections: 8\n  lanes: 50',
    '3 delivery has no entry lanes any more: delivery.connections, the most connections in all, takes its place',
  ],
  [
    'delivery:\n  messagesPerConnection: 20',
    '2 delivery has no entry messagesPerConnection any more: it is now delivery.lane.messagesPerConnection',
  ],
  ['delivery:\n  lane:\n    messagesPerHour: 0', '3 delivery.lane.messagesPerHour must be at least 1'],
  [
    'delivery:\n  lane:\n    messagesPerHour: 50/h',
    '3 delivery.lane.messagesPerHour must be a whole number from 1 to 10000000, or none',
  ],
  ['delivery:\n  lane:\n    warmUp: [50, -1]', '3 Entry 2 of delivery.lane.warmUp must be at least 1'],
  ['delivery:\n  held: { then: return }', '2 delivery.held.then must be fail, drop or export'],
  ['delivery:\n  held: { until: 1s }', '2 delivery.held.until must be from 1m to 90d'],
  ['delivery:\n  pipelining: some', '2 delivery.pipelining must be across, within or none: did you mean none?'],
  ['delivery:\n  rules: {}', '2 delivery.rules must be a list, such as [one, two]'],
  [
    'delivery:\n  rules:\n    - provider: google\n      connections: 5\n    - connections: 5',
    '5 Entry 2 of delivery.rules needs one of provider, mx and domain',
  ],
  [
    'delivery:\n  rules:\n    - { provider: google, domain: example.org, connections: 5 }',
    '3 Entry 1 of delivery.rules needs one of provider, mx and domain',
  ],
  [
    'delivery:\n  rules:\n    - domain: example.org',
    '3 Entry 1 of delivery.rules limits nothing: add connections, messagesPerConnection, recipientsPerTransaction, messagesPerHour or warmUp',
  ],
  [
    'delivery:\n  rules:\n    - provider: gogle\n      connections: 5',
    '3 delivery.rules.0.provider is no provider of mailboxes that is known: did you mean google?',
  ],
  [
    'delivery:\n  rules:\n    - mx: "mail.*.example"\n      connections: 5',
    '3 delivery.rules.0.mx must be the name of a mail server, or *. and what such names end with',
  ],
  [
    'delivery:\n  rules:\n    - mx: "*.example.org"\n      conections: 5',
    '4 Entry 1 of delivery.rules has an unknown entry "conections": did you mean connections?',
  ],
  ['delivery:\n  retry: []', '2 delivery.retry must be at least 1 entries long'],
  [
    'delivery:\n  retry: [5m, 5x]',
    '2 Entry 2 of delivery.retry must be a duration: a number with its unit, such as 90s, 5m, 2h or 5d',
  ],
  ['delivery:\n  timeouts:\n    dott: 1m', '3 delivery.timeouts has an unknown entry "dott": did you mean dot?'],
  [
    'witness:\n  logs: ["log.example+00000000+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]',
    '1 witness needs a name beside the logs',
  ],
  [
    'witness:\n  name: w.example\n  logs: [log.example]',
    "3 Entry 1 of witness.logs must be a log's key: name+id+key, as it stands in the file evidence/keys of a data folder",
  ],
  ['deliver:\n  timeouts:\n    dot: 1m', '1 The file has an unknown entry "deliver": did you mean delivery?'],
])('%j: line %s', async (content, expected) => {
  expect(await refuse(content)).toBe(`SP_SETTINGS_INVALID sealpost.yaml:${expected}`)
})

test('authorities are read one by one, and the broken one is named', async () => {
  const [one = '', two = ''] = rootCertificates
  const pem = join(folder, 'ca.pem')
  const named = 'tls:\n  ca: ca.pem'
  await writeFile(pem, `# a bundle\n${one}\n${two}\n`)
  expect((await load(named)).tls.ca).toEqual([one, two].map((text) => new X509Certificate(text).toString()))
  await writeFile(pem, `${one}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`)
  const line = one.split('\n').length + 1
  expect(await refuse(named)).toBe(`SP_CERTIFICATE_UNREADABLE ca.pem:${line} Certificate 2 of 2 is damaged`)
  await writeFile(pem, `${one}\n${two.slice(0, 200)}`)
  expect(await refuse(named)).toBe(`SP_CERTIFICATE_UNREADABLE ca.pem:${line} Certificate 2 of 2 has no end`)
  await writeFile(pem, 'hello')
  expect(await refuse(named)).toBe('SP_CERTIFICATE_UNREADABLE ca.pem The file holds no certificate')
  const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
  await writeFile(pem, key)
  expect(await refuse(named)).toBe('SP_CERTIFICATE_UNREADABLE ca.pem The file holds a private key and no certificate')
  expect(await refuse('tls:\n  ca: lost.pem')).toBe(
    'SP_CERTIFICATE_UNREADABLE sealpost.yaml:2 tls.ca names lost.pem: a file does not exist',
  )
})

test('the example names every setting and changes none', async () => {
  const defaults = await load('# nothing\n')
  expect(await load(settingsExample())).toEqual(defaults)
  for (const { path } of settingsReference()) expect(settingsExample()).toContain(`# ${path.split('.').at(-1)}: `)
})

test('each line of the example may be put in force as it stands', async () => {
  const [authority = ''] = rootCertificates
  await writeFile(join(folder, 'authorities.pem'), authority)
  const leaves = settingsReference().map(({ path }) => path.split('.').at(-1))
  const line = new RegExp(`^( *)# (?=(?:${leaves.join('|')}): )`, 'gm')
  expect(settingsExample().match(line)).toHaveLength(leaves.length)
  const settings = await load(settingsExample().replace(line, '$1'))
  expect(settings).toMatchObject({ hostname: 'mail.example.org', dns: { servers: [{ address: '127.0.0.1', port: 53 }] } })
  expect(settings.tls.ca).toHaveLength(1)
  const { hostname: _, dns: __, tls: ___, server, witness, evidence, ...rest } = settings
  expect(evidence).toEqual({ domains: 'committed', origin: 'log.example.org/news' })
  expect(witness).toEqual({ name: 'witness.example.org', logs: [] })
  expect(server).toMatchObject({ baseUrl: 'https://news.example.org', tls: { cert: join(folder, 'fullchain.pem') } })
  const { source, ...network } = rest.network
  expect(source).toEqual({ ipv4: '192.0.2.25' })
  expect(await load('# nothing\n')).toMatchObject({ ...rest, network })
})

test('the reference tells type, default and purpose of each setting', () => {
  const reference = settingsReference()
  expect(reference).toContainEqual({
    path: 'delivery.timeouts.dot',
    type: 'duration',
    default: '10m',
    about: 'For the reply to the end of the message. Shorter gives duplicates.',
  })
  expect(reference.find(({ path }) => path === 'delivery.retry')?.default).toBe('[5m, 15m, 1h, 2h, 3h]')
  expect(reference.every(({ type, about }) => type !== '' && about !== '')).toBe(true)
  expect(settingsJsonSchema()).toMatchObject({ properties: { delivery: { properties: { inFlight: { maximum: 1_000_000 } } } } })
})

test('what a duration prints, it parses', () => {
  fc.assert(fc.property(fc.nat({ max: 999_999_999 }), (ms) => parseDuration(printDuration(ms)) === ms))
  expect(['90s', '5m', '2h', '5d', '500ms', '0s'].map(parseDuration)).toEqual([90_000, 300_000, 7_200_000, 432_000_000, 500, 0])
  expect(['', '5', '5 m', '-5m', '5.5m', '5M', '9999999999d', 's'].map(parseDuration)).toEqual(Array(8).fill(undefined))
})

test('a host without a full name greets as localhost.localdomain', () => {
  expect(guessHostname('box')).toBe('localhost.localdomain')
  expect(guessHostname('Mail.Example.org')).toBe('mail.example.org')
  expect(parseHostname('a.example.org.')).toBe('a.example.org')
  expect(['', '.', 'a..b', '-a.b', `${'a'.repeat(64)}.b`, `${'ab.'.repeat(90)}c`, 'a.1', 'a b.c'].map(parseHostname)).toEqual(
    Array(8).fill(undefined),
  )
})

test.each(['', 'x', '192.0.2.1:0', '192.0.2.1:65536', '192.0.2.1:', '[192.0.2.1]:53', '[::1', '::1]:53', '192.0.2.256'])(
  '%j is no endpoint',
  (text) => {
    expect(parseEndpoint(text, 53)).toBeUndefined()
  },
)

test.each([
  '#dns.example.org',
  '192.0.2.1#',
  '192.0.2.1#dns',
  '192.0.2.1#::1',
  '192.0.2.1:0#dns.example.org',
  'dns.example.org#192.0.2.1',
])('%j is no DNS server', (text) => {
  expect(parseNameServer(text)).toBeUndefined()
})

test('the nearest word is one that was probably meant', () => {
  expect(findNearest('replyto', ['replyTo', 'relay'])).toBe('replyTo')
  expect(findNearest('reply_to', ['replyTo', 'relay'])).toBe('replyTo')
  expect(findNearest('on', ['off', 'auto'])).toBeUndefined()
  expect(findNearest('x'.repeat(100_000), ['name'])).toBeUndefined()
})

test.each([
  ['baseUrl: https://news.example.org/path', 'must be https:// and a host'],
  ['baseUrl: ftp://news.example.org', 'must be https:// and a host'],
  ['cert: ./cert.pem', 'needs cert and key, or neither'],
  ['listen: everywhere', 'must be an address and a port'],
  ['trustedProxies: [10.0.0.0/33]', 'or a network such as 10.0.0.0/8'],
])('server: %s is told of', async (entry, message) => {
  await expect(load(`server:\n  ${entry}\n`)).rejects.toMatchObject({
    code: 'SP_SETTINGS_INVALID',
    what: expect.stringContaining(message) as string,
  })
})
