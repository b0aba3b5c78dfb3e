/** A sender that comes back to a server's TLS sessions, in the network of the laboratory. */
import { join } from 'node:path'
import type { Lab, ServerName } from './lab.ts'
import { repository } from './requirement.ts'

/** One connection. */
export interface Resumption {
  readonly verdict: string
  readonly version: string
  readonly resumed: boolean
  /** Milliseconds from the connect to the answer to EHLO inside TLS. */
  readonly ms: number
}

export async function resumeTls(
  lab: Lab,
  name: ServerName,
  { port = 25, count, full = false }: { readonly port?: number; readonly count: number; readonly full?: boolean },
): Promise<readonly Resumption[]> {
  const { address } = lab.server(name).host
  const program = join(repository, 'test/interop/resumeTls.ts')
  const asked = [address, String(port), `mx.${name}.test`, lab.authority, String(count), ...(full ? ['full'] : [])]
  const { status, stdout, stderr } = await lab.run([process.execPath, program, ...asked])
  if (status !== 0) throw new Error(`${name}: ${stderr}`)
  return JSON.parse(stdout) as Resumption[]
}
