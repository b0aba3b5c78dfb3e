import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SealpostError } from '../errors.ts'
import {
  type Campaign,
  campaignJsonSchema,
  campaignReference,
  freezeCampaign,
  loadCampaign,
  parseFrozen,
  resolveCredentials,
} from './index.ts'

const usual: Readonly<Record<string, string>> = {
  name: 'spring',
  list: 'list.csv',
  from: 'Example Shop <news@example.org>',
  subject: '"Hello {{ name }}"',
  text: 'message.txt',
  html: 'message.html',
}

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  await put('list.csv', 'email,name\nada@example.com,Ada\n')
  await put('message.txt', 'Hello {{ name }}\n')
  await put('message.html', '<p>Hello {{ name }}</p>\n')
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

async function put(name: string, content: string | Buffer): Promise<void> {
  await writeFile(join(folder, name), content)
}

/** Loads the usual campaign with some entries changed, or left out. */
async function load(change: Readonly<Record<string, string | undefined>> = {}): Promise<Campaign> {
  const entries = Object.entries({ ...usual, ...change }).filter(([, value]) => value !== undefined)
  await put('campaign.yaml', entries.map(([key, value]) => `${key}: ${value}\n`).join(''))
  return loadCampaign(join(folder, 'campaign.yaml'))
}

async function refuse(change: Readonly<Record<string, string | undefined>>): Promise<string> {
  return explain(load(change))
}

async function explain(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => 'was accepted',
    (reason: unknown) => reason,
  )
  if (!(error instanceof SealpostError)) throw new Error(String(error), { cause: error })
  return `${error.code} ${error.where} ${error.what}`.replaceAll(`${folder}/`, '')
}

test('a campaign has its entries, its templates, and its defaults', async () => {
  expect(await load()).toEqual({
    name: 'spring',
    file: join(folder, 'campaign.yaml'),
    mjml: false,
    partials: {},
    attachments: [],
    list: join(folder, 'list.csv'),
    listName: 'list.csv',
    from: 'Example Shop <news@example.org>',
    subject: { source: 'Hello {{ name }}', file: join(folder, 'campaign.yaml'), line: 4 },
    text: { source: 'Hello {{ name }}\n', file: join(folder, 'message.txt'), line: 1 },
    html: { source: '<p>Hello {{ name }}</p>\n', file: join(folder, 'message.html'), line: 1 },
    headers: {},
    level: 'encrypted',
    domains: {},
    route: { kind: 'direct' },
    requireTls: false,
  })
})

test('what may be said besides', async () => {
  const campaign = await load({
    html: undefined,
    addressColumn: 'email',
    replyTo: 'help@example.org',
    level: 'valid',
    domains: '\n  Bank.example: authenticated\n  bücher.example: valid',
    headers: '\n  X-Campaign: "{{ name }}"\n  List-Id: <news.example.org>',
    route: '{ relay: Smtp.Example.com }',
  })
  expect(campaign).toMatchObject({
    addressColumn: 'email',
    replyTo: 'help@example.org',
    level: 'valid',
    domains: { 'bank.example': 'authenticated', 'xn--bcher-kva.example': 'valid' },
    headers: { 'X-Campaign': { source: '{{ name }}', line: 13 }, 'List-Id': { source: '<news.example.org>', line: 14 } },
    route: { kind: 'relay', host: 'smtp.example.com', port: 587, security: 'starttls' },
  })
  expect(campaign).not.toHaveProperty('html')
})

test('what is said of bounces, reports and held messages', async () => {
  expect(
    await load({
      held: '{ then: export }',
      requireTls: 'true',
      dsn: '{ notify: [success, failure, success], return: full }',
      bounces: 'Bounces@Bücher.example',
    }),
  ).toMatchObject({
    held: { then: 'export' },
    requireTls: true,
    dsn: { notify: ['failure', 'success'], return: 'full' },
    bounces: 'Bounces@xn--bcher-kva.example',
  })
  expect((await load({ dsn: '{ notify: never }' })).dsn).toEqual({ notify: 'never', return: 'headers' })
  expect((await load({ dsn: '{ return: full }' })).dsn).toEqual({ notify: ['failure'], return: 'full' })
  expect((await load({ held: '{ until: 2d, then: drop }' })).held).toEqual({ until: 172_800_000, then: 'drop' })
})

test('a campaign that says nothing of them keeps its digest, and each of them changes it', async () => {
  const digest = async (change: Readonly<Record<string, string>>) => (await freezeCampaign(await load(change))).digest
  // SHA-256 over the canonical JSON, worked out by hand from the entries that there were before them.
  const before = {
    domains: {},
    from: 'Example Shop <news@example.org>',
    headers: {},
    html: '<p>Hello {{ name }}</p>\n',
    level: 'encrypted',
    list: 'list.csv',
    listSha256: createHash('sha256').update('email,name\nada@example.com,Ada\n').digest('hex'),
    name: 'spring',
    route: { kind: 'direct' },
    subject: 'Hello {{ name }}',
    text: 'Hello {{ name }}\n',
    version: 1,
  }
  const plain = createHash('sha256').update(JSON.stringify(before)).digest('hex')
  expect(await digest({})).toBe(plain)
  expect(await digest({ requireTls: 'false', held: '{}' })).toBe(plain)
  const changes: readonly Readonly<Record<string, string>>[] = [
    { held: '{ then: drop }' },
    { held: '{ until: 2d }' },
    { requireTls: 'true' },
    { dsn: '{ notify: never }' },
    { bounces: 'bounces@example.org' },
  ]
  const digests = new Set([plain])
  for (const change of changes) digests.add(await digest(change))
  expect(digests.size).toBe(6)
})

test('what was frozen with them reads back', async () => {
  const entries = { held: '{ then: drop }', requireTls: 'true', dsn: '{ notify: [delay] }', bounces: 'b@example.org' }
  const frozen = await freezeCampaign(await load(entries))
  expect(parseFrozen(JSON.stringify(frozen))).toEqual(frozen)
})

test.each([
  ['{ relay: r.example }', { port: 587, security: 'starttls' }],
  ['{ relay: r.example, port: 465 }', { port: 465, security: 'implicit' }],
  ['{ relay: r.example, security: implicit }', { port: 465, security: 'implicit' }],
  ['{ relay: r.example, port: 25 }', { port: 25, security: 'starttls' }],
  ['{ relay: r.example, port: 465, security: starttls }', { port: 465, security: 'starttls' }],
  ['{ relay: "192.0.2.1", port: 2525, security: implicit }', { host: '192.0.2.1', port: 2525, security: 'implicit' }],
  ['{ relay: r.example, port: 24, protocol: lmtp }', { port: 24, security: 'starttls', protocol: 'lmtp' }],
  [
    '{ provider: SendGrid, auth: { user: apikey, passwordEnv: P } }',
    { kind: 'relay', host: 'smtp.sendgrid.net', port: 465, security: 'implicit', provider: 'sendgrid' },
  ],
  [
    '{ provider: smtp.postmarkapp.com, auth: { user: u, passwordEnv: P } }',
    { host: 'smtp.postmarkapp.com', port: 587, security: 'starttls', provider: 'postmark' },
  ],
])('the route %s has the port and the security that go together', async (route, expected) => {
  expect((await load({ route })).route).toMatchObject(expected)
})

test.each([
  [{ requireTls: 'yes' }, 'SP_CAMPAIGN_INVALID campaign.yaml:7 requireTls must be true or false'],
  [{ held: '{ until: 1y }' }, /^SP_CAMPAIGN_INVALID campaign\.yaml:7 held\.until must be a duration/],
  [{ held: 'drop' }, /^SP_CAMPAIGN_INVALID campaign\.yaml:7 held must be a map of entries/],
  [
    { dsn: '{ notify: [never, failure] }' },
    'SP_CAMPAIGN_INVALID campaign.yaml:7 Entry 1 of dsn.notify must be failure, delay or success',
  ],
  [
    { dsn: '{ notify: always }' },
    'SP_CAMPAIGN_INVALID campaign.yaml:7 dsn.notify must be never, or a list of failure, delay and success, such as [failure, delay]',
  ],
  [{ at: 'tomorrow' }, /^SP_CAMPAIGN_INVALID campaign\.yaml:7 at cannot be taken: it is not a time such as/],
  [
    { at: '2026-03-29 02:30 Europe/Berlin' },
    /^SP_CAMPAIGN_INVALID campaign\.yaml:7 at cannot be taken: clocks in this time zone/,
  ],
  [{ pace: '{ perHour: 0 }' }, /^SP_CAMPAIGN_INVALID campaign\.yaml:7 pace\.perHour must be/],
  [{ pace: '{ window: 8-20 }' }, /^SP_CAMPAIGN_INVALID campaign\.yaml:7 pace\.window must be hours in a time zone that is known/],
  [
    { pace: '{ window: "08:00-20:00 UTC", days: weekdays }' },
    /^SP_CAMPAIGN_INVALID campaign\.yaml:7 pace\.days must be days such as mon-fri/,
  ],
  [{ pace: '{ days: mon-fri }' }, /^SP_CAMPAIGN_INVALID campaign\.yaml:7 pace\.days needs a window/],
  [{ dsn: '{ notify: [] }' }, /^SP_CAMPAIGN_INVALID campaign\.yaml:7 dsn\.notify must be at least 1/],
  [
    { bounces: 'Shop <bounces@example.org>' },
    /^SP_CAMPAIGN_INVALID campaign\.yaml:7 bounces must be an address alone, such as bounces@example\.org: /,
  ],
  [
    { bounces: 'bücher@example.org' },
    'SP_CAMPAIGN_INVALID campaign.yaml:7 bounces must be an address alone, such as bounces@example.org: what stands before the @ is not ASCII, which many servers refuse',
  ],
  [{ name: undefined }, 'SP_CAMPAIGN_INVALID campaign.yaml:1 name is missing'],
  [
    { name: '../evil' },
    'SP_CAMPAIGN_INVALID campaign.yaml:1 name must be up to 64 letters, digits, dots, dashes and underscores, and begin with a letter or digit',
  ],
  [{ name: '2026' }, 'SP_CAMPAIGN_INVALID campaign.yaml:1 name must be a text; put it in quotes if it looks like a number'],
  [{ name: `"${'x'.repeat(65)}"` }, /^SP_CAMPAIGN_INVALID campaign\.yaml:1 name must be up to 64/],
  [{ list: undefined }, 'SP_CAMPAIGN_INVALID campaign.yaml:1 list is missing'],
  [{ list: 'lost.csv' }, 'SP_FILE_MISSING campaign.yaml:2 list names lost.csv: the file does not exist'],
  [{ list: '.' }, 'SP_FILE_UNREADABLE campaign.yaml:2 list names .: this is not a file'],
  [
    { from: 'nobody' },
    'SP_CAMPAIGN_INVALID campaign.yaml:3 from must be an address such as "Ada Lovelace <ada@example.org>": there is no @',
  ],
  [{ from: '"a@example.org, b@example.org"' }, /^SP_CAMPAIGN_INVALID campaign\.yaml:3 from must be an address/],
  [{ from: '"Ada <ada@example.org>\\nBcc: v@example.org"' }, /^SP_CAMPAIGN_INVALID campaign\.yaml:3 from must be an address/],
  [{ replyTo: 'x@' }, /^SP_CAMPAIGN_INVALID campaign\.yaml:7 replyTo must be an address/],
  [{ subject: undefined }, 'SP_CAMPAIGN_INVALID campaign.yaml:1 subject is missing'],
  [{ subject: '"{{ name"' }, 'SP_TEMPLATE_INVALID campaign.yaml:4 A {{ has no }}'],
  [{ text: undefined, html: undefined }, 'SP_CAMPAIGN_INVALID campaign.yaml:1 The file names no message: add text, html or both'],
  [{ text: 'lost.txt' }, 'SP_FILE_MISSING campaign.yaml:5 text names lost.txt: the file does not exist'],
  [{ html: '.' }, 'SP_FILE_UNREADABLE campaign.yaml:6 html names .: this is a folder, not a file'],
  [
    { level: 'encrypt' },
    /campaign\.yaml:7 level must be opportunistic, encrypted, valid or authenticated: did you mean encrypted\?/,
  ],
  [{ domains: '\n  a.example: high' }, /campaign\.yaml:8 domains\.a\.example must be opportunistic, encrypted, valid or auth/],
  [
    { domains: '\n  a.example: valid\n  a b: valid' },
    'SP_CAMPAIGN_INVALID campaign.yaml:9 domains.a b is not the name of a domain',
  ],
  [
    { domains: '\n  a.example: valid\n  A.example: valid' },
    'SP_CAMPAIGN_INVALID campaign.yaml:9 domains.A.example is there twice',
  ],
  [{ headers: '\n  Bcc: v@example.org' }, 'SP_CAMPAIGN_INVALID campaign.yaml:8 headers.Bcc is a header that cannot be set here'],
  [{ headers: '\n  X-A: a\n  content-type: x' }, /campaign\.yaml:9 headers\.content-type is a header that cannot be set here/],
  [{ headers: '\n  "X A": a' }, /campaign\.yaml:8 headers\.X A is not a name for a header/],
  [{ headers: '\n  X-A: a\n  x-a: b' }, 'SP_CAMPAIGN_INVALID campaign.yaml:9 headers.x-a is there twice'],
  [{ headers: '\n  X-A: 5' }, /campaign\.yaml:8 headers\.X-A must be a text/],
  [{ headers: '\n  X-A: "{% if %}"' }, /^SP_TEMPLATE_INVALID campaign\.yaml:8 /],
  [{ route: 'smtp.example.org' }, /campaign\.yaml:7 route must be direct, or a map with relay: and the name of a host/],
  [
    { route: '\n  provider: mailgnu\n  auth: { user: u, passwordEnv: P }' },
    'SP_CAMPAIGN_INVALID campaign.yaml:8 No provider of that name is in the directory: did you mean mailgun?',
  ],
  [
    { route: '\n  provider: mailgun\n  auth: { user: u, passwordEnv: P }' },
    /campaign\.yaml:7 Mailgun \(Sinch\) has a server for each region: add region, one of us, eu/,
  ],
  [
    { route: '\n  provider: sendgrid\n  port: 26\n  auth: { user: u, passwordEnv: P }' },
    /campaign\.yaml:9 smtp\.sendgrid\.net has no such port by its documentation/,
  ],
  [{ route: '\n  provider: sendgrid' }, /campaign\.yaml:8 Twilio SendGrid takes mail from those who log in/],
  [{ route: '\n  provider: mailchimp' }, /campaign\.yaml:8 Mailchimp.* takes mail by its API alone, not over SMTP/],
  [{ route: '\n  provider: sendgrid\n  relay: x.example' }, /campaign\.yaml:7 route needs one of relay and provider/],
  [{ route: '\n  port: 25' }, /campaign\.yaml:7 route needs one of relay and provider/],
  [{ route: '\n  relay: x.example\n  region: eu' }, /campaign\.yaml:9 route\.region must not stand beside relay/],
  [{ route: '\n  provider: sendgrid\n  security: starttls' }, /campaign\.yaml:9 route\.security must not stand beside provider/],
  [{ route: '\n  rely: x.example' }, /campaign\.yaml:8 route has an unknown entry "rely": did you mean relay\?/],
  [
    { route: '\n  relay: x.example:25' },
    /campaign\.yaml:8 route\.relay must be the name or the IP address of a host, without a port/,
  ],
  [{ route: '\n  relay: x.example\n  port: 0' }, 'SP_CAMPAIGN_INVALID campaign.yaml:9 route.port must be at least 1'],
  ...['', '\n  port: 25'].map((port): [Record<string, string>, RegExp] => [
    { route: `\n  relay: x.example\n  protocol: lmtp${port}` },
    /route\.port must be the port of the LMTP server, mostly 24: LMTP has none of its own/,
  ]),
  [
    { route: '\n  relay: x.example\n  security: none' },
    'SP_CAMPAIGN_INVALID campaign.yaml:9 route.security must be starttls or implicit',
  ],
  ...['"../../etc/x.pdf"', "'a\\b.pdf'", '"x\\u202Efdp.exe"', '"a\\r\\nX: y"'].map((name): [Record<string, string>, RegExp] => [
    { attachments: `[{ file: message.txt, name: ${name} }]` },
    /attachments\.0\.name must be the name of a file: no slashes, no control characters/,
  ]),
  [
    { replyto: 'a@example.org' },
    'SP_CAMPAIGN_INVALID campaign.yaml:7 The file has an unknown entry "replyto": did you mean replyTo?',
  ],
])('%j: %s', async (change, expected) => {
  expect(await refuse(change)).toMatch(expected)
})

test.each([
  ['Hello\n\n{{ name', 'SP_TEMPLATE_INVALID message.html:3 A {{ has no }}'],
  ['Hello\n{% if name', 'SP_TEMPLATE_INVALID message.html:2 A {% has no %}'],
  ['Hello\r\n{% if name %}x', 'SP_TEMPLATE_INVALID message.html:2 {% if %} has no {% endif %}'],
  ['{{ name | upcas }}', 'SP_TEMPLATE_INVALID message.html:1 There is no filter "upcas": did you mean "upcase"?'],
  ['{{ name | zzzzz }}', 'SP_TEMPLATE_INVALID message.html:1 There is no filter "zzzzz"'],
  ['\n{% asign x = 1 %}', 'SP_TEMPLATE_INVALID message.html:2 There is no tag {% asign %}: did you mean {% assign %}?'],
  ['{% include "/etc/passwd" %}', 'SP_TEMPLATE_INVALID message.html:1 {% include %} is not available: use {% render %}'],
  ['a\n{% render "x" %}', 'SP_FILE_MISSING message.html:2 x is not there, or cannot be read'],
  ['{% render "../x" %}', 'SP_FILE_UNREADABLE message.html:1 ../x is outside of the folder of the campaign'],
  ['{% render "/etc/passwd" %}', 'SP_FILE_UNREADABLE message.html:1 /etc/passwd is outside of the folder of the campaign'],
  ['{% render name %}', 'SP_TEMPLATE_INVALID message.html:1 The name of a partial must stand in quotes'],
  ['{% layout "x" %}', 'SP_TEMPLATE_INVALID message.html:1 {% layout %} is not available: use {% render %}'],
  ['{{ name | sample }}', /^SP_TEMPLATE_INVALID message\.html:1 There is no filter "sample"/],
  ['\n\n{% assign %}', /^SP_TEMPLATE_INVALID message\.html:3 This is not valid Liquid: /],
  ['', 'SP_FILE_EMPTY campaign.yaml:6 html names message.html: a file is empty'],
  [Buffer.from('a\nb \xfc', 'latin1'), 'SP_TEMPLATE_INVALID message.html:2 The line is not UTF-8'],
  ['x'.repeat(1_048_577), 'SP_TEMPLATE_INVALID message.html The file is larger than 1 MB'],
])('the template %j: %s', async (content, expected) => {
  await put('message.html', content)
  expect(await refuse({})).toMatch(expected)
})

const relay = (auth: string): { route: string } => ({
  route: `\n  relay: smtp.example.org\n  auth:\n    ${auth.split('; ').join('\n    ')}`,
})

test('a password in the file is refused, with the advice, and not repeated', async () => {
  for (const key of ['password', 'pass', 'passwd', 'Password', 'secret', 'pw']) {
    const message = await refuse(relay(`user: shop; ${key}: hunter2`))
    expect(message).toMatch(
      /^SP_CAMPAIGN_INVALID campaign\.yaml:11 route\.auth must not hold the password itself: put it into an env/,
    )
    expect(message).not.toContain('hunter2')
  }
})

test.each([
  ['user: shop', 'campaign.yaml:9 route.auth needs one of passwordEnv and passwordFile'],
  ['passwordEnv: P', 'campaign.yaml:9 route.auth needs one of user and userEnv'],
  ['user: shop; userEnv: U; passwordEnv: P', 'campaign.yaml:9 route.auth needs one of user and userEnv'],
  [
    'user: shop; passwordEnv: hunter2!',
    'campaign.yaml:11 route.auth.passwordEnv must be the name of an environment variable in capitals, such as SMTP_PASSWORD, and not the secret itself',
  ],
  ['user: shop; tokenEnv: T; passwordEnv: P', 'campaign.yaml:9 route.auth needs one of tokenEnv and tokenFile, and no password'],
  ['user: shop; mechanism: xoauth2', 'campaign.yaml:9 route.auth needs one of tokenEnv and tokenFile, and no password'],
  [
    'user: shop; passwordEnv: P; mechanism: xoauth2',
    'campaign.yaml:12 route.auth.mechanism must not be xoauth2 where there is a password',
  ],
  ['user: shop; tokenEnv: T; mechanism: plain', 'campaign.yaml:12 route.auth.mechanism must be xoauth2 where there is a token'],
  [
    'user: shop; token: hunter2',
    'campaign.yaml:11 route.auth must not hold the token itself: put it into an environment variable and name that with tokenEnv, or into a file and name that with tokenFile',
  ],
  ['user: shop; pasword_env: P', 'campaign.yaml:11 route.auth has an unknown entry "pasword_env": did you mean passwordEnv?'],
])('auth with %s: %s', async (auth, expected) => {
  const message = await refuse(relay(auth))
  expect(message).toBe(`SP_CAMPAIGN_INVALID ${expected}`)
  expect(message).not.toContain('hunter2')
})

test('credentials are fetched only when they are asked for, and show nowhere', async () => {
  const campaign = await load(relay('userEnv: SMTP_USER; passwordEnv: SMTP_PASSWORD'))
  expect(JSON.stringify(campaign)).not.toContain('hunter2')
  const credentials = await resolveCredentials(campaign, { SMTP_USER: 'shop', SMTP_PASSWORD: 'hunter2' })
  expect(credentials).toEqual({ kind: 'password' })
  if (credentials?.kind !== 'password') throw new Error('no password')
  const { user, password } = credentials
  expect([user, password]).toEqual(['shop', 'hunter2'])
  expect(`${JSON.stringify(credentials)}${inspect(credentials)}`).not.toContain('hunter2')
  expect(await resolveCredentials(await load(), {})).toBeUndefined()
  expect(await resolveCredentials(await load({ route: '{ relay: r.example }' }), {})).toBeUndefined()
})

test('a credential that is missing is named by its variable, and with the line', async () => {
  const campaign = await load(relay('user: shop; passwordEnv: SMTP_PASSWORD'))
  for (const [env, state] of [
    [{}, 'not set'],
    [{ SMTP_PASSWORD: '' }, 'empty'],
  ] as const) {
    expect(await explain(resolveCredentials(campaign, env))).toBe(
      `SP_CREDENTIAL_MISSING campaign.yaml:11 The environment variable SMTP_PASSWORD is ${state}`,
    )
  }
})

test('an access token, and a way to log in, are told apart from a password', async () => {
  const campaign = await load(relay('user: shop; tokenFile: token.txt; mechanism: xoauth2'))
  await put('token.txt', 'ya29.hunter2\n')
  const credentials = await resolveCredentials(campaign, {})
  expect(credentials).toHaveProperty('token', 'ya29.hunter2')
  expect(`${JSON.stringify(credentials)}${inspect(credentials)}`).not.toContain('hunter2')
  await put('token.txt', 'a\nb\n')
  expect(await explain(resolveCredentials(campaign, {}))).toBe(
    'SP_CREDENTIAL_MISSING campaign.yaml:11 tokenFile names token.txt, which has several lines',
  )
  const plain = await load(relay('user: shop; passwordEnv: P; mechanism: plain'))
  expect(await resolveCredentials(plain, { P: 'x' })).toMatchObject({ kind: 'password', mechanism: 'PLAIN' })
})

test('a password may stand in a file', async () => {
  const campaign = await load(relay('user: shop; passwordFile: secret.txt'))
  const resolve = (): Promise<unknown> => resolveCredentials(campaign, {})
  expect(await explain(resolve())).toBe(
    'SP_CREDENTIAL_MISSING campaign.yaml:11 passwordFile names secret.txt: the file does not exist',
  )
  await put('secret.txt', 'hunter 2 \r\n')
  expect(await resolveCredentials(campaign, {})).toHaveProperty('password', 'hunter 2 ')
  await put('secret.txt', 'hunter2\nmore\n')
  expect(await explain(resolve())).toBe(
    'SP_CREDENTIAL_MISSING campaign.yaml:11 passwordFile names secret.txt, which has several lines',
  )
  await put('secret.txt', '\n')
  expect(await explain(resolve())).toBe('SP_CREDENTIAL_MISSING campaign.yaml:11 passwordFile names secret.txt: a file is empty')
  await put('secret.txt', Buffer.from('hunter\xfc', 'latin1'))
  expect(await explain(resolve())).not.toContain('hunter')
})

test('a route says what it speaks where that is LMTP alone: what was frozen before stays the same', async () => {
  const { route } = await load({ route: '{ relay: r.example, protocol: smtp }' })
  expect(route).toEqual({ kind: 'relay', host: 'r.example', port: 587, security: 'starttls' })
})

test('a campaign in a folder of its own finds its files there', async () => {
  await mkdir(join(folder, 'may'))
  await put('may/campaign.yaml', 'name: may\nlist: ../list.csv\nfrom: a@example.org\nsubject: x\ntext: ../message.txt\n')
  const campaign = await loadCampaign(join(folder, 'may', 'campaign.yaml'))
  expect(campaign.list).toBe(join(folder, 'list.csv'))
  expect(campaign.text?.file).toBe(join(folder, 'message.txt'))
})

test('the reference names every entry', () => {
  const paths = campaignReference().map(({ path }) => path)
  expect(paths.join(' ')).toBe(
    'name list addressColumn from sender replyTo identity.name identity.address subject subjects.a subjects.b ' +
      'subjects.share subjects.of subjects.winner segment split.share split.of split.rest preheader toName text html ' +
      'attachments listId feedbackId headers dkim level domains route route.relay ' +
      'route.provider route.region route.port route.security route.protocol route.auth.user route.auth.userEnv route.auth.passwordEnv route.auth.passwordFile route.auth.tokenEnv ' +
      'route.auth.tokenFile route.auth.mechanism ' +
      'held.until held.then requireTls at pace.perHour pace.perMinute pace.window pace.days dsn.notify dsn.return source ' +
      'unsubscribe.list unsubscribe.mailto tracking.clicks tracking.opens tracking.consent bounces',
  )
  expect(campaignReference().every(({ about, type }) => about !== '' && type !== '')).toBe(true)
  expect(campaignReference().find(({ path }) => path === 'route')?.default).toBe('direct')
  expect(campaignJsonSchema()).toMatchObject({ type: 'object', required: ['name', 'list', 'from'] })
})
