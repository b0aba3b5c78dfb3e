import { text } from 'node:stream/consumers'
import { type Target, parseTarget, targetOf } from '../check/index.ts'
import { type Resolver, lookupMailServices } from '../dns/index.ts'
import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { readText } from '../settings/index.ts'

/**
 * What is to be checked: the words of the command line, `-` for standard input, and a file, a target a line in both;
 * what follows a # is a remark.
 *
 * @throws SealpostError SP_TARGET_INVALID naming the line, SP_FILE_MISSING and its kin
 */
export async function readTargets(words: readonly string[], file: string | undefined): Promise<readonly Target[]> {
  const targets: Target[] = []
  for (const word of words) {
    if (word === '-') targets.push(...parseLines(await text(process.stdin), '(standard input)'))
    else targets.push(parseTarget(word))
  }
  if (file !== undefined) targets.push(...parseLines(await readText(file, 'SP_TARGET_INVALID'), file))
  if (targets.length === 0) throw new SealpostError('SP_TARGET_INVALID', { what: 'No target was named' })
  // The same twice is examined once.
  return [...new Map(targets.map((target) => [target.text, target])).values()]
}

function parseLines(lines: string, name: string): Target[] {
  return lines.split(/\r\n|\r|\n/).flatMap((line, index) => {
    const word = line.replace(/#.*/, '').trim()
    if (word === '') return []
    try {
      return [parseTarget(word)]
    } catch (error) {
      if (!(error instanceof SealpostError)) throw error
      throw new SealpostError('SP_TARGET_INVALID', {
        where: `${name}:${index + 1}`,
        what: `${visible(word, 100)}: ${error.what}`,
        cause: error,
      })
    }
  })
}

/** Adds the services that each domain names for its users (RFC 6186, RFC 8314 5.1); those that name none are told of. */
export async function addServices(targets: readonly Target[], resolver: Resolver): Promise<readonly Target[]> {
  const all = await Promise.all(
    targets.map(async (target) => {
      if (target.kind !== 'domain') return [target]
      const { found, failed } = await lookupMailServices(resolver, target.domain)
      if (failed.length > 0)
        process.stderr.write(`${target.domain}: the DNS gives no answer for now about ${failed.join(', ')}.\n`)
      else if (found.length === 0)
        process.stderr.write(
          `${target.domain} names no services in SRV records (RFC 6186): name its servers yourself, such as imaps://mail.${target.domain}.\n`,
        )
      return [target, ...found.map(targetOf)]
    }),
  )
  return all.flat()
}
