import type { SignatureCheck } from '../dkim/index.ts'
import type { DmarcAnswer } from '../dmarc/index.ts'
import type { MailRoute, ReverseName } from '../dns/index.ts'
import type { Level } from '../policy/index.ts'
import type { SpfResult, SpfSurvey } from '../spf/index.ts'
import type { ListFacts } from './list.ts'
import type { SampleFacts } from './sample.ts'
import type { ReceiverId } from './receiver.ts'

/** Who sends, and in which name. Domains are A-labels in lower case. */
export interface SenderFacts {
  readonly name: string
  readonly address: string
  readonly domain: string
  readonly replyTo: string | undefined
  /** The domain of the return path, which SPF is about. */
  readonly envelopeDomain: string
  /** What campaign.yaml says of the sender, to be found in the message. */
  readonly identity: { readonly name?: string | undefined; readonly address?: string | undefined } | undefined
}

/** A provider that mail is handed to, and what it is told about TLS towards recipients. */
interface RelayProvider {
  readonly id: string
  readonly name: string
  /** How it can be told to insist on TLS, as documented. */
  readonly switch: string | undefined
  /** How that stands; undefined where the provider has no API to ask. */
  readonly secondHop: SecondHopFacts | undefined
}

/** What a provider says of its switch. Its word: no connection was looked at. */
export type SecondHopFacts =
  | {
      readonly kind: 'read'
      /** Empty where there is nothing that could demand TLS. */
      readonly switches: readonly SwitchFacts[]
      /** Whether the campaign's messages are known to go by these. */
      readonly certain: boolean
      /** What they do not say, where that is not certain. */
      readonly limit: string
      /** What to say to look at it. */
      readonly command: string
    }
  /** It was not asked, or did not say. */
  | { readonly kind: 'unread'; readonly why: string }

/** One switch. Texts are escaped. */
export interface SwitchFacts {
  /** `domain example.org` */
  readonly holder: string
  /** By the provider's own names; empty where its answer does not have it. */
  readonly settings: string
  /** What it demands of the second hop; undefined where the answer does not say. */
  readonly level: Level | undefined
}

/** Which way the messages go. */
export interface RouteFacts {
  readonly kind: 'direct' | 'relay'
  readonly level: Level
  /** Of a relay. */
  readonly host: string | undefined
  /** The provider that the relay is of, where it is known. */
  readonly provider: RelayProvider | undefined
  /** Recipients by what the pre-flight of the connections foresees; undefined where none was made. */
  readonly foreseen: { readonly send: number; readonly hold: number; readonly later: number; readonly fail: number } | undefined
}

/** What DNS says of the sender. Each part says for itself where it was not answered. */
export interface DnsFacts {
  readonly from: MailRoute
  readonly dmarc: DmarcAnswer
  readonly spf: SpfSurvey
  /** By the addresses that mail leaves from; empty where these are not known. */
  readonly spfResults: readonly { readonly address: string; readonly spf: SpfResult }[]
  /** Whether the record brings in what the relay's provider has its customers include; undefined where that is not known. */
  readonly spfNamesRelay: boolean | undefined
  readonly reverse: readonly { readonly address: string; readonly name: ReverseName }[]
  /** Why the addresses that mail leaves from are not known; undefined where they are. */
  readonly addressesUnknown: string | undefined
}

/** What the campaign counts. */
export interface TrackingFacts {
  readonly clicks: boolean
  readonly opens: boolean
  /** The column without whose yes nobody is counted; undefined where everybody is. */
  readonly consent: string | undefined
  /** What its links begin with. */
  readonly baseUrl: string
  /** Where links that are counted lead in the end, in the samples. */
  readonly targets: readonly string[]
}

/** What was sent before, in the name of the same organisation. */
export interface HistoryFacts {
  /** In the last 24 hours, and in the 24 before; by receiver, and in all. */
  readonly lastDay: VolumeFacts
  readonly dayBefore: VolumeFacts
  /** Messages sent, and what came back of them, in the last 30 days. */
  readonly month: { readonly sent: number; readonly hardBounces: number; readonly complaints: number }
}

export type VolumeFacts = Readonly<Record<ReceiverId | 'all', number>>

/** What became of a link of our own, with a token that unsubscribes nobody, asked for as a recipient's program would. */
export interface LinkFacts {
  /** Where the links lead. */
  readonly baseUrl: string
  readonly answer:
    | { readonly kind: 'fine' }
    | { readonly kind: 'failed'; readonly step: 'url' | 'get' | 'post'; readonly why: string }
    | { readonly kind: 'untested'; readonly why: string }
}

/** Everything that rules look at: plain data, gathered once. */
export interface ComplianceFacts {
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly sender: SenderFacts
  readonly route: RouteFacts
  readonly list: ListFacts
  /** Messages as some recipients would get them; the first row of the list comes first. */
  readonly samples: readonly SampleFacts[]
  /** Rows of which no message could be made, among those looked at. */
  readonly unmade: readonly { readonly line: number; readonly why: string }[]
  /** The signatures of the first sample. */
  readonly signatures: readonly SignatureCheck[]
  readonly dns: DnsFacts
  /** Undefined where the campaign gives no links of ours. */
  readonly link: LinkFacts | undefined
  /** Undefined where it counts nothing. */
  readonly tracking: TrackingFacts | undefined
  /** Undefined where nothing was sent yet from this data folder. */
  readonly history: HistoryFacts | undefined
}
