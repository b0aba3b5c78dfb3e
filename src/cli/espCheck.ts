import type { CheckContext } from '../check/index.ts'
import { systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { json, visible } from '../escape.ts'
import { type AddressResult, type ProviderResult, examineProvider, isGrave } from '../esp/index.ts'
import { type ProviderEndpoint, type SendingProvider, listEndpoints } from '../provider/index.ts'
import { printComparison, publishEspCheck } from '../report/index.ts'
import { loadSettings } from '../settings/index.ts'
import { findProvider } from './espDirectory.ts'
import { type Exit, exits } from './exit.ts'
import { createProgress, wantsColour } from './progress.ts'
import { software } from './version.ts'
import { createExamination, createNetwork, depths } from './wiring.ts'

export interface EspCheckArguments {
  readonly region?: string
  readonly port?: number
  readonly verbose?: boolean
  readonly json?: boolean
  readonly settings?: string
}

export async function runEspCheck(name: string, given: EspCheckArguments): Promise<Exit> {
  const provider = findProvider(name)
  const endpoints = chooseEndpoints(provider, given)
  const settings = await loadSettings(given.settings)
  const context = createExamination(settings, await createNetwork(settings), { ...depths.brief, probeMail: true })
  const progress = createProgress('checking')
  const result = await examineProvider(provider, endpoints, hurry(context), (done, { host, port }) => {
    progress.show(done, endpoints.length, `${host}:${port}`)
  })
  progress.clear()
  const writtenAt = new Date(systemClock.now()).toISOString()
  process.stdout.write(
    given.json
      ? `${json(publishEspCheck(result, { software, writtenAt }))}\n`
      : printComparison(result, {
          verbose: given.verbose ?? false,
          colour: wantsColour(),
          ...(process.stdout.columns === undefined ? {} : { width: process.stdout.columns }),
        }),
  )
  return espExitOf(result)
}

function chooseEndpoints(provider: SendingProvider, { region, port }: EspCheckArguments): readonly ProviderEndpoint[] {
  const all = listEndpoints(provider)
  const here = all.filter((endpoint) => region === undefined || endpoint.region === region.trim().toLowerCase())
  if (region !== undefined && here.length === 0) {
    const regions = [...new Set(all.flatMap((endpoint) => endpoint.region ?? []))]
    throw new SealpostError('SP_USAGE', {
      where: `--region ${visible(region, 50)}`,
      what: `${provider.name} has no such region${regions.length > 0 ? `; known are ${regions.join(', ')}` : ', and none at all'}`,
    })
  }
  const chosen = here.filter((endpoint) => port === undefined || endpoint.port === port)
  if (port !== undefined && chosen.length === 0 && here.length > 0) {
    const ports = [...new Set(here.map((endpoint) => endpoint.port))].toSorted((a, b) => a - b)
    throw new SealpostError('SP_USAGE', {
      where: `--port ${port}`,
      what: `${provider.name} has no such port there; known are ${ports.join(', ')}`,
    })
  }
  return chosen
}

/** Somebody waits. RFC 5321 4.5.3.2 asks for minutes of those who send, which a port that says nothing would use up. */
function hurry(context: CheckContext): CheckContext {
  const { connect, greeting, command, handshake } = context.timeouts
  const most = 30_000
  return {
    ...context,
    timeouts: {
      connect: Math.min(connect, most / 2),
      greeting: Math.min(greeting, most),
      command: Math.min(command, most),
      handshake: Math.min(handshake, most),
    },
  }
}

/** 1 where something is otherwise than documented, 3 where something could not be compared. */
export function espExitOf({ endpoints }: ProviderResult): Exit {
  const all = endpoints.flatMap(({ addresses }) => addresses)
  if (all.some(({ differences }) => differences.some(isGrave))) return exits.below
  // Mail that an API alone takes leaves nothing to compare.
  if (endpoints.length === 0) return exits.untested
  return endpoints.every(({ addresses }) => isTested(addresses)) ? exits.fine : exits.untested
}

/** IPv6 is ours to have: an address that this machine cannot try takes nothing from one that it could. */
function isTested(addresses: readonly AddressResult[]): boolean {
  const tried = addresses.filter(({ reach }) => reach.kind !== 'not-tried')
  return tried.length > 0 && tried.every(({ outcome }) => outcome !== 'untested')
}
