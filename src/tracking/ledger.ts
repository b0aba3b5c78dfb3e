import type { HitKind } from './token.ts'

/** What happened to one link on one day, as far as it was not written down yet. */
export interface HitGroup {
  readonly campaign: string
  /** Of the campaign, hexadecimal. */
  readonly tag: string
  readonly kind: HitKind
  /** 0 for the campaign as a whole. */
  readonly link: number
  /** In UTC, such as 2026-11-25. */
  readonly day: string
  readonly count: number
  /** What stands for those who did it (`hashWho`); each at least once. */
  readonly who: readonly Uint8Array[]
}

/** How often something was done, and by how many. */
export interface HitCount {
  readonly total: number
  /** Each recipient once. Counted for 90 days after the campaign's first hit. */
  readonly unique: number
}

export interface LinkCount extends HitCount {
  readonly link: number
}

export interface DayCount extends HitCount {
  readonly kind: HitKind
  readonly link: number
  readonly day: string
}

/** Where counts are kept. */
export interface TrackingLedger {
  add(groups: readonly HitGroup[], now: number): void
  /** Links of which a campaign has something; 0 is the campaign as a whole. */
  links(tag: string): readonly { readonly kind: HitKind; readonly link: number }[]
  /** Takes out what stands for some; how many there were. The counts stay, as they name nobody. */
  forget(tag: string, marks: readonly { kind: HitKind; link: number; who: Uint8Array }[]): number
}
