import { type Reader, type TrackingDesk, HitCounter, createMessageTracking, tagOf } from '../../src/tracking/index.ts'
import type { HitGroup, TrackingLedger } from '../../src/tracking/index.ts'
import type { Clock } from '../../src/clock.ts'
import { makeKeys } from './serving.ts'

/** A clock that a test moves by hand; what it is asked to call later is called by `due`. */
export function handClock(start = Date.UTC(2026, 10, 25, 12)): Clock & { now(): number; set(at: number): void; due(): void } {
  let at = start
  let waiting: (() => void)[] = []
  return {
    now: () => at,
    set: (next) => {
      at = next
    },
    sleep: async () => undefined,
    timer: (_, fire) => {
      waiting.push(fire)
      return () => {
        waiting = waiting.filter((one) => one !== fire)
      }
    },
    due: () => {
      for (const fire of waiting.splice(0)) fire()
    },
  }
}

/** A ledger in memory that keeps what it is given. */
export function memoryLedger() {
  const groups: HitGroup[] = []
  const ledger: TrackingLedger = {
    add: (added) => {
      groups.push(...added)
    },
    links: () => [],
    forget: () => 0,
  }
  const count = (kind: 'click' | 'open', link: number): number =>
    groups.filter((group) => group.kind === kind && group.link === link).reduce((sum, group) => sum + group.count, 0)
  return { ledger, groups, count }
}

export const spring = { campaign: 'spring', digest: 'd'.repeat(64) }
export const targets: Readonly<Record<number, string>> = { 1: 'https://shop.example/a?x=1&y=2', 2: 'http://shop.example/b' }

/** Whom the messages of the campaign went to. */
const addressOf = (messageId: number): string => `r${messageId}@a.test`

/** What answers links of one campaign with two links, over a ledger in memory. */
export function createTracking(different: { readonly erased?: readonly number[] } = {}) {
  const keys = makeKeys()
  const clock = handClock()
  const memory = memoryLedger()
  const errors: unknown[] = []
  /** Messages whose recipients are to be counted no more. */
  const withdrawn = new Set<number>()
  const counter = new HitCounter(
    () => memory.ledger,
    clock,
    (error) => errors.push(error),
  )
  const tag = tagOf(spring.campaign, spring.digest)
  const isKnown = ({ messageId, isOf }: Reader): boolean => !different.erased?.includes(messageId) && isOf(addressOf(messageId))
  const desk: TrackingDesk = {
    keys: async () => keys,
    campaigns: {
      find: (asked) =>
        asked === tag
          ? {
              name: spring.campaign,
              clicks: true,
              opens: true,
              targetOf: async (link) => targets[link],
              mayCount: async (reader) => isKnown(reader) && !withdrawn.has(reader.messageId),
              sender: 'Example <Shop>',
              withdrawalOf: (reader) => (isKnown(reader) ? async () => void withdrawn.add(reader.messageId) : undefined),
            }
          : undefined,
    },
    counter,
  }
  const linksOf = (messageId: number, of = spring, by = keys) =>
    createMessageTracking(
      { messageId, tag: tagOf(of.campaign, of.digest), addressKey: addressOf(messageId) },
      { baseUrl: 'https://news.shop.example', keys: by },
    )
  return { keys, clock, counter, desk, errors, linksOf, withdrawn, ...memory }
}

/** The path of an address of ours. */
export function pathOf(url: string): string {
  return new URL(url).pathname
}
