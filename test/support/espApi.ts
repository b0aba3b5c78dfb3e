import { createHash, createHmac } from 'node:crypto'
import { type IncomingMessage, type RequestListener, type ServerResponse, createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

interface ApiCall {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface EspApi extends AsyncDisposable {
  readonly base: string
  readonly calls: ApiCall[]
}

/** What an API answers: a status with JSON, or anything at all with the response in hand. */
type Answer = { readonly status: number; readonly json?: unknown; readonly headers?: Record<string, string> }

export type Serve = (call: ApiCall, response: ServerResponse) => Answer | undefined

/** An API on loopback; with an identity it speaks TLS. */
export async function startEspApi(serve: Serve, identity?: { key: string; cert: string }): Promise<EspApi> {
  const calls: ApiCall[] = []
  const listen: RequestListener = (request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const call = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(pieces).toString('utf8'),
      }
      calls.push(call)
      const answer = serve(call, response)
      if (!answer) return
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
      response.end(answer.json === undefined ? '' : JSON.stringify(answer.json))
    })
  }
  const server = identity ? createTlsServer(identity, listen) : createServer(listen)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    base: `${identity ? 'https' : 'http'}://127.0.0.1:${port}`,
    calls,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const wrongKey: Answer = { status: 401, json: { message: 'Invalid private key' } }

/** Mailgun's domains API, as its reference has it. `domains` is what it holds, and changes. */
export function serveMailgun(key: string, domains: Record<string, { require_tls: boolean; skip_verification: boolean }>): Serve {
  return ({ method, url, headers, body }) => {
    if (headers.authorization !== `Basic ${Buffer.from(`api:${key}`).toString('base64')}`) return wrongKey
    const { pathname, searchParams } = new URL(url, 'http://x')
    if (method === 'GET' && pathname === '/v4/domains') {
      const names = Object.keys(domains)
      const skip = Number(searchParams.get('skip'))
      const items = names.slice(skip, skip + Number(searchParams.get('limit')))
      return {
        status: 200,
        json: { total_count: names.length, items: items.map((name) => ({ name, id: '1', state: 'active' })) },
      }
    }
    const name = /^\/v4\/domains\/([^/]+)$/.exec(pathname)?.[1] ?? ''
    const domain = domains[name]
    if (!domain) return { status: 404, json: { message: 'Domain not found' } }
    if (method === 'PUT') {
      const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(headers['content-type'] ?? '')?.[1]
      if (boundary === undefined || !body.endsWith(`--${boundary}--\r\n`)) return { status: 400, json: { message: 'no form' } }
      for (const [, field, value] of body.matchAll(/; name="([a-z_]+)"\r\n\r\n(true|false)\r\n--/g))
        if (field === 'require_tls' || field === 'skip_verification') domain[field] = value === 'true'
      return { status: 200, json: { message: 'Domain has been updated', domain: { name, ...domain } } }
    }
    return {
      status: 200,
      json: { domain: { name, smtp_password: 'of the domain', ...domain }, receiving_dns_records: [], sending_dns_records: [] },
    }
  }
}

interface EnforcedTls {
  require_tls: boolean
  require_valid_cert: boolean
  version?: number
}

/** SendGrid's Enforced TLS API. */
export function serveSendgrid(key: string, setting: EnforcedTls): Serve {
  return ({ method, url, headers, body }) => {
    if (headers.authorization !== `Bearer ${key}`)
      return { status: 401, json: { errors: [{ field: null, message: 'authorization required' }] } }
    if (url !== '/v3/user/settings/enforced_tls') return { status: 404, json: { errors: [] } }
    if (method === 'PATCH') {
      if (headers['content-type'] !== 'application/json') return { status: 400, json: { errors: [] } }
      Object.assign(setting, JSON.parse(body))
    }
    return { status: 200, json: setting }
  }
}

/** Resend's domains API. As documented the answer has no `tls`; `shown` makes it have it. */
export function serveResend(key: string, domains: { id: string; name: string; tls: string }[], shown: boolean): Serve {
  return ({ method, url, headers, body }) => {
    if (headers.authorization !== `Bearer ${key}`) return { status: 401, json: { message: 'API key is invalid' } }
    const { pathname, searchParams } = new URL(url, 'http://x')
    if (method === 'GET' && pathname === '/domains') {
      const from = domains.findIndex(({ id }) => id === searchParams.get('after')) + 1
      const data = domains.slice(from, from + Math.min(Number(searchParams.get('limit')), 2))
      return {
        status: 200,
        json: { object: 'list', has_more: from + data.length < domains.length, data: data.map(({ id, name }) => ({ id, name })) },
      }
    }
    const domain = domains.find(({ id }) => pathname === `/domains/${id}`)
    if (!domain) return { status: 404, json: { message: 'Domain not found' } }
    const { id, name, tls } = domain
    if (method === 'PATCH') {
      const asked = (JSON.parse(body) as { tls?: unknown }).tls
      if (asked !== 'enforced' && asked !== 'opportunistic') return { status: 422, json: { message: 'tls' } }
      domain.tls = asked
      return { status: 200, json: { object: 'domain', id } }
    }
    return { status: 200, json: { object: 'domain', id, name, status: 'verified', records: [], ...(shown ? { tls } : {}) } }
  }
}

interface SesKey {
  readonly id: string
  readonly secret: string
  readonly token?: string
  readonly region: string
}

interface SesOptions {
  TlsPolicy?: string
  SendingPoolName?: string
  MaxDeliverySeconds?: number
}

/** Amazon SES API v2's configuration sets. It checks the signature as AWS describes it, from what came over the wire. */
export function serveSes(key: SesKey, sets: Record<string, SesOptions>, now: () => number): Serve {
  return (call) => {
    const refusal = refuseSignature(call, key, now())
    if (refusal !== undefined)
      return {
        status: 403,
        headers: { 'x-amzn-errortype': `${refusal}:http://internal.amazon.com/` },
        json: { message: refusal },
      }
    const { pathname, searchParams } = new URL(call.url, 'http://x')
    const root = '/v2/email/configuration-sets'
    const names = Object.keys(sets)
    if (call.method === 'GET' && pathname === root) {
      const from = Number(searchParams.get('NextToken') ?? '0')
      const page = names.slice(from, from + 2)
      const next = from + page.length < names.length ? { NextToken: String(from + page.length) } : {}
      return { status: 200, json: { ConfigurationSets: page, ...next } }
    }
    const [, name = '', rest] = new RegExp(`^${root}/([^/]+)(/delivery-options)?$`).exec(pathname) ?? []
    const options = sets[name]
    if (!options) return { status: 404, headers: { 'x-amzn-errortype': 'NotFoundException' }, json: { message: 'no' } }
    if (call.method === 'PUT' && rest !== undefined) {
      // The options are put in one piece: what is left out is gone.
      sets[name] = JSON.parse(call.body) as SesOptions
      return { status: 200, json: {} }
    }
    return {
      status: 200,
      json: { ConfigurationSetName: name, DeliveryOptions: options, SendingOptions: { SendingEnabled: true } },
    }
  }
}

function refuseSignature({ method, url, headers, body }: ApiCall, key: SesKey, now: number): string | undefined {
  const [, id, day, region, service, signed = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    ) ?? []
  if (id === undefined) return 'MissingAuthenticationTokenException'
  if (id !== key.id || headers['x-amz-security-token'] !== key.token) return 'UnrecognizedClientException'
  const stamp = String(headers['x-amz-date'])
  const time = Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (region !== key.region || service !== 'ses' || !(Math.abs(time - now) < 300_000) || !stamp.startsWith(day ?? '-'))
    return 'InvalidSignatureException'
  const names = signed.split(';')
  if (!names.includes('host') || !names.includes('x-amz-date')) return 'IncompleteSignatureException'
  const [path = '', query = ''] = url.split('?')
  const sha = (text: string): string => createHash('sha256').update(text).digest('hex')
  const mac = (with_: Buffer | string, text: string): Buffer => createHmac('sha256', with_).update(text).digest()
  const canonical = [
    method,
    path.replaceAll('%', '%25'),
    query.split('&').toSorted().join('&'),
    names.map((name) => `${name}:${String(headers[name])}\n`).join(''),
    signed,
    sha(body),
  ].join('\n')
  const toSign = `AWS4-HMAC-SHA256\n${stamp}\n${day}/${region}/ses/aws4_request\n${sha(canonical)}`
  const derived = mac(mac(mac(mac(`AWS4${key.secret}`, day ?? ''), region), 'ses'), 'aws4_request')
  return mac(derived, toSign).toString('hex') === signature ? undefined : 'InvalidSignatureException'
}
