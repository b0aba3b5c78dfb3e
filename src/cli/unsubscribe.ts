import { SealpostError } from '../errors.ts'
import { json, visible } from '../escape.ts'
import { openKeys } from '../keys.ts'
import { rotateKeys } from '../rotateKeys.ts'
import { loadSettings } from '../settings/index.ts'
import { unsubscribeKeys } from '../unsubscribe/index.ts'
import { checkLinks } from './checkLinks.ts'
import { type Exit, exits } from './exit.ts'
import { createNetwork } from './wiring.ts'

interface Given {
  readonly settings?: string
  readonly json?: boolean
}

/** Follows a link of our own, with a token that unsubscribes nobody. */
export async function runUnsubscribeCheck(given: Given): Promise<Exit> {
  const settings = await loadSettings(given.settings)
  const { data, server } = settings
  if (server.baseUrl === undefined)
    throw new SealpostError('SP_SETTINGS_INVALID', { what: 'server.baseUrl is not set, so there are no links to check' })
  const keys = await openKeys(data, unsubscribeKeys)
  const { resolver } = await createNetwork(settings)
  const found = await checkLinks(server.baseUrl, settings, resolver, keys)
  if (given.json) process.stdout.write(`${json({ baseUrl: server.baseUrl, ...found })}\n`)
  else if (found.kind === 'fine') process.stdout.write(`${server.baseUrl}: links work, and one click is enough.\n`)
  else if (found.kind === 'untested') process.stdout.write(`${server.baseUrl}: not tested: ${visible(found.why)}\n`)
  else process.stdout.write(`${server.baseUrl}: ${visible(found.why)} (${found.step})\n`)
  return found.kind === 'fine' ? exits.fine : found.kind === 'untested' ? exits.untested : exits.below
}

export async function runUnsubscribeRotate(given: Given): Promise<Exit> {
  const { data } = await loadSettings(given.settings)
  const number = await rotateKeys(data, unsubscribeKeys)
  process.stdout.write(
    `Links are signed with key ${number} from now on. A server that runs takes it by itself. Older links work while their keys stand in keys/${unsubscribeKeys}.key: leave them there for 60 days at the least.\n`,
  )
  return exits.fine
}
