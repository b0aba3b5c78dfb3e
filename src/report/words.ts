import type { CampaignReport } from './campaign.ts'
import { printCount, printNumber, printShare } from './table.ts'

/** What each demand means, for people. */
export const levelWords: Readonly<Record<string, string>> = {
  opportunistic: 'encrypted where the other side can, else in plaintext',
  encrypted: 'encrypted on the connection from here, or held',
  valid: 'encrypted to a server with a right certificate, or held',
  authenticated: 'encrypted to a server whose name and certificate are vouched for, or held',
}

/** The report in a few sentences, the same in text and HTML. */
export function summarize({ summary, level }: CampaignReport): readonly string[] {
  const lines = [
    `${printNumber(summary.sent)} of ${printCount(summary.total, 'message')} ${summary.sent === 1 ? 'was' : 'were'} sent (${printShare(summary.sent, summary.total)}).`,
  ]
  if (summary.sent > 0) {
    lines.push(
      summary.plaintext === 0
        ? 'All of them travelled encrypted.'
        : `${printNumber(summary.plaintext)} of them travelled in plaintext: the campaign allowed it (level ${level}).`,
    )
    const right = summary.authenticated + summary.valid
    if (right > 0) lines.push(`${printNumber(right)} went to a server with a right certificate.`)
    if (summary.unauthenticated > 0) {
      lines.push(
        `${printNumber(summary.unauthenticated)} went encrypted to a server whose certificate does not prove who it is; level valid would have held them.`,
      )
    }
  }
  if (summary.held > 0)
    lines.push(`${printNumber(summary.held)} are held: their destination cannot take them as the campaign demands.`)
  if (summary.deferred > 0) lines.push(`${printNumber(summary.deferred)} could not be handed over yet and will be tried again.`)
  if (summary.failed > 0) lines.push(`${printNumber(summary.failed)} failed for good.`)
  if (summary.dropped > 0) lines.push(`${printNumber(summary.dropped)} were dropped unsent.`)
  if (summary.exported > 0)
    lines.push(`${printNumber(summary.exported)} were exported unsent, to reach their recipients in another way.`)
  if (summary.suppressed > 0)
    lines.push(`${printNumber(summary.suppressed)} were not sent: their recipients want no mail, or can get none.`)
  if (summary.waiting > 0) lines.push(`${printNumber(summary.waiting)} are still waiting for their turn.`)
  return lines
}

/** What the evidence says, and what it does not. */
export function explainEvidence({ evidence, summary }: CampaignReport): readonly string[] {
  switch (evidence.status) {
    case 'missing':
      if (evidence.why !== null) return [evidence.why]
      return summary.total === summary.waiting
        ? ['There is no evidence log: nothing was tried yet.']
        : ['The evidence log is GONE, though messages were tried: nothing of this report can be proven.']
    case 'changed':
      return [`The evidence log does NOT verify: ${evidence.where ?? ''}, ${evidence.why ?? ''}. Do not rely on it.`]
    case 'intact':
      return [
        `The evidence log verifies: ${printCount(evidence.entries, 'entry', 'entries')}, in one tree whose root is signed.`,
        'It records what this sender saw on each connection and what each server answered. It does not say what a receiver did with a message afterwards.',
      ]
  }
}
