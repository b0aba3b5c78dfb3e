import type { z } from 'zod'
import { SealpostError } from '../errors.ts'
import { type SendingProvider, findSubmission, searchProvider } from '../provider/index.ts'
import type { SettingsDocument } from '../settings/index.ts'
import type { Route } from './campaign.ts'
import type { campaignSchema } from './schema.ts'

type Document = SettingsDocument<z.output<typeof campaignSchema>>

/**
 * Which way the messages go, as the campaign file says it; a provider's name becomes the host that its documentation names.
 *
 * @param directory the providers that are known, in place of all
 * @throws SealpostError SP_CAMPAIGN_INVALID
 */
export function readRoute(document: Document, directory?: readonly SendingProvider[]): Route {
  const { route } = document.data
  if (route === 'direct') return { kind: 'direct' }
  if (route.relay === undefined) return findRoute(document, route.provider ?? '', directory)
  // RFC 8314 7.3: 465 is the port of implicit TLS; RFC 6409 3.1: 587 that of submission.
  const port = route.port ?? (route.security === 'implicit' ? 465 : 587)
  const security = route.security ?? (port === 465 ? 'implicit' : 'starttls')
  // Left out where it is SMTP: a campaign that was frozen before there was a choice stays the same.
  return { kind: 'relay', host: route.relay, port, security, ...(route.protocol === 'lmtp' ? { protocol: 'lmtp' } : {}) }
}

function findRoute(document: Document, word: string, directory: readonly SendingProvider[] | undefined): Route {
  const { route } = document.data
  const found = searchProvider(word, directory)
  if (found.kind === 'unknown') throw refuse(document, 'provider', found.what, 'sealpost esp list names all of them.')
  const { provider } = found
  const { region, port, auth } = route === 'direct' ? {} : route
  const submission = findSubmission(provider, { region, port })
  const show = `sealpost esp show ${provider.id} tells what is documented; relay: takes the name of any other host.`
  if (submission.kind === 'none') throw refuse(document, submission.entry, submission.why, show)
  if (auth === undefined) {
    const what = `${provider.name} takes mail from those who log in`
    throw refuse(document, 'provider', what, 'Add auth, with user and passwordEnv or passwordFile.')
  }
  const { endpoint } = submission
  const security = endpoint.security === 'implicit' ? 'implicit' : 'starttls'
  return { kind: 'relay', host: endpoint.host, port: endpoint.port, security, provider: provider.id }
}

function refuse(document: Document, entry: string, what: string, next: string): SealpostError {
  return new SealpostError('SP_CAMPAIGN_INVALID', { where: document.locate(['route', entry]), what, next })
}
