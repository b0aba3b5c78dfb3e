import { type Documented, documentedSwitches } from './documented.ts'
import { mailgun } from './mailgun.ts'
import type { Provider } from './provider.ts'
import { resend } from './resend.ts'
import { sendgrid } from './sendgrid.ts'
import { ses } from './ses.ts'

/** Those whose switch is read and set over an API. */
export const switchProviders: readonly Provider[] = [ses, mailgun, sendgrid, resend]

/** A provider by one of its names, however it is spelt; undefined for one that nothing is known of. */
export function findSwitch(name: string): Provider | Documented | undefined {
  const wanted = fold(name)
  return (
    switchProviders.find((provider) =>
      [provider.id, provider.name, ...provider.aliases].some((known) => fold(known) === wanted),
    ) ?? documentedSwitches.find(({ id, name: known }) => fold(id) === wanted || fold(known) === wanted)
  )
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}
