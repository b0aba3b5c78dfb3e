/** Where a campaign is in its life. It is not kept anywhere: it follows from what is. */
export const campaignStates = ['draft', 'checked', 'scheduled', 'sending', 'paused', 'done', 'cancelled'] as const

export type CampaignState = (typeof campaignStates)[number]

/** What a campaign's state follows from. */
export interface CampaignFacts {
  /** How many messages are in which state; undefined where it was not taken in. `waiting` has those in flight as well. */
  readonly counts:
    | {
        readonly sent: number
        readonly held: number
        readonly deferred: number
        readonly failed: number
        readonly dropped: number
        readonly waiting: number
      }
    | undefined
  /** A pre-flight of the very same content was made. */
  readonly checked: boolean
  /** Its first message is not due yet. */
  readonly ahead: boolean
  readonly paused: boolean
  readonly cancelled: boolean
}

/**
 * Decides the state of a campaign. What was cancelled after everything had come to its end is done; one that is paused
 * before its time does not begin at it, so it counts as paused.
 */
export function decideState({ counts, checked, ahead, paused, cancelled }: CampaignFacts): CampaignState {
  if (!counts) return checked ? 'checked' : 'draft'
  const { sent, held, deferred, failed, dropped, waiting } = counts
  const left = held + deferred + waiting
  if (cancelled && (left > 0 || dropped > 0)) return 'cancelled'
  if (left === 0) return 'done'
  if (paused) return 'paused'
  return ahead && sent + held + deferred + failed === 0 ? 'scheduled' : 'sending'
}
