import { z } from 'zod'
import { findNearest } from '../nearest.ts'

/** One wrong entry: where in the document, and what to say about it. */
export interface Problem {
  readonly path: (string | number)[]
  /** A sentence without its subject: "must be a number". */
  readonly what: string
  /** A name that the schema does not have, or one that it needs, is worth more than what follows from it. */
  readonly rank: number
}

type Issue = z.core.$ZodIssue

/**
 * Says in our words what is wrong with an entry, in place of zod's. Schemas may give a sentence of their own.
 * The value itself is never repeated: it may be a password in the wrong place.
 */
export function describeIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${expectations[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return issue.input === undefined ? 'is missing' : `must be ${nameChoices(issue.values, issue.input)}`
    case 'too_big':
      return `must be at most ${issue.maximum}${unit(issue.origin)}`
    case 'too_small':
      return `must be at least ${issue.minimum}${unit(issue.origin)}`
    case 'unrecognized_keys':
      return nameUnknown(issue.keys, knownKeys(issue.inst))
    default:
      return 'is not allowed'
  }
}

const expectations: Readonly<Record<string, string>> = {
  string: 'a text; put it in quotes if it looks like a number',
  number: 'a number, without quotes',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map of entries, each on a line of its own and indented',
  record: 'a map of entries, each on a line of its own and indented',
  array: 'a list, such as [one, two]',
}

function unit(origin: string): string {
  if (origin === 'string') return ' characters long'
  return origin === 'array' ? ' entries long' : ''
}

function nameChoices(values: readonly unknown[], input: unknown): string {
  const choices = values.map(String)
  const nearest = typeof input === 'string' ? findNearest(input, choices) : undefined
  const last = choices.at(-1) ?? ''
  const all = choices.length > 1 ? `${choices.slice(0, -1).join(', ')} or ${last}` : last
  return nearest === undefined ? all : `${all}: did you mean ${nearest}?`
}

function nameUnknown(keys: readonly string[], known: readonly string[]): string {
  const key = keys[0] ?? ''
  const nearest = findNearest(key, known)
  const shown = JSON.stringify(key.slice(0, 100))
  return `has an unknown entry ${shown}: ${nearest === undefined ? `known are ${known.join(', ')}` : `did you mean ${nearest}?`}`
}

function knownKeys(schema: unknown): readonly string[] {
  return schema instanceof z.core.$ZodObject ? Object.keys(schema._zod.def.shape) : []
}

/** All problems, the one to be told first in front, where `lineOf` puts the rest in the order of the file. */
export function rankProblems(issues: readonly Issue[], lineOf: (path: (string | number)[]) => number): Problem[] {
  return issues
    .map((issue) => toProblem(issue))
    .sort((one, other) => one.rank - other.rank || lineOf(one.path) - lineOf(other.path))
}

function toProblem(issue: Issue): Problem {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)))
  if (issue.code === 'invalid_union') return openUnion(issue, path)
  if (issue.code === 'unrecognized_keys') return { path: [...path, issue.keys[0] ?? ''], what: issue.message, rank: 0 }
  return { path, what: issue.message, rank: issue.message === 'is missing' ? 2 : 1 }
}

/** A union fails once for each of its branches: the branch meant is the one whose kind of value was given. */
function openUnion(issue: z.core.$ZodIssueInvalidUnion, path: (string | number)[]): Problem {
  const meant = issue.errors.find((branch) => !branch.some((inner) => inner.path.length === 0 && isKind(inner)))
  const inner = meant?.map((each) => toProblem(each)).sort((one, other) => one.rank - other.rank)[0]
  return inner ? { ...inner, path: [...path, ...inner.path] } : { path, what: issue.message, rank: 1 }
}

function isKind(issue: Issue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_value'
}
