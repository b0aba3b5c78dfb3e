/** Every program's rule: audit says of its examples what they are, and mends the mistake. */
import { describe, expect, it } from 'vitest'
import { formats } from '../format/index.ts'
import { type Judgement, judge } from '../judge.ts'
import { planMends } from '../mend/plan.ts'
import type { Mode } from '../mode.ts'
import { compareVersions } from '../settings.ts'
import { findSetups } from '../setup.ts'
import type { Example, Software } from '../software.ts'
import { softwares } from './index.ts'

function examine(software: Software, { file, text, version }: Example) {
  return software.places.flatMap((place) => {
    if (place.kind === 'unseen') return []
    if (place.kind === 'file' ? !place.path.test(file) : !place.path?.test(file)) return []
    if (place.kind === 'file' && place.marks && !place.marks.some((mark) => text.includes(mark))) return []
    const format = formats[place.kind === 'file' ? place.format : 'env']
    const document = format.read(text)
    if (place.kind === 'file' && place.isOurs && !place.isOurs(document)) return []
    expect(document.faults).toEqual([])
    const setups = place.kind === 'file' && place.find ? place.find(document) : findSetups(document, place)
    return setups.map((setup) => {
      const judged = judge(software, new Map(Object.entries(setup.entries)), version, new Map())
      const subject = { software, place, format, document, setup, version, environment: new Map() }
      return { judged, plans: planMends(subject, judged) }
    })
  })
}

function modesOf(judged: Judgement): readonly Mode[] {
  if (judged.kind !== 'told') throw new Error(`cannot tell: ${JSON.stringify(judged)}`)
  return judged.versions.length > 0 ? judged.versions.map(({ mode }) => mode) : [judged.mode]
}

it('ids are told apart', () => {
  expect(new Set(softwares.map(({ id }) => id)).size).toBe(softwares.length)
})

describe.each(softwares.map((software) => [software.id, software] as const))('%s', (_, software) => {
  it.each(software.examples.map((example) => [example.label, example] as const))('%s', (_, example) => {
    const examined = examine(software, example)
    expect(examined).toHaveLength(1)
    const [only] = examined
    if (!only) return
    expect(modesOf(only.judged)).toEqual(example.modes)
    expect('reasons' in only.judged && only.judged.reasons.length).toBeGreaterThan(0)
    const [plan] = only.plans
    if (!example.fixed) {
      expect(plan).toBeUndefined()
      return
    }
    const [mended] = plan ? examine(software, { ...example, text: plan.text }) : []
    expect(mended && modesOf(mended.judged), plan?.text).toEqual(example.fixed)
    // Mended once, there is nothing left to mend.
    expect(mended?.plans.filter(({ after }) => after === plan?.after)).toEqual([])
  })

  it('has what is asked of every rule', () => {
    expect(software.sources.length).toBeGreaterThan(0)
    expect(software.checkedOn).toMatch(/^\d{4}-\d\d-\d\d$/)
    expect(software.places.length).toBeGreaterThan(0)
    // Only what no file shows has no example.
    if (software.places.some(({ kind }) => kind !== 'unseen')) expect(software.examples.length).toBeGreaterThan(0)
    expect(software.remedies.length > 0 || software.instead !== undefined).toBe(true)
    const boundaries = software.boundaries ?? []
    expect(boundaries).toEqual(boundaries.toSorted(compareVersions))
    const places = software.places.flatMap((place) => (place.kind === 'unseen' ? [] : [place]))
    for (const { set, ifSet, rewrite } of software.remedies) {
      for (const place of places)
        if (!('find' in place)) expect(Object.keys(place.keys)).toEqual(expect.arrayContaining(Object.keys(set)))
      // What is mended only where it is set need not exist everywhere, but somewhere; who finds by himself names his own.
      if (places.length > 0 && places.every((place) => !('find' in place)))
        expect(places.flatMap(({ keys }) => Object.keys(keys))).toEqual(
          expect.arrayContaining(Object.keys({ ...ifSet, ...rewrite })),
        )
    }
  })
})
