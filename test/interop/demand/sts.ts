/** Domains with MTA-STS policies good and bad (case 68), and what becomes of mail for each. */
import type { ServerKind } from './server.ts'

export interface PolicyAnswer {
  /** 200 unless given. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Goes on with octets until there are so many. */
  readonly size?: number
  /** Shows a certificate for another host. */
  readonly stranger?: boolean
  /** Begins to answer and does not go on. */
  readonly stalls?: boolean
}

export interface StsScenario {
  readonly about: string
  /** Of the domain, below `test`. */
  readonly label: string
  /** The TXT records at `_mta-sts`; a good one unless given. */
  readonly records?: readonly string[]
  /** What the policy host says; undefined where nothing listens there, null where DNS does not know it. */
  readonly answer?: PolicyAnswer | null
  /** Where the domain's mail goes is a host of its own, `mx.LABEL.test`, with this server behind it. */
  readonly server?: ServerKind
  /** TLSA records of that host. */
  readonly tlsa?: readonly string[]
  /** Words that tell what is wrong, or what is in force. */
  readonly says: readonly RegExp[]
  readonly check: { readonly verdict: string; readonly cause: string }
  readonly send: { readonly state: 'sent' | 'held'; readonly verdict: string }
  /** The fetch takes a minute to fail, so that check and send are not asked. */
  readonly slow?: boolean
}

/** The host of all that have none of their own; it has no TLSA records. */
export const stsHost = 'mx.sts.test'

const vouched = {
  check: { verdict: 'authenticated', cause: 'mta-sts' },
  send: { state: 'sent', verdict: 'authenticated' },
} as const
/** RFC 8461 5: the mail waits, since the policy may be in order tomorrow. */
const refused = { check: { verdict: 'broken', cause: 'mx-not-listed' }, send: { state: 'held', verdict: 'not-tested' } } as const
/** RFC 8461 3.3: as if there were no policy; what the message itself demands is met. */
const without = { check: { verdict: 'valid', cause: 'pkix' }, send: { state: 'sent', verdict: 'valid' } } as const

interface Policy {
  readonly mode?: string
  readonly mx?: string
  readonly age?: string
  readonly more?: string
  readonly end?: string
}

const write = ({ mode = 'enforce', mx = stsHost, age = '604800', more, end = '\r\n' }: Policy = {}): string =>
  ['version: STSv1', `mode: ${mode}`, `mx: ${mx}`, `max_age: ${age}`, ...(more === undefined ? [] : [more]), ''].join(end)

const serve = (policy: Policy = {}): PolicyAnswer => ({ body: write(policy) })

const inForce = /^MTA-STS policy \(enforce\) just fetched/

export const stsScenarios: readonly StsScenario[] = [
  { about: 'enforce, CRLF', label: 'sts-crlf', answer: serve(), says: [inForce], ...vouched },
  { about: 'enforce, LF', label: 'sts-lf', answer: serve({ end: '\n' }), says: [inForce], ...vouched },
  { about: 'enforce, a wildcard', label: 'sts-wild', answer: serve({ mx: '*.sts.test' }), says: [inForce], ...vouched },
  { about: 'enforce, upper case', label: 'sts-upper', answer: serve({ mx: 'MX.STS.test' }), says: [inForce], ...vouched },
  {
    about: 'enforce, a final dot',
    label: 'sts-dot',
    answer: serve({ mx: `${stsHost}.` }),
    says: [inForce, /dot at its end/],
    ...vouched,
  },
  { about: 'enforce, another MX', label: 'sts-other', answer: serve({ mx: 'mx.other.test' }), says: [inForce], ...refused },
  { about: 'enforce, a wildcard too high', label: 'sts-high', answer: serve({ mx: '*.test' }), says: [inForce], ...refused },
  {
    about: 'enforce, an expired certificate',
    label: 'sts-expired',
    server: 'expired',
    answer: serve({ mx: 'mx.sts-expired.test' }),
    says: [inForce],
    check: { verdict: 'unauthenticated', cause: 'expired' },
    send: { state: 'held', verdict: 'unauthenticated' },
  },
  {
    about: 'enforce, no STARTTLS',
    label: 'sts-plain',
    server: 'plain',
    answer: serve({ mx: 'mx.sts-plain.test' }),
    says: [inForce],
    check: { verdict: 'plaintext', cause: 'not-offered' },
    send: { state: 'held', verdict: 'plaintext' },
  },
  {
    // Case 71, RFC 8461 2: what DANE refuses, MTA-STS does not let through.
    about: 'enforce, and TLSA of another',
    label: 'sts-tlsa',
    server: 'good',
    tlsa: ['3 1 1 stranger'],
    answer: serve({ mx: 'mx.sts-tlsa.test' }),
    says: [inForce],
    check: { verdict: 'unauthenticated', cause: 'dane-mismatch' },
    send: { state: 'held', verdict: 'unauthenticated' },
  },
  {
    about: 'testing',
    label: 'sts-testing',
    answer: serve({ mode: 'testing' }),
    says: [/^MTA-STS policy \(testing\) just fetched/],
    ...without,
  },
  {
    about: 'testing, another MX',
    label: 'sts-testing-other',
    answer: serve({ mode: 'testing', mx: 'mx.other.test' }),
    says: [/^MTA-STS policy \(testing\) just fetched/],
    ...without,
  },
  { about: 'none', label: 'sts-none', answer: serve({ mode: 'none' }), says: [/mode: none/], ...without },
  {
    about: 'two records',
    label: 'sts-two',
    records: ['v=STSv1; id=1;', 'v=STSv1; id=2;'],
    answer: serve(),
    says: [/2 MTA-STS records, which count as none/],
    ...without,
  },
  {
    about: 'a bad id',
    label: 'sts-id',
    records: ['v=STSv1; id=2026-11-24;'],
    answer: serve(),
    says: [/record is malformed: its id has other characters/],
    ...without,
  },
  { about: 'no record', label: 'sts-no-record', records: [], answer: serve(), says: [/^no MTA-STS record/], ...without },
  { about: 'no policy host', label: 'sts-no-host', answer: null, says: [/the policy host does not exist/], ...without },
  { about: 'a policy host that is closed', label: 'sts-closed', says: [/no connection to the policy host/], ...without },
  { about: '404', label: 'sts-404', answer: { status: 404, body: write() }, says: [/status 404 instead of 200/], ...without },
  {
    about: '301',
    label: 'sts-301',
    answer: { status: 301, headers: { location: 'https://mta-sts.sts-crlf.test/.well-known/mta-sts.txt' } },
    says: [/redirects \(301\) to https:.*, which is not followed/],
    ...without,
  },
  {
    about: 'a certificate for another',
    label: 'sts-stranger',
    answer: { ...serve(), stranger: true },
    says: [/certificate of the policy host is not good: .*name/],
    ...without,
  },
  {
    about: 'a web page',
    label: 'sts-page',
    answer: { headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Welcome</title>' },
    says: [/served as text\/html instead of text\/plain/],
    ...without,
  },
  {
    about: 'a web page as text',
    label: 'sts-page-text',
    answer: { body: '<!doctype html><title>Welcome</title>' },
    says: [/policy is malformed: it is a web page/],
    ...without,
  },
  {
    about: 'more than 64 KiB',
    label: 'sts-large',
    answer: { ...serve(), size: 65_537 },
    says: [/larger than 64 KiB/],
    ...without,
  },
  {
    about: 'a body that does not end',
    label: 'sts-stalls',
    answer: { ...serve(), stalls: true },
    says: [/took more than 2 s \(body\)/],
    ...without,
    slow: true,
  },
  { about: 'max_age 0', label: 'sts-zero', answer: serve({ age: '0' }), says: [/max_age of 0/], ...vouched },
  {
    about: 'max_age beyond a year',
    label: 'sts-long',
    answer: serve({ age: '31557601' }),
    says: [inForce, /of which a year counts/],
    ...vouched,
  },
  {
    about: 'an unknown key',
    label: 'sts-key',
    answer: serve({ more: 'colour: blue' }),
    says: [inForce, /a key that is not known: "colour"/],
    ...vouched,
  },
  {
    about: 'nmx for mx',
    label: 'sts-nmx',
    answer: { body: write().replace('mx:', 'nmx:') },
    says: [/policy is malformed: it has no mx/],
    ...without,
  },
  {
    about: 'nmx beside mx',
    label: 'sts-nmx-too',
    answer: serve({ more: 'nmx: mx2.sts.test' }),
    says: [inForce, /"nmx"; "mx" was probably meant/],
    ...vouched,
  },
]
