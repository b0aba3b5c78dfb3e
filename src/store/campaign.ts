/** A campaign as it was frozen when it was first sent. */
export interface StoredCampaign {
  readonly name: string
  readonly digest: string
  /** JSON. */
  readonly frozen: string
  /** Milliseconds since the epoch: when its messages are dated, and their time begins to run. In the future where it is scheduled. */
  readonly createdAt: number
  readonly intake: Intake
}

/** A campaign on its way into the queue. */
export interface IncomingCampaign extends Omit<StoredCampaign, 'intake'> {
  /** Milliseconds since the epoch: when its first messages are due; at once where it is left out. */
  readonly due?: number
}

/** What a list held. */
export interface Intake {
  readonly accepted: number
  readonly duplicates: number
  readonly invalid: number
  /** On the suppression list, and so not taken in. */
  readonly suppressed: number
  /** The first of the invalid rows. */
  readonly sample: readonly { readonly line: number; readonly why: string }[]
}

/** A row of a list, on its way into the queue. */
export type IncomingRow =
  | {
      readonly kind: 'recipient'
      readonly address: string
      readonly addressKey: string
      readonly domain: string
      readonly columns: Readonly<Record<string, string>>
    }
  | { readonly kind: 'suppressed' }
  | { readonly kind: 'invalid'; readonly line: number; readonly why: string }
