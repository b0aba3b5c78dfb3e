import { type Software, softwares } from '../audit/index.ts'
import { parseTarget } from '../check/index.ts'
import { SealpostError } from '../errors.ts'
import { json, visible } from '../escape.ts'
import { listEndpoints } from '../provider/index.ts'
import { findProvider } from './espDirectory.ts'
import { type Exit, exits } from './exit.ts'

export interface GenerateArguments {
  readonly generate: string
  readonly provider?: string
  readonly server?: string
  readonly format: 'text' | 'json' | 'sarif'
}

interface Endpoint {
  readonly host: string
  readonly port: number
  readonly security: 'starttls' | 'implicit'
}

/** Prints a configuration that asks for verified TLS of a provider's server. */
export function runGenerate(paths: readonly string[], given: GenerateArguments): Exit {
  if (paths.length > 0) throw new SealpostError('SP_USAGE', { what: '--generate reads no files: leave the paths out' })
  const software = softwares.find(({ id }) => id === given.generate)
  if (!software)
    throw new SealpostError('SP_USAGE', {
      what: `${visible(given.generate, 60)} is no program that this version knows`,
      next: `Known are: ${softwares.map(({ id }) => id).join(', ')}.`,
    })
  const securities = software.remedies.map(({ security }) => security)
  const endpoint = chooseEndpoint(given, securities)
  const written = software.write?.(endpoint)
  if (!written)
    throw new SealpostError('SP_USAGE', { what: describeUnwritten(software), next: software.instead ?? 'See docs/software.md.' })
  if (given.format === 'json') process.stdout.write(`${json({ software: software.id, ...endpoint, ...written })}\n`)
  else {
    process.stderr.write(
      `${software.name}, ${written.file}: ${endpoint.security === 'implicit' ? 'TLS from the first octet' : 'STARTTLS or no mail'}, by ${endpoint.host} port ${endpoint.port}. Put your user and password in.${describeVersions(software)}\n`,
    )
    process.stdout.write(written.text)
  }
  return exits.fine
}

/** What is written is meant for what is new: older versions may read the same lines as something weaker. */
function describeVersions({ id, boundaries = [] }: Software): string {
  const newest = boundaries.at(-1)
  return newest === undefined
    ? ''
    : ` Meant for version ${newest} and newer; for an older one, audit the file with --version-of ${id}=VERSION.`
}

function describeUnwritten({ name, places, remedies }: Software): string {
  const unseen = places.find(({ kind }) => kind === 'unseen')
  if (remedies.length === 0) return `No setting of ${name} reaches verified TLS`
  return unseen?.kind === 'unseen'
    ? `${name} keeps its settings in ${unseen.where}, so there is no file to write`
    : `${name} has no file of settings to write`
}

/** Implicit TLS is preferred where both are there (RFC 8314 3.3). */
function chooseEndpoint({ provider, server }: GenerateArguments, securities: readonly Endpoint['security'][]): Endpoint {
  if ((provider === undefined) === (server === undefined))
    throw new SealpostError('SP_USAGE', {
      what: 'A configuration needs one mail server',
      next: 'Give --provider postmark, or --server smtp.example.org:465.',
    })
  if (server !== undefined) {
    const target = parseTarget(server)
    if (target.kind !== 'host')
      throw new SealpostError('SP_TARGET_INVALID', { where: visible(server, 100), next: 'Write it as smtp.example.org:465.' })
    return { host: target.host, port: target.service.port, security: target.service.security }
  }
  const found = findProvider(provider ?? '')
  const fit = listEndpoints(found).flatMap(({ host, port, protocol, security }) => {
    const asked = security === 'implicit' ? 'implicit' : 'starttls'
    return protocol === 'smtp' && securities.includes(asked) ? [{ host, port, security: asked } as const] : []
  })
  const [best] = fit.toSorted((a, b) => rank(a) - rank(b))
  if (!best)
    throw new SealpostError('SP_USAGE', {
      what: `${found.name} has no server that this program can reach with verified TLS`,
      next: 'sealpost esp show tells its servers.',
    })
  return best
}

const order = [465, 587]

function rank({ port }: { readonly port: number }): number {
  const at = order.indexOf(port)
  return at === -1 ? order.length : at
}
