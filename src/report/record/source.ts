import type { EvidenceStatus, OutcomeGroup } from '../source.ts'

/** Attempts of the evidence that share all that is named here. */
export interface RecordedAttempts {
  readonly campaign: string
  /** The leaf of their session; null where none is known. */
  readonly session: number | null
  readonly outcome: 'delivered' | 'deferred' | 'failed' | 'reply-lost' | 'unknown'
  readonly strength: 'observed' | 'claimed' | 'unknown'
  readonly attempts: number
  readonly octets: number
}

/** A session of the evidence, as far as a record tells of it. */
export interface RecordedSession {
  readonly leaf: number
  readonly host: string
  readonly port: number
  readonly level: string
  readonly verdict: string
  readonly cause: string
  readonly decision: string
  readonly tls: { readonly version: string; readonly cipher: string; readonly group: string | null } | null
}

/** Something that a person or the program did. */
export interface RecordedAct {
  /** ISO 8601. */
  readonly time: string
  readonly act: string
  readonly detail: Readonly<Record<string, string | number>>
  /** The user of the system who ordered it, where that is still known. */
  readonly by: string | null
}

/** A campaign of which attempts were recorded. */
export interface RecordedCampaign {
  readonly name: string
  readonly from: string
  readonly subject: string
  readonly level: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly recipients: number
  /** The columns of its list. */
  readonly columns: readonly string[]
  /** What stands in the queue now. */
  readonly outcomes: readonly OutcomeGroup[]
}

/** What GDPR article 30(1) asks for and no program can know; as the settings have it, null where they do not. */
interface ProcessingWords {
  readonly controller: string | null
  readonly officer: string | null
  readonly purpose: string | null
  readonly retention: string | null
}

/** Everything that a record of what was sent is made from. */
export interface RecordSource {
  /** Milliseconds since the epoch; null where it is not bounded. */
  readonly since: number | null
  readonly until: number | null
  readonly now: number
  readonly software: string
  readonly campaigns: readonly RecordedCampaign[]
  readonly attempts: readonly RecordedAttempts[]
  readonly sessions: Iterable<RecordedSession>
  /** Milliseconds that are counted together, and messages delivered in them by the verdict on their session. */
  readonly step: number
  readonly delivered: readonly { readonly at: number; readonly verdict: string | null; readonly messages: number }[]
  readonly span: { readonly first: number; readonly last: number } | undefined
  readonly acts: readonly RecordedAct[]
  readonly words: ProcessingWords
  readonly evidence: EvidenceStatus
}
