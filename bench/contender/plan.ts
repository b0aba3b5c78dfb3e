/** What a contender is asked to do. It runs in a process of its own, so this is JSON. */
export type Plan = SealpostPlan | CampaignPlan | PoolPlan | CampaignPoolPlan | MinimalPlan | FloorPlan

interface Target {
  readonly port: number
  /** PEM. */
  readonly ca: string
  readonly connections: number
}

export interface SealpostPlan extends Target {
  readonly contender: 'sealpost'
  readonly folder: string
  readonly evidence: boolean
  readonly rows: number
  /** Over how many domains they are spread. */
  readonly domains: number
  /** Each run goes on with the same campaign for so long, in milliseconds; otherwise it is a new one, sent to its end. */
  readonly windowMs?: number
  /** Each domain has a mail server, and so a lane, of its own at these addresses; otherwise all goes to one relay. */
  readonly addresses?: readonly string[]
}

/** A whole campaign: messages are made and signed as they are sent. */
export interface CampaignPlan extends Target {
  readonly contender: 'campaign'
  readonly folder: string
  readonly evidence: boolean
  readonly rows: number
  /** PEM, of a key made for the run; without, nothing is signed. */
  readonly privateKey?: string
}

/** The same by others. */
export interface CampaignPoolPlan extends Target {
  readonly contender: 'nodemailer-campaign'
  readonly count: number
  /** PEM, of RSA. */
  readonly privateKey: string
}

export interface PoolPlan extends Target {
  readonly contender: 'nodemailer'
  readonly count: number
}

/** The least that a Node client does for a message over TLS: no queue, nothing read but the number of replies. */
export interface MinimalPlan extends Target {
  readonly contender: 'minimal'
  readonly count: number
}

/** Octets there and back, without mail or TLS. */
export interface FloorPlan {
  readonly contender: 'floor'
  readonly port: number
  readonly connections: number
  readonly count: number
}

export interface Contender extends AsyncDisposable {
  /** What is not timed. */
  prepare(): Promise<void>
  run(): Promise<void>
}

/** What one run cost the process that it ran in. */
export interface RunCost {
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly endedAt: number
  readonly cpuMs: number
  /** Resident, the most that it ever was, MB. */
  readonly peakMb: number
}
