import type { Clock } from '../clock.ts'
import type { Pipelining } from '../smtpclient/index.ts'
import type { GreylistMemory } from './greylist/index.ts'
import type { QueueStore } from './store.ts'
import type { Job } from './job.ts'
import type { CampaignLimit } from './limit/index.ts'
import type { ReachOptions } from './reach.ts'
import type { Recorder } from './record.ts'
import type { Settler } from './settler.ts'
import type { AskSuppressed } from './suppression.ts'
import type { Slots } from './slots.ts'
import type { Ways } from './way.ts'

/** What all lanes of a run share. */
export interface Delivery {
  readonly jobs: ReadonlyMap<string, Job>
  readonly store: QueueStore
  readonly settler: Settler
  readonly recorder: Recorder
  /** Connections of all lanes together. */
  readonly slots: Slots
  readonly greylist: GreylistMemory
  readonly reach: ReachOptions
  readonly clock: Clock
  readonly random: () => number
  /** Name and version of this program, for the evidence. */
  readonly software: string
  /** Campaigns that a person lets rest. */
  readonly paused: () => ReadonlySet<string>
  /** Whether a message may still be sent. */
  readonly suppressed: AskSuppressed
  /** Whether nothing new of a campaign may be begun for now: a person lets it rest, or its own pace does. */
  readonly rests: (campaign: string) => boolean
  /** Limits of campaigns that have their own. */
  readonly paces: ReadonlyMap<string, CampaignLimit>
  /** Aborted when nothing new may be begun: the run is to end, or cannot write down what it does. */
  readonly stop: AbortSignal
  /** Aborted when what is in flight may not be finished either. */
  readonly abandon: AbortSignal
  /** Says that the run cannot go on. */
  readonly fail: (error: unknown) => void
  /** A lane's fair part of what may be in flight, in messages. */
  readonly share: () => number
  /** How commands may be put together for a host, where it was found not to bear all of it. */
  readonly caution: Map<string, Pipelining>
  readonly pipelining: Pipelining
  /** By which way each host takes messages quicker; undefined where BDAT is not to be used. */
  readonly ways: Ways | undefined
}
