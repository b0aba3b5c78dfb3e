import type { FrozenCampaign } from './freeze.ts'

/** The subject for people; where two are on trial, both of them. */
export function describeSubject({ subject, subjects }: Pick<FrozenCampaign, 'subject' | 'subjects'>): string {
  if (!subjects || subjects.winner !== undefined) return subject
  return `A: ${subjects.a} | B: ${subjects.b}`
}

/** Which part of its list a campaign goes to, in words; undefined where it goes to all of it. */
export function describePart({
  segment,
  split,
  subjects,
}: Pick<FrozenCampaign, 'segment' | 'split' | 'subjects'>): string | undefined {
  const parts = [
    segment === undefined ? '' : `those for whom ${segment} holds`,
    split === undefined ? '' : `${split.rest ? 'all but ' : ''}${percent(split.share)} by lot`,
    subjects === undefined
      ? ''
      : subjects.winner === undefined
        ? `${percent(subjects.share)} by lot, on whom two subjects are tried`
        : `those who took no part in the trial of two subjects`,
  ].filter(Boolean)
  return parts.length === 0 ? undefined : parts.join(', of them ')
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`
}
