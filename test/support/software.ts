import type { Place, Software, Verdict } from '../../src/audit/software.ts'

/** A program whose one switch is `tls`: plaintext where it is off, verified where it is on. */
export function createSoftware(id: string, places: readonly Place[], more: Partial<Software> = {}): Software {
  return {
    id,
    name: id,
    kind: 'marketing',
    places,
    judge: (settings): Verdict => ({
      mode: settings.flag('tls') === true ? 'required-verified' : 'plaintext',
      reasons: [{ key: 'tls', words: 'the switch' }],
    }),
    remedies: [{ security: 'starttls', set: { tls: true } }],
    notes: [],
    sources: ['this test'],
    checkedOn: '2026-11-24',
    confidence: 'unverified',
    examples: [],
    ...more,
  }
}
