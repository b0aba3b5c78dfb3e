import { type CallLimits, type Endpoint, callApi, readEndpoint } from './call.ts'
import { parseJson } from './json.ts'
import type { Key } from './key.ts'
import type { HolderPage, Provider } from './provider.ts'
import type { ApiRequest } from './request.ts'
import type { Holder, HopLevel, Settings } from './setting.ts'
import { type Unread, judgeAnswer } from './unread.ts'

/** A provider that is spoken to with a key. */
export interface Session {
  readonly provider: Provider
  readonly key: Key
  readonly region: string
  readonly endpoint: Endpoint
  readonly limits: CallLimits
  readonly now: () => number
}

/** What a provider says its switch is. Its word (evidence `claimed`): no connection was looked at. */
export interface Reading {
  readonly kind: 'read'
  readonly holder: Holder
  readonly settings: Settings
  /** Undefined where the answer does not have the switch. */
  readonly level: HopLevel | undefined
}

export interface Holders {
  readonly kind: 'holders'
  readonly holders: readonly Holder[]
  /** There are more than are listed. */
  readonly more: boolean
}

const notAsDocumented: Unread = { kind: 'unread', cause: 'not-as-documented' }
const mostPages = 20

async function ask(session: Session, request: ApiRequest): Promise<{ kind: 'json'; data: unknown } | Unread> {
  const { provider, key, region, endpoint, limits } = session
  const { host } = readEndpoint(endpoint)
  const headers = provider.authorize({ request, key, host, region, time: new Date(session.now()) })
  const answer = await callApi(endpoint, request, headers, limits)
  const unread = judgeAnswer(answer)
  if (unread) return unread
  return { kind: 'json', data: answer.kind === 'answer' ? parseJson(answer.body) : undefined }
}

/**
 * Finds what the switch belongs to.
 *
 * @param named the only one wanted
 * @param most how many are wanted at most
 */
export async function findHolders(session: Session, named: string | undefined, most: number): Promise<Holders | Unread> {
  const { provider } = session
  if (!provider.list) return { kind: 'holders', holders: [{ kind: 'account', name: '', id: '' }], more: false }
  const known = named === undefined ? undefined : provider.nameHolder(named)
  if (known) return { kind: 'holders', holders: [known], more: false }
  const found: Holder[] = []
  let next: string | undefined
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page = await fetchPage(session, next)
    if ('kind' in page) return page
    found.push(...page.holders.filter(({ name }) => named === undefined || name === named))
    next = page.next
    const enough = named === undefined ? found.length > most : found.length > 0
    if (next === undefined || enough) break
  }
  if (named !== undefined && found.length === 0) return { kind: 'unread', cause: next === undefined ? 'not-found' : 'too-large' }
  return {
    kind: 'holders',
    holders: found.slice(0, most),
    more: found.length > most || (named === undefined && next !== undefined),
  }
}

async function fetchPage(session: Session, next: string | undefined): Promise<HolderPage | Unread> {
  const { list } = session.provider
  if (!list) return notAsDocumented
  const answer = await ask(session, list.request(next))
  return answer.kind === 'unread' ? answer : (list.read(answer.data, next) ?? notAsDocumented)
}

export async function readSwitch(session: Session, holder: Holder): Promise<Reading | Unread> {
  const { provider } = session
  const answer = await ask(session, provider.readRequest(holder))
  if (answer.kind === 'unread') return answer
  const settings = provider.readSettings(answer.data)
  return settings ? { kind: 'read', holder, settings, level: provider.judge(settings) } : notAsDocumented
}

/** Sets the switch. That the provider took the request says no more than that: read it again. */
export async function changeSwitch(session: Session, request: ApiRequest): Promise<{ kind: 'taken' } | Unread> {
  const answer = await ask(session, request)
  return answer.kind === 'unread' ? answer : { kind: 'taken' }
}
