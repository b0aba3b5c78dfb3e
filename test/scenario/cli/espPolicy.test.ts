/**
 * The second hop: what `sealpost esp policy` reads from each provider's API, shows, sets, and never shows. The APIs are
 * servers on loopback that speak as each provider documents, and check the key as it does.
 */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EspPolicyArguments, type Surroundings, runEspPolicy } from '../../../src/cli/espPolicy.ts'
import { usualLimits } from '../../../src/esp/policy/index.ts'
import { type EspApi, type Serve, serveMailgun, serveResend, serveSendgrid, serveSes, startEspApi } from '../../support/espApi.ts'

interface Ran {
  readonly exit: number
  readonly out: string
  readonly err: string
}

let key: string
let api: EspApi | undefined
/** Everything that any run of a test has shown. */
let shown: string

beforeEach(() => {
  key = `key-${randomUUID()}`
  shown = ''
})
afterEach(async () => {
  await api?.[Symbol.asyncDispose]()
  api = undefined
  const forms = [key, Buffer.from(`api:${key}`).toString('base64'), encodeURIComponent(key)]
  for (const form of forms) expect(shown).not.toContain(form)
  // Nothing that steers a terminal either.
  expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
})

const environment = (): Record<string, string> => ({
  MAILGUN_API_KEY: key,
  SENDGRID_API_KEY: key,
  RESEND_API_KEY: key,
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: key,
})

async function run(name: string, given: EspPolicyArguments = {}, around: Partial<Surroundings> = {}): Promise<Ran> {
  const ran = { out: '', err: '' }
  try {
    const exit = await runEspPolicy(name, given, {
      env: environment(),
      ...(api ? { endpoint: { base: api.base } } : {}),
      limits: usualLimits,
      now: () => Date.now(),
      out: (text) => (ran.out += text),
      err: (text) => (ran.err += text),
      ...around,
    })
    return { exit, ...ran }
  } finally {
    shown += ran.out + ran.err
  }
}

/** What is thrown, as a person gets it told. */
async function refuse(name: string, given: EspPolicyArguments = {}, around: Partial<Surroundings> = {}): Promise<string> {
  const error: unknown = await run(name, given, around).catch((thrown: unknown) => thrown)
  const text = error instanceof Error ? error.message : 'nothing was thrown'
  shown += text
  expect(error).toMatchObject({ name: 'SealpostError', exit: 2 })
  return text
}

async function serve(handler: Serve): Promise<EspApi> {
  api = await startEspApi(handler)
  return api
}

const changes = (): readonly string[] =>
  (api?.calls ?? []).filter(({ method }) => method !== 'GET').map(({ method, url }) => `${method} ${url}`)

describe('Mailgun', () => {
  const usual = () => ({ 'shop.example': { require_tls: false, skip_verification: false } })

  it('is read: opportunistic by default, and what that means', async () => {
    await serve(serveMailgun(key, usual()))
    const { exit, out } = await run('mailgun', { domain: 'Shop.example' })
    expect(out).toContain('Domain shop.example: opportunistic, below encrypted')
    expect(out).toContain('require_tls=false, skip_verification=false')
    expect(out).toContain('in plaintext')
    expect(out).toContain(
      'To demand encryption (require_tls=true, skip_verification=true): sealpost esp policy mailgun --domain shop.example --set encrypted',
    )
    expect(out).toContain('claimed')
    expect(out).not.toContain('of the domain')
    expect(exit).toBe(1)
  })

  it.each([
    [true, true, 'encrypted', 0],
    [true, false, 'valid', 0],
    [false, true, 'opportunistic', 1],
  ])('with require_tls %s and skip_verification %s is %s', async (require_tls, skip_verification, level, exit) => {
    await serve(serveMailgun(key, { 'shop.example': { require_tls, skip_verification } }))
    const ran = await run('mailgun', { domain: 'shop.example', json: true })
    const shownAs = JSON.parse(ran.out) as { switches: [{ proposed?: unknown }] }
    expect(shownAs).toMatchObject({ evidence: 'claimed', switches: [{ kind: 'read', level }], exit })
    expect(shownAs.switches[0].proposed).toEqual(
      exit === 0 ? undefined : { level: 'encrypted', changes: [{ setting: 'require_tls', from: false, to: true }] },
    )
    expect(ran.exit).toBe(exit)
  })

  it('of all domains lists each, over several pages', async () => {
    const domains = Object.fromEntries(
      Array.from({ length: 3 }, (_, index) => [`d${index}.example`, { require_tls: index > 0, skip_verification: false }]),
    )
    await serve(serveMailgun(key, domains))
    const { exit, out } = await run('mailgun')
    for (const name of Object.keys(domains)) expect(out).toContain(`Domain ${name}: `)
    expect(exit).toBe(1)
  })

  it('with more domains than are read at once says so, and is not called fine', async () => {
    const domains = Object.fromEntries(
      Array.from({ length: 130 }, (_, index) => [`d${index}.example`, { require_tls: true, skip_verification: false }]),
    )
    await serve(serveMailgun(key, domains))
    const { exit, out } = await run('mailgun')
    expect(out).toContain('There are more: name one with --domain')
    expect(exit).toBe(3)
  })

  it('is set after the change was shown, and read again', async () => {
    const domains = usual()
    await serve(serveMailgun(key, domains))
    const { exit, out } = await run('mailgun', { domain: 'shop.example', set: 'valid', yes: true })
    expect(out).toContain('require_tls: false -> true')
    expect(out).toContain('opportunistic -> valid')
    expect(out).toContain(`Request: PUT ${api?.base}/v4/domains/shop.example`)
    expect(out.indexOf('Done.')).toBeGreaterThan(out.indexOf('Request:'))
    expect(domains['shop.example']).toEqual({ require_tls: true, skip_verification: false })
    expect(api?.calls.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET'])
    expect(exit).toBe(0)
  })

  it('set to encrypted says what is given up for it', async () => {
    const domains = usual()
    await serve(serveMailgun(key, domains))
    const { out } = await run('mailgun', { domain: 'shop.example', set: 'encrypted', yes: true })
    expect(out).toContain('Note: Certificates are no longer looked at')
    expect(domains['shop.example']).toEqual({ require_tls: true, skip_verification: true })
  })

  it.each([
    [true, 0, ['PUT /v4/domains/shop.example']],
    [false, 1, []],
  ])('asked on a terminal and answered %s', async (answer, exit, made) => {
    await serve(serveMailgun(key, usual()))
    let seen = ''
    const ran = await run(
      'mailgun',
      { domain: 'shop.example', set: 'valid' },
      {
        out: (text) => (seen += text),
        confirm: async () => {
          // What is asked about stands there already, and nothing was done yet.
          expect(seen).toContain('require_tls: false -> true')
          expect(changes()).toEqual([])
          return answer
        },
      },
    )
    shown += seen
    expect(changes()).toEqual(made)
    expect(ran.exit).toBe(exit)
  })

  it('without a terminal and without --yes changes nothing', async () => {
    await serve(serveMailgun(key, usual()))
    expect(await refuse('mailgun', { domain: 'shop.example', set: 'valid' })).toMatch(/no terminal.*--yes/)
    expect(changes()).toEqual([])
    expect(shown).toContain('require_tls: false -> true')
  })

  it('is never lowered but by name, and then with a warning', async () => {
    const domains = { 'shop.example': { require_tls: true, skip_verification: false } }
    await serve(serveMailgun(key, domains))
    const up = await run('mailgun', { domain: 'shop.example', set: 'encrypted', yes: true })
    expect(up).toMatchObject({ exit: 0, out: expect.stringContaining('demands more than that already') as string })
    expect(changes()).toEqual([])
    const down = await run('mailgun', { domain: 'shop.example', set: 'opportunistic', yes: true })
    expect(down).toMatchObject({ exit: 1, out: expect.stringContaining('WARNING') as string })
    expect(domains['shop.example'].require_tls).toBe(false)
  })

  it('that is set so already is left alone', async () => {
    await serve(serveMailgun(key, { 'shop.example': { require_tls: true, skip_verification: false } }))
    const { exit, out } = await run('mailgun', { domain: 'shop.example', set: 'valid' })
    expect(out).toContain('is set so already')
    expect(changes()).toEqual([])
    expect(exit).toBe(0)
  })

  it('of several domains is not set at a guess', async () => {
    await serve(serveMailgun(key, { ...usual(), 'other.example': { require_tls: false, skip_verification: false } }))
    expect(await refuse('mailgun', { set: 'valid', yes: true })).toMatch(/more than one domain.*--domain/)
    expect(changes()).toEqual([])
  })

  it('of one domain is set without naming it', async () => {
    const domains = usual()
    await serve(serveMailgun(key, domains))
    expect((await run('mailgun', { set: 'valid', yes: true })).exit).toBe(0)
    expect(domains['shop.example'].require_tls).toBe(true)
  })

  it('that takes a change and does not make it is found out', async () => {
    const honest = serveMailgun(key, usual())
    await serve((call, response) =>
      call.method === 'PUT' ? { status: 200, json: { message: 'Domain has been updated' } } : honest(call, response),
    )
    const { exit, out } = await run('mailgun', { domain: 'shop.example', set: 'valid', yes: true })
    expect(out).toContain('NOT IN FORCE')
    expect(exit).toBe(1)
  })

  it('that refuses a change says what holds', async () => {
    const honest = serveMailgun(key, usual())
    await serve((call, response) => (call.method === 'PUT' ? { status: 403, json: {} } : honest(call, response)))
    const { exit, out, err } = await run('mailgun', { domain: 'shop.example', set: 'valid', yes: true, json: true })
    expect(err).toContain('not allowed')
    expect(JSON.parse(out)).toMatchObject({ change: { outcome: 'refused' }, switches: [{ level: 'opportunistic' }] })
    expect(exit).toBe(3)
  })

  it('does not know the domain', async () => {
    await serve(serveMailgun(key, usual()))
    const { exit, out } = await run('mailgun', { domain: 'else.example' })
    expect(out).toMatch(/Domain else\.example was not read: .*does not know it.*region/)
    expect(exit).toBe(3)
  })
})

describe('SendGrid', () => {
  it('is read and set for the whole account, with a floor of TLS 1.2', async () => {
    const setting = { require_tls: false, require_valid_cert: false, version: 1.1 }
    await serve(serveSendgrid(key, setting))
    const before = await run('sendgrid')
    expect(before.out).toContain('The whole account: opportunistic, below encrypted')
    expect(before.exit).toBe(1)
    const { exit, out } = await run('sendgrid', { set: 'encrypted', yes: true })
    expect(out).toContain('version: 1.1 -> 1.2')
    expect(out).toContain('TLS required but not supported')
    expect(setting).toEqual({ require_tls: true, require_valid_cert: false, version: 1.2 })
    expect(exit).toBe(0)
    expect((await run('sendgrid', { set: 'valid', yes: true, json: true })).exit).toBe(0)
    expect(setting).toEqual({ require_tls: true, require_valid_cert: true, version: 1.2 })
  })

  it('with a demand for certificates alone is not called encrypted', async () => {
    await serve(serveSendgrid(key, { require_tls: false, require_valid_cert: true }))
    expect((await run('sendgrid')).exit).toBe(1)
  })
})

describe('Resend', () => {
  const usual = () =>
    ['one', 'two', 'three', 'shop'].map((name, index) => ({ id: `id-${index}`, name: `${name}.example`, tls: 'opportunistic' }))

  it('is read where the answer has tls, the domain found by its name on a later page', async () => {
    const domains = usual()
    await serve(serveResend(key, domains, true))
    expect((await run('resend', { domain: 'shop.example' })).exit).toBe(1)
    expect(api?.calls.map(({ url }) => url)).toEqual(['/domains?limit=50', '/domains?limit=50&after=id-1', '/domains/id-3'])
    const { exit, out } = await run('resend', { domain: 'shop.example', set: 'encrypted', yes: true })
    expect(out).toContain('tls: opportunistic -> enforced')
    expect(domains.map(({ tls }) => tls)).toEqual(['opportunistic', 'opportunistic', 'opportunistic', 'enforced'])
    expect(exit).toBe(0)
  })

  it('whose answer has no tls, as documented, is not known, and neither good nor bad', async () => {
    const domains = usual()
    await serve(serveResend(key, domains, false))
    const { exit, out } = await run('resend', { domain: 'shop.example' })
    expect(out).toContain('Domain shop.example: not known')
    expect(exit).toBe(3)
    const set = await run('resend', { domain: 'shop.example', set: 'encrypted', yes: true })
    expect(set.out).toContain('tls: not set -> enforced')
    expect(set.out).toContain('look it up in its dashboard')
    expect(set.exit).toBe(3)
    expect(domains[3]?.tls).toBe('enforced')
  })

  it('that lists domains without end is left', async () => {
    let id = 0
    await serve(() => ({ status: 200, json: { has_more: true, data: [{ id: `id-${(id += 1)}`, name: 'one.example' }] } }))
    expect(await run('resend', { domain: 'shop.example' })).toMatchObject({ exit: 3 })
    expect(id).toBe(20)
  })

  it('has no switch for certificates', async () => {
    await serve(serveResend(key, usual(), true))
    expect(await refuse('resend', { domain: 'shop.example', set: 'valid', yes: true })).toContain('nothing above "encrypted"')
    expect(api?.calls).toEqual([])
  })

  it('does not know the domain', async () => {
    await serve(serveResend(key, usual(), true))
    expect(await run('resend', { domain: 'else.example' })).toMatchObject({ exit: 3 })
  })
})

describe('Amazon SES', () => {
  const account = (token?: string) => ({ id: 'AKIDEXAMPLE', secret: key, region: 'eu-west-1', ...(token ? { token } : {}) })
  const now = Date.parse('2026-03-01T12:00:00Z')
  const around = { now: () => now }

  it('lists the configuration sets of a region, under signatures that hold', async () => {
    await serve(serveSes(account(), { a: { TlsPolicy: 'REQUIRE' }, b: { TlsPolicy: 'OPTIONAL' }, c: {} }, () => now))
    const { exit, out } = await run('ses', { region: 'eu-west-1' }, around)
    expect(out).toContain('Configuration set a: encrypted')
    expect(out).toContain('Configuration set b: opportunistic, below encrypted')
    expect(out).toContain('Configuration set c: opportunistic, below encrypted')
    expect(exit).toBe(1)
  })

  it('is set, and keeps its other delivery options', async () => {
    const sets = { news: { TlsPolicy: 'OPTIONAL', SendingPoolName: 'pool', MaxDeliverySeconds: 3600 } }
    await serve(serveSes(account('token/+='), sets, () => now))
    const env = { ...environment(), AWS_SESSION_TOKEN: 'token/+=', AWS_REGION: 'eu-west-1' }
    const { exit, out } = await run('amazon-ses', { configurationSet: 'news', set: 'encrypted', yes: true }, { ...around, env })
    expect(out).toContain('TlsPolicy: OPTIONAL -> REQUIRE')
    expect(sets.news).toEqual({ TlsPolicy: 'REQUIRE', SendingPoolName: 'pool', MaxDeliverySeconds: 3600 })
    expect(out).not.toContain('token/+=')
    expect(exit).toBe(0)
  })

  it('without a configuration set demands nothing', async () => {
    await serve(serveSes(account(), {}, () => now))
    const { exit, out } = await run('ses', { region: 'eu-west-1' }, around)
    expect(out).toContain('nothing demands TLS')
    expect(exit).toBe(1)
  })

  it('that lists nothing, page after page, is left, and nothing is concluded', async () => {
    await serve(() => ({ status: 200, json: { ConfigurationSets: [], NextToken: 'on' } }))
    const { exit, out } = await run('ses', { region: 'eu-west-1' }, around)
    expect(out).not.toContain('nothing demands TLS')
    expect(api?.calls.length).toBe(20)
    expect(exit).toBe(3)
  })

  it('tells a wrong key from a key that may not', async () => {
    await serve(serveSes({ ...account(), secret: 'another' }, { a: {} }, () => now))
    expect((await run('ses', { region: 'eu-west-1' }, around)).out).toContain('does not take the key (HTTP 403)')
    await api?.[Symbol.asyncDispose]()
    await serve(() => ({ status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' }, json: {} }))
    expect((await run('ses', { region: 'eu-west-1' }, around)).out).toContain('is not allowed to do this')
  })
})

describe('what goes wrong is told apart', () => {
  it.each<[string, Serve, RegExp]>([
    ['a wrong key', () => ({ status: 401, json: { message: 'no' } }), /does not take the key \(HTTP 401\)/],
    ['a key that may not', () => ({ status: 403, json: {} }), /not allowed to do this/],
    [
      'too many calls',
      () => ({ status: 429, headers: { 'retry-after': '7' } }),
      /no more calls for now \(HTTP 429\)\. Try again in 7 s/,
    ],
    ['a fault', () => ({ status: 503 }), /has a fault \(HTTP 503\)/],
    ['a redirect', () => ({ status: 307, headers: { location: 'https://elsewhere.example/' } }), /sends elsewhere/],
    ['a refusal', () => ({ status: 418 }), /refused \(HTTP 418\)/],
    ['no JSON', (_, response) => void response.end('<html>\u001b[2J'), /something else than it documents/],
    [
      'JSON of another kind',
      () => ({ status: 200, json: { require_tls: 'true', require_valid_cert: 1 } }),
      /something else than it documents/,
    ],
    [
      'JSON that is not UTF-8',
      (_, response) => void response.end(Buffer.from('{"require_tls":true,"require_valid_cert":true,"x":"\u00ff"}', 'latin1')),
      /something else than it documents/,
    ],
    ['nothing', () => ({ status: 200 }), /something else than it documents/],
    ['too much', (_, response) => void response.end(' '.repeat(70_000)), /more than such an answer may have/],
  ])('%s', async (_, handler, told) => {
    await serve(handler)
    const text = await run('sendgrid')
    expect(text.out).toMatch(told)
    expect(text.exit).toBe(3)
    const data = await run('sendgrid', { json: true })
    expect(JSON.parse(data.out)).toMatchObject({ switches: [{ kind: 'unread' }], exit: 3 })
    // And nothing is set on such a footing.
    const set = await run('sendgrid', { set: 'valid', yes: true })
    expect(set).toMatchObject({ exit: 3, out: expect.stringContaining('Nothing was changed') as string })
    expect(changes()).toEqual([])
  })

  it('a slow one', async () => {
    await serve(() => undefined)
    const { exit, out } = await run('sendgrid', {}, { limits: { timeoutMs: 150, maxBytes: 65_536 } })
    expect(out).toContain('did not answer in time')
    expect(exit).toBe(3)
  })

  it('one that is not there', async () => {
    await serve(() => undefined)
    await api?.[Symbol.asyncDispose]()
    expect((await run('sendgrid')).out).toContain('could not be reached (ECONNREFUSED)')
  })
})

describe('a provider that hands back what it was sent', () => {
  it('does not get the key shown, in text or JSON', async () => {
    const name = `${key}.example`
    await serve(serveMailgun(key, { [name]: { require_tls: false, skip_verification: false } }))
    const { out } = await run('mailgun')
    expect(out).toContain('Domain [key].example')
    expect((await run('mailgun', { json: true })).out).toContain('[key].example')
    await run('mailgun', { set: 'valid', yes: true })
    await run('mailgun', { set: 'valid', yes: true, json: true })
  })

  it('in an error, does not get anything shown', async () => {
    await serve(({ headers }) => ({
      status: 400,
      headers: { 'x-amzn-errortype': key },
      json: { message: `\u001b]0;${headers.authorization}\u0007` },
    }))
    const { out } = await run('sendgrid')
    expect(out).toContain('refused (HTTP 400)')
  })
})

describe('wrong use', () => {
  it.each([
    ['mailgun', 'MAILGUN_API_KEY'],
    ['sendgrid', 'SENDGRID_API_KEY'],
    ['resend', 'RESEND_API_KEY'],
    ['ses', 'AWS_ACCESS_KEY_ID'],
  ])('%s without a key names %s', async (name, variable) => {
    const given = name === 'ses' ? { region: 'eu-west-1' } : {}
    expect(await refuse(name, given, { env: {} })).toContain(`${variable} is not set`)
    expect(await refuse(name, given, { env: { [variable]: '' } })).toContain(`${variable} is empty`)
    const spoilt = await refuse(name, given, { env: { [variable]: `${key}\r\nx-a: b` } })
    expect(spoilt).toContain(`${variable} holds no key`)
  })

  it.each<[string, EspPolicyArguments, RegExp]>([
    ['nobody', {}, /No provider of this name.*mailgun/],
    ['mailgun', { domain: '../account' }, /no domain/],
    ['mailgun', { configurationSet: 'news' }, /only Amazon SES/],
    ['mailgun', { region: 'mars' }, /no such region.*us or eu/],
    ['sendgrid', { domain: 'shop.example' }, /--domain has no meaning/],
    ['resend', { region: 'eu' }, /no such region/],
    ['ses', {}, /which region.*AWS_REGION/],
    ['ses', { region: 'eu-west-1.evil.example/' }, /no such region/],
    ['ses', { region: 'eu-west-1', configurationSet: 'a/b' }, /can be no configuration set/],
    ['ses', { region: 'eu-west-1', set: 'valid' }, /nothing above "encrypted"/],
    ['postmark', { set: 'valid' }, /cannot be set from here/],
  ])('%s %j', async (name, given, told) => {
    expect(await refuse(name, given)).toMatch(told)
  })
})

describe('a provider without an API for it', () => {
  it('that documents no switch is below, and says that none can be demanded', async () => {
    const { exit, out } = await run('Postmark', {}, { env: {} })
    expect(out).toContain('documents no switch: the second hop cannot be demanded')
    expect(exit).toBe(1)
  })

  it('whose switch is elsewhere is told of in words, with the source, and how it stands is not known', async () => {
    const { exit, out } = await run('sparkpost', {}, { env: {} })
    expect(out).toMatch(/StrictTLS[^]*Source: https:/)
    expect(exit).toBe(3)
    const data = await run('sparkpost', { json: true }, { env: {} })
    expect(JSON.parse(data.out)).toMatchObject({ documented: 'words', switches: [], exit: 3 })
  })
})

describe('the command line itself', () => {
  it.each<[readonly string[], number, RegExp, RegExp]>([
    [['postmark'], 1, /documents no switch/, /^$/],
    [['mailgun'], 2, /^$/, /MAILGUN_API_KEY is not set/],
    [['mailgun', '--set', 'authenticated'], 2, /^$/, /opportunistic, encrypted, valid/],
    [['mailgun', '--domain', ''], 2, /^$/, /empty/],
  ])('esp policy %j ends with %i', async (words, status, told, complained) => {
    const bin = fileURLToPath(new URL('../../../bin/sealpost.js', import.meta.url))
    const { MAILGUN_API_KEY: _, ...env } = process.env
    const ran = await new Promise<Ran>((resolve) => {
      execFile(process.execPath, [bin, 'esp', 'policy', ...words], { env }, (error, out, err) => {
        resolve({ exit: Number(error?.code ?? 0), out, err })
      })
    })
    expect(ran.out).toMatch(told)
    expect(ran.err).toMatch(complained)
    expect(ran.exit).toBe(status)
  })
})
