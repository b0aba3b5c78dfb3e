import type { FrozenCampaign } from '../campaign/index.ts'
import type { Clock } from '../clock.ts'
import type { ActEntry, EvidenceLog } from '../evidence/index.ts'
import type { QueueDatabase } from '../store/index.ts'

/** Writes into the evidence what happened to a campaign, with its numbers. */
export async function noteCampaign(
  act: Extract<ActEntry['act'], `campaign-${string}`>,
  frozen: Pick<FrozenCampaign, 'name' | 'digest'>,
  { log, store, clock }: { readonly log: EvidenceLog; readonly store: QueueDatabase; readonly clock: Clock },
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { total, sent, held, deferred, failed, dropped } = await store.counts(frozen.name)
  const numbers = { total, sent, held, deferred, failed, ...(dropped > 0 ? { dropped } : {}) }
  const detail = { ...more, campaign: frozen.name, digest: frozen.digest, ...numbers }
  log.append({ kind: 'act', time: new Date(clock.now()).toISOString(), act, detail })
}

/** What a person overruled is part of the proof. */
export function noteForced(
  { name, digest }: Pick<FrozenCampaign, 'name' | 'digest'>,
  rules: readonly string[],
  { log, clock }: { readonly log: EvidenceLog; readonly clock: Clock },
): void {
  const time = new Date(clock.now()).toISOString()
  log.append({ kind: 'act', time, act: 'campaign-forced', detail: { campaign: name, digest, rules: rules.join(' ') } })
}
