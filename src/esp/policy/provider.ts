import type { Key, KeyVariable } from './key.ts'
import type { ApiRequest } from './request.ts'
import type { Holder, HolderKind, HopLevel, Settings } from './setting.ts'

/** One page of the domains or configuration sets of an account. */
export interface HolderPage {
  readonly holders: readonly Holder[]
  /** What to ask the next page with, where there is one. */
  readonly next: string | undefined
}

interface Authorization {
  readonly request: ApiRequest
  readonly key: Key
  /** The host the request goes to, with its port where that is not the scheme's own. */
  readonly host: string
  readonly region: string
  readonly time: Date
}

/**
 * A provider whose switch can be read and set: how it is asked, how its answer is read, and what that means. All of it is
 * pure; `session.ts` does the talking.
 */
export interface Provider {
  readonly id: string
  readonly name: string
  /** Other names people give it. */
  readonly aliases: readonly string[]
  /** Where the API is documented. */
  readonly source: string
  readonly variables: readonly KeyVariable[]
  /** What the switch belongs to. */
  readonly holder: HolderKind
  readonly regions: {
    /** Undefined: it has to be named. */
    readonly usual: string | undefined
    /** A variable of the environment that names it. */
    readonly variable?: string
    readonly known: (region: string) => boolean
    /** For messages: what there is. */
    readonly words: string
  }
  /** The most that its switch can demand. */
  readonly strongest: HopLevel
  /** Said where more than that is asked. */
  readonly whyNoMore: string
  /** What its documentation says happens to a message that cannot be handed over as demanded. */
  readonly onFailure: string
  /** What is not to be learnt from the switch. */
  readonly limits: readonly string[]
  /** Header fields of a message that say otherwise for it. */
  readonly overruledBy?: readonly string[]
  baseUrl(region: string): string
  authorize(what: Authorization): Readonly<Record<string, string>>
  /** A holder by name alone; undefined where the API has to be asked for its id, or the name can be none. */
  nameHolder(name: string): Holder | undefined
  /** Absent where there is but one. */
  readonly list?: {
    request(next: string | undefined): ApiRequest
    /** Undefined: not as documented. */
    read(answer: unknown, asked: string | undefined): HolderPage | undefined
  }
  readRequest(holder: Holder): ApiRequest
  /** Undefined: not as documented. */
  readSettings(answer: unknown): Settings | undefined
  /** Undefined where the answer does not have the switch. */
  judge(settings: Settings): HopLevel | undefined
  /** The settings that give a level, starting from those there are. */
  demand(settings: Settings, level: HopLevel): Settings
  changeRequest(holder: Holder, settings: Settings): ApiRequest
  /** Something about a change that the person should know before it is made. */
  warn?(from: Settings, to: Settings): string | undefined
}
