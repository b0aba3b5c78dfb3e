/** Messages that share domain, state and ground; what reports are made of. */
export interface OutcomeGroup {
  readonly domain: string
  readonly state: string
  readonly verdict: string
  readonly tls: string | null
  readonly reason: string
  readonly count: number
}

/** What became of one recipient. */
export interface RecipientLine {
  readonly address: string
  readonly code: number | undefined
  readonly reason: string
  readonly attempts: number
}

/** What verifying the evidence log said. */
export interface EvidenceStatus {
  readonly status: 'intact' | 'changed' | 'missing'
  readonly entries: number
  /** Root of the tree that is signed, hex. */
  readonly root: string | null
  /** SHA-256 of the public key, hex. */
  readonly key: string | null
  /** What kind of change was found first, and in which file. */
  readonly failure: string | null
  readonly where: string | null
  /** How it was changed, or why it is missing. */
  readonly why: string | null
}

/** Everything a report on one campaign is made from. */
export interface ReportSource {
  readonly campaign: string
  readonly from: string
  readonly subject: string
  readonly level: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly now: number
  readonly software: string
  readonly intake: {
    readonly accepted: number
    readonly duplicates: number
    readonly invalid: number
    readonly suppressed: number
  }
  readonly outcomes: readonly OutcomeGroup[]
  readonly evidence: EvidenceStatus
}
