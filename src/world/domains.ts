import type { Clock } from '../clock.ts'
import type { Authority, IssueOptions } from './authority.ts'
import type { Place } from './listener.ts'
import type { Mailbox } from './mailbox.ts'
import { startReceiver } from './receiver.ts'
import type { Script } from './script.ts'
import { startScriptedServer } from './scripted.ts'
import { startStripper } from './stripper.ts'

/** What a domain's server is started with. */
interface Site extends Place {
  readonly mx: string
  readonly authority: Authority
  readonly mailbox: Mailbox
  readonly clock: Clock
}

/** A domain of the world and how its mail server is. */
export interface Domain {
  readonly domain: string
  /** In plain words, one clause. */
  readonly about: string
  /** The domain has no MX record, and its own address takes the mail. */
  readonly implicitMx?: boolean
  start(site: Site): Promise<Place & AsyncDisposable>
}

const day = 86_400_000

/** The domains that have a server, in the order of their addresses. */
export const domains: readonly Domain[] = [
  { domain: 'valid.test', about: 'encrypts, with a certificate that verifies', start: (site) => receive(site) },
  {
    domain: 'selfsigned.test',
    about: 'encrypts, with a certificate that nobody vouches for',
    start: (site) => receive(site, { names: [site.mx], selfSigned: true }),
  },
  {
    domain: 'expired.test',
    about: 'encrypts, with a certificate that ended yesterday',
    start: (site) => receive(site, { names: [site.mx], notAfter: new Date(Date.now() - day) }),
  },
  {
    domain: 'wrongname.test',
    about: 'encrypts, with a certificate for another name',
    start: (site) => receive(site, { names: ['mail.elsewhere.test'] }),
  },
  {
    domain: 'plain.test',
    about: 'does not offer encryption',
    start: (site) => startReceiver({ ...site, hostname: site.mx, startTls: false }),
  },
  { domain: 'stripped.test', about: 'offers encryption, but a box on the way removes the offer', start: strip },
  {
    domain: 'busy.test',
    about: 'offers encryption, but always says that it is not available now',
    start: (site) => play(site, { starttls: '454 4.7.0 TLS not available due to temporary reason\r\n' }),
  },
  {
    domain: 'refusing.test',
    about: 'turns every connection away for now',
    start: (site) =>
      play(site, { greeting: { close: true, before: `421 4.3.2 ${site.mx} Service not available, try again later\r\n` } }),
  },
  {
    domain: 'injected.test',
    about: 'somebody on the way slips replies in before the encryption begins',
    start: (site) => play(site, { afterStarttls: `250-${site.mx}\r\n250-PIPELINING\r\n250 AUTH PLAIN LOGIN\r\n` }),
  },
  {
    domain: 'implicit.test',
    about: 'has no MX record, and takes its mail at its own address, encrypted, with a certificate that verifies',
    implicitMx: true,
    start: (site) => receive(site),
  },
]

async function receive(site: Site, certificate: IssueOptions = { names: [site.mx] }) {
  const identity = await site.authority.issue(certificate)
  return startReceiver({ ...site, hostname: site.mx, identity })
}

async function play(site: Site, script: Partial<Script>) {
  const identity = await site.authority.issue({ names: [site.mx] })
  return startScriptedServer({ hostname: site.mx, tls: { identity }, ...script }, site)
}

async function strip(site: Site): Promise<Place & AsyncDisposable> {
  const behind = await receive({ ...site, port: 0 })
  try {
    const front = await startStripper({ host: site.host, port: site.port, target: behind })
    return {
      host: front.host,
      port: front.port,
      async [Symbol.asyncDispose]() {
        await Promise.all([front[Symbol.asyncDispose](), behind[Symbol.asyncDispose]()])
      },
    }
  } catch (error) {
    await behind[Symbol.asyncDispose]()
    throw error
  }
}
