/** What Sealpost's library finds out about a peer that speaks TLS and no mail. */
import { join } from 'node:path'
import type { Survey } from './examination.ts'
import { type GnutlsVariant, gnutlsPort } from './front.ts'
import type { Lab } from './lab.ts'
import { repository } from './requirement.ts'

export interface BareSurvey {
  readonly survey: Survey
  /** Whether the heartbeat extension was answered. */
  readonly heartbeat: boolean | undefined
  readonly probes: Readonly<Record<string, { readonly kind: string }>>
}

export async function surveyGnutls(lab: Lab, variant: GnutlsVariant): Promise<BareSurvey> {
  const { host, name } = lab.server('gnutls')
  const program = join(repository, 'test/interop/surveyTls.ts')
  const words = [process.execPath, program, host.address, String(gnutlsPort(variant)), name]
  const { status, stdout, stderr } = await lab.run(words)
  if (status !== 0) throw new Error(`${variant} could not be surveyed: ${stderr}`)
  return JSON.parse(stdout) as BareSurvey
}
