/** What must be there before a laboratory can be set up. Its absence fails the tests: skipped, they would prove nothing. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const repository = join(import.meta.dirname, '../../..')

/** Where `test/interop/setup` unpacks the servers. */
export const serverRoot = process.env['SEALPOST_INTEROP_ROOT'] ?? '/var/lib/sealpost-interop'

export function requireSetup(): void {
  const problem = findProblem()
  if (problem) throw new Error(`${problem}. Run test/interop/setup as root, then these tests as root.`)
}

function findProblem(): string | undefined {
  if (process.getuid?.() !== 0) return 'The interoperability tests make network namespaces, which only root may'
  const stamp = join(serverRoot, 'ready')
  if (!existsSync(stamp)) return `The mail servers are not in ${serverRoot}`
  const setup = createHash('sha256')
    .update(readFileSync(join(repository, 'test/interop/setup')))
    .digest('hex')
  if (readFileSync(stamp, 'utf8').trim() !== setup)
    return `What is in ${serverRoot} was put there by another version of the script`
  return undefined
}
