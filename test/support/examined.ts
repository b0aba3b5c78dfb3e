import type { CheckResult, Finding, HostResult } from '../../src/check/index.ts'

/** What a deep check might say of a target: the shape, not the truth of any server. */
export function exampleResult(change: Partial<CheckResult> = {}): CheckResult {
  return {
    target: 'example.org',
    domain: 'example.org',
    verdict: 'valid',
    cause: 'pkix',
    words: 'encrypted, with a certificate that is right for the server',
    quote: undefined,
    best: 'valid',
    grade: 'D',
    findings: [findingOf('mx-cname', 'low', 'mx.example.org is an alias of mail.example.net')],
    hosts: [exampleHost()],
    mtaSts: {
      kind: 'policy',
      cause: undefined,
      policy: {
        mode: 'enforce',
        mx: ['mx.example.org', '*.example.net'],
        maxAge: 604_800,
        id: '20260101',
        source: 'cache',
        fetchedAt: '2026-11-20T00:00:00.000Z',
        expiresAt: '2026-11-27T00:00:00.000Z',
      },
      words: 'MTA-STS policy (enforce) from cache, 58 h left',
      warnings: ['no MTA-STS record; the cached policy still rules'],
    },
    tlsRpt: {
      kind: 'record',
      rua: ['mailto:tls@example.org'],
      words: 'go to mailto:tls@example.org',
      problems: ['its rua "x" has neither mailto: nor https: before it'],
    },
    providers: [],
    checkedAt: '2026-11-24T09:30:00.000Z',
    ...change,
  }
}

export function exampleHost(change: Partial<HostResult> = {}): HostResult {
  return {
    mx: 'mx.example.org',
    preference: 10,
    address: '192.0.2.1',
    port: 25,
    protocol: 'smtp',
    security: 'starttls',
    verdict: 'valid',
    cause: 'pkix',
    words: 'encrypted, with a certificate that is right for the server',
    quote: undefined,
    grade: 'D',
    dane: {
      kind: 'usable',
      words: 'mx.example.org has TLSA records 3 1 1',
      mxSecure: true,
      baseDomain: 'mx.example.org',
      records: [{ usage: 3, selector: 1, matchingType: 1, data: '1c'.repeat(32) }],
      match: 'matched',
      matchWords: 'TLSA 3 1 1 matches',
    },
    listed: true,
    demand: {
      kind: 'use',
      level: 'authenticated',
      voucher: 'dane',
      met: true,
      reason: 'mx.example.org has TLSA records 3 1 1',
      steps: [{ about: 'dane', words: 'mx.example.org has TLSA records 3 1 1' }],
    },
    findings: [
      findingOf('certificate-weak-key', 'high', 'RSA 1024 bits'),
      findingOf('forward-secrecy-missing', 'medium', 'TLS_RSA_WITH_AES_128_CBC_SHA'),
      { ...findingOf('heartbleed', 'high', 'asked for 1 octet, got 16'), bytes: '18030300100202' },
      findingOf('slow-greeting', 'info', 'after 12 s'),
    ],
    tls: {
      version: 'TLSv1.3',
      cipher: 'TLS_AES_256_GCM_SHA384',
      group: 'X25519MLKEM768',
      forwardSecrecy: true,
      resumed: false,
      servername: 'mx.example.org',
      chain: [certificate],
      shown: [],
      trustError: undefined,
    },
    resumption: [
      { version: 'TLSv1.3', ticket: true, resumed: true, earlyData: 0 },
      { version: 'TLSv1.2', ticket: false, resumed: undefined, earlyData: 0 },
    ],
    connections: { survey: 19, probes: 4 },
    notTested: [
      { rule: 'robot', title: 'ROBOT: the server tells how RSA padding went', why: 'the budget of 20 connections was used up' },
      { rule: 'ticketbleed', title: 'Ticketbleed', why: 'the server gives no session tickets' },
    ],
    passed: ['crime', 'early-ccs'],
    survey: {
      versions: [
        { version: 'SSLv2', accepted: undefined },
        { version: 'TLSv1', accepted: false },
        { version: 'TLSv1.2', accepted: true },
        { version: 'TLSv1.3', accepted: true },
      ],
      suites: [
        {
          version: 'TLSv1.3',
          order: 'client',
          complete: true,
          suites: [
            { id: '0x1302', name: 'TLS_AES_256_GCM_SHA384', openssl: undefined, bits: 256, strength: 'good' },
            { id: '0x1303', name: 'TLS_CHACHA20_POLY1305_SHA256', openssl: undefined, bits: 256, strength: 'good' },
          ],
        },
        {
          version: 'TLSv1.2',
          order: 'server',
          complete: false,
          suites: [
            {
              id: '0xc030',
              name: 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
              openssl: 'ECDHE-RSA-AES256-GCM-SHA384',
              bits: 256,
              strength: 'good',
            },
            {
              id: '0xcca9',
              name: 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
              openssl: undefined,
              bits: 256,
              strength: 'good',
            },
            { id: '0x002f', name: 'TLS_RSA_WITH_AES_128_CBC_SHA', openssl: 'AES128-SHA', bits: 128, strength: 'weak' },
            { id: '0x0004', name: 'TLS_RSA_WITH_RC4_128_MD5', openssl: 'RC4-MD5', bits: 128, strength: 'broken' },
          ],
        },
      ],
      groups: [
        {
          version: 'TLSv1.3',
          complete: true,
          groups: [
            { id: '0x11ec', name: 'X25519MLKEM768' },
            { id: '0x001d', name: 'x25519' },
          ],
        },
        { version: 'TLSv1.2', complete: false, groups: [{ id: '0x001d', name: 'x25519' }] },
      ],
      dh: [
        { bits: 1024, name: 'RFC 2409 group 2' },
        { bits: 2048, name: undefined },
      ],
      schemes: ['rsa_pss_rsae_sha256'],
      certificates: [
        { keyType: 'rsa', chain: [certificate], sni: true },
        { keyType: 'ec', chain: [{ ...certificate, keyType: 'ec', keyBits: undefined }], sni: false },
      ],
      extensions: { extended_master_secret: true, heartbeat: false, session_ticket: undefined },
    },
    stopped: undefined,
    transcripts: [
      [
        { at: 1, from: 'note', text: 'connected to 192.0.2.1 port 25' },
        { at: 104, from: 'server', text: '220 mx.example.org ESMTP' },
        { at: 105, from: 'client', text: 'EHLO sender.example' },
      ],
    ],
    ...change,
  }
}

const certificate = {
  subject: 'CN=mx.example.org',
  issuer: 'C=XX, O=Example Authority, CN=R1',
  names: ['mx.example.org', 'mail.example.org'],
  addresses: ['192.0.2.1'],
  notBefore: '2026-10-01T00:00:00.000Z',
  notAfter: '2026-12-30T00:00:00.000Z',
  serial: '04d2',
  sha256: '9f'.repeat(32),
  spkiSha256: '1c'.repeat(32),
  keyType: 'rsa',
  keyBits: 1024,
  keyExponent: '65537',
  roca: false,
  selfSigned: false,
  commonName: 'mx.example.org',
  signature: { oid: '1.2.840.113549.1.1.11', key: 'rsa', hash: 'sha256' },
  authority: false,
  pathLength: undefined,
  keyUsage: ['digitalSignature'],
  extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'],
  caIssuers: ['http://authority.example/r1.der'],
  ocsp: [],
  crls: [],
  mustStaple: false,
  sctCount: 2,
} as const

type Telling = Pick<Finding, 'title' | 'why' | 'next'>

const telling: Readonly<Record<string, Telling>> = {
  'mx-cname': {
    title: 'An MX record points at an alias',
    why: 'It works with most senders, but RFC 2181 10.3 forbids it.',
    next: "Point the MX record at the host's own name.",
  },
  'certificate-weak-key': {
    title: 'The key of the certificate is too short',
    why: 'A key of less than 2,048 bits can be broken: somebody on the way could answer in the place of the server.',
    next: 'Ask the provider for a certificate with an ECDSA key, or RSA of 2,048 bits or more.',
  },
  'forward-secrecy-missing': {
    title: 'The key exchange has no forward secrecy',
    why: "Who records the mail and gets the server's key later can read it.",
    next: 'Ask the provider to prefer ECDHE cipher suites.',
  },
  heartbleed: {
    title: 'The server gives away its memory (Heartbleed)',
    why: 'Anybody can read mail, passwords and keys out of the server.',
    next: 'Ask the provider to bring the server up to date, and to make new keys; the old ones may be known.',
  },
}

const remark: Telling = {
  title: 'The greeting came slowly',
  why: 'Some servers let senders wait to find out who is impatient; Sealpost waits.',
  next: 'Nothing needs to be done.',
}

export function findingOf(rule: string, severity: Finding['severity'], evidence: string): Finding {
  const { title, why, next } = telling[rule] ?? remark
  return { rule, severity, title, evidence, why, next }
}

/** Words that our own code chose, which no server can write. */
const own = new Set(
  (
    'verdict best grade severity protocol security order strength from checkedAt notBefore notAfter rule oid key hash ' +
    'kind mode source fetchedAt expiresAt match level voucher about'
  ).split(' '),
)

/** The same result with `text` in each place that a server, its DNS or its certificate can write to. */
export function poison<Data>(data: Data, text: string, field = ''): Data {
  if (typeof data === 'string') return (own.has(field) ? data : text) as Data
  if (Array.isArray(data)) return data.map((item: unknown) => poison(item, text, field)) as Data
  if (typeof data !== 'object' || data === null) return data
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [field === 'extensions' ? text : key, poison(value as unknown, text, key)]),
  ) as Data
}
