import { dirname, resolve } from 'node:path'
import type { z } from 'zod'
import { type ErrorCode, SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { describeIssue, rankProblems } from './problem.ts'
import { readText } from './text.ts'
import { type EntryPath, type Tree, parseYaml } from './yaml.ts'

/** A YAML file that fits its schema. */
export interface SettingsDocument<Data> {
  readonly data: Data
  /** The path as it was given. */
  readonly file: string
  /** The folder that its relative paths start from, absolute. */
  readonly folder: string
  /** `file:line` of an entry, or of the innermost one around it that is there. */
  locate(path: EntryPath): string
}

/**
 * Reads a YAML file and checks it against `schema`.
 *
 * @param code for an entry that does not fit the schema
 * @throws SealpostError SP_FILE_MISSING, SP_FILE_UNREADABLE, SP_FILE_EMPTY, SP_YAML_INVALID, or `code`; one error, about
 *   the first fault, with `file:line`
 */
export async function readDocument<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  code: ErrorCode,
): Promise<SettingsDocument<z.output<Schema>>> {
  const tree = parseYaml(await readText(path, 'SP_YAML_INVALID'), path)
  const result = schema.safeParse(tree.value, { error: describeIssue })
  if (!result.success) throw explainProblem(result.error.issues, tree, path, code)
  const locate = (entry: EntryPath): string => `${path}:${tree.findLine(entry)}`
  return { data: result.data, file: path, folder: dirname(resolve(path)), locate }
}

function explainProblem(issues: readonly z.core.$ZodIssue[], tree: Tree, path: string, code: ErrorCode): SealpostError {
  const [first] = rankProblems(issues, (entry) => tree.findLine(entry))
  if (!first) return new SealpostError(code, { where: path })
  // An unknown entry is located by its own name and spoken of as part of what holds it.
  const subject = first.rank === 0 ? first.path.slice(0, -1) : first.path
  const name = subject.length === 0 ? 'The file' : nameEntry(subject)
  return new SealpostError(code, { where: `${path}:${tree.findLine(first.path)}`, what: `${name} ${first.what}` })
}

/** `delivery.connections`, or `Entry 2 of delivery.retry`, as documentation writes it. */
function nameEntry(path: EntryPath): string {
  const last = path.at(-1)
  if (typeof last === 'number') return `Entry ${last + 1} of ${nameEntry(path.slice(0, -1))}`
  return visible(path.join('.'), 100)
}
