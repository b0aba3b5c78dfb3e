import type { FrozenCampaign } from '../campaign/index.ts'
import type { ActName, EvidenceLog } from '../evidence/index.ts'
import type { QueueDatabase } from '../store/index.ts'

/** Writes into the evidence what happened to a campaign, with its numbers. */
export async function noteCampaign(
  act: Extract<ActName, `campaign-${string}`>,
  frozen: Pick<FrozenCampaign, 'name' | 'digest'>,
  { log, store }: { readonly log: EvidenceLog; readonly store: QueueDatabase },
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { total, sent, held, deferred, failed, dropped } = await store.counts(frozen.name)
  const numbers = { total, sent, held, deferred, failed, ...(dropped > 0 ? { dropped } : {}) }
  log.act({ act, detail: { ...more, campaign: frozen.name, digest: frozen.digest, ...numbers } })
}

/** What a person overruled is part of the proof. */
export function noteForced(
  { name, digest }: Pick<FrozenCampaign, 'name' | 'digest'>,
  rules: readonly string[],
  { log }: { readonly log: EvidenceLog },
): void {
  log.act({ act: 'campaign-forced', detail: { campaign: name, digest, rules: rules.join(' ') } })
}
