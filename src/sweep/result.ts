import { z } from 'zod'
import type { CheckResult } from '../check/index.ts'
import { verdicts } from '../policy/index.ts'

/** Of a server's own words; the whole dialogue is for `sealpost check DOMAIN`. */
const maxQuote = 200

const short = z.string().max(2_000)
const grade = z.enum(['A', 'B', 'C', 'D', 'F', '–'])
const verdict = z.enum(verdicts)

/** What is kept of an examination: what the list's report needs, and no dialogue. The state file holds it too. */
export const setResultSchema = z.strictObject({
  verdict,
  cause: short,
  words: short,
  quote: short.optional(),
  /** The best of the hosts. */
  best: verdict.optional(),
  grade,
  /** Ids of the rules that found something, on the domain or on a host. */
  rules: z.array(short).max(500),
  hosts: z
    .array(
      z.strictObject({
        mx: short,
        address: short.optional(),
        verdict,
        cause: short,
        grade,
        /** Of what its DNS asks for (DANE); only where the host did not come up to it. */
        demand: z.strictObject({ met: z.literal(false) }).optional(),
      }),
    )
    .max(500),
  /** ISO 8601. */
  checkedAt: z.iso.datetime(),
})

export type SetResult = z.infer<typeof setResultSchema>

/** What an examination says, without what it rests on. */
export function summarize(result: CheckResult): SetResult {
  const found = [...result.findings, ...result.hosts.flatMap(({ findings }) => findings)]
  return {
    verdict: result.verdict,
    cause: result.cause,
    words: result.words,
    ...(result.quote === undefined ? {} : { quote: result.quote.slice(0, maxQuote) }),
    ...(result.best === undefined ? {} : { best: result.best }),
    grade: result.grade,
    rules: [...new Set(found.map(({ rule }) => rule))],
    hosts: result.hosts.map(({ mx, address, verdict, cause, grade, demand }) => ({
      mx,
      ...(address === undefined ? {} : { address }),
      verdict,
      cause,
      grade,
      ...(demand?.met === false ? { demand: { met: false as const } } : {}),
    })),
    checkedAt: result.checkedAt,
  }
}

/** Verdicts that say nothing about encryption: they may be otherwise in an hour. */
export function saysNothing({ verdict }: Pick<SetResult, 'verdict'>): boolean {
  return verdict === 'temporary' || verdict === 'refused' || verdict === 'unreachable' || verdict === 'not-tested'
}
