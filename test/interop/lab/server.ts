/** A mail server that runs in its house: what it is made from, how it is started and when it is ready. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Identity } from './certificate.ts'
import { run } from './command.ts'
import { buildHouse, startInHouse, type House } from './house.ts'
import { readMailbox, waitUntilDelivered, type StoredMessage } from './mailbox.ts'
import { inNamespace, type Host } from './network.ts'

export interface ServerPlan {
  /** Its own name, to which MX points and for which its certificate is. */
  readonly name: string
  /** The domain whose mail it takes, for any local part. */
  readonly domain: string
  /** Absent: it does not offer STARTTLS. */
  readonly identity?: Identity | undefined
  /** A certificate with a key of another kind, where it has two. */
  readonly second?: Identity | undefined
  /** Settings of main.cf, main options of Exim, or whatever the server calls them, that replace those of the tests. */
  readonly settings?: Readonly<Record<string, string>> | undefined
  /** What stands before it or helps it, where it has such. */
  readonly extras?: readonly string[] | undefined
}

/** What the tests know about one kind of server. */
export interface Software {
  /** Undefined: its programs are installed on the machine. */
  readonly program: string | undefined
  command(house: House): readonly string[]
  /** Where it listens and what it says first; 25 and `220` unless given. */
  readonly greeting?: { readonly port: number; readonly begins: string }
  /** Absent: the tests read no mail that it took. */
  readonly mailbox?: {
    /** Folders that are empty exactly when everything that was accepted has been delivered. */
    readonly spool: readonly string[]
    /** The header it adds on delivery that names the recipient of this copy. */
    readonly recipientHeader: string
  }
  /** Absent: it logs to where it was started. */
  readonly log?: string
  configure(house: House, plan: ServerPlan): Promise<void>
}

export interface Server {
  readonly name: string
  readonly domain: string
  readonly host: Host
  readonly identity: Identity | undefined
  /** The Maildir of all that it delivered, seen from outside. */
  readonly maildir: string
  /** All that it delivered so far, after waiting until nothing that it accepted is left in its queue. */
  collect(): Promise<StoredMessage[]>
  readLog(): Promise<string>
}

export async function startServer(software: Software, plan: ServerPlan, place: { host: Host; client: Host; folder: string }) {
  const house = await buildHouse(place.host, software.program, place.folder)
  await software.configure(house, plan)
  const { process, said } = startInHouse(house, software.command(house))
  const { log, mailbox, greeting = { port: 25, begins: '220' } } = software
  const readLog = async () => said() + (log === undefined ? '' : await readFile(join(house.folder, log), 'utf8').catch(() => ''))
  await waitForGreeting({ ...place, ...greeting }, () => process.exitCode ?? process.signalCode, readLog)
  return {
    name: plan.name,
    domain: plan.domain,
    host: place.host,
    identity: plan.identity,
    maildir: join(house.folder, 'var/mail/everyone'),
    readLog,
    async collect() {
      if (!mailbox) throw new Error(`${plan.name} keeps no mail for the tests`)
      const spool = mailbox.spool.map((path) => join(house.folder, path))
      await waitUntilDelivered(spool, readLog)
      return readMailbox(join(house.folder, 'var/mail/everyone'), mailbox.recipientHeader)
    },
  } satisfies Server
}

/** Hears the greeting out and takes leave: a server counts those who do not. */
const greet =
  'exec 3<>"/dev/tcp/$1/$2"; while read -r greeting <&3 && [[ $greeting == 220-* ]]; do :; done; printf "$4\\r\\n" >&3; cat <&3 >/dev/null; [[ $greeting == "$3"* ]]'

interface Greeter {
  readonly host: Host
  readonly client: Host
  readonly port: number
  readonly begins: string
}

/** A server says in no other way that it is ready: its log comes before its socket, and its start before both. */
async function waitForGreeting(place: Greeter, ended: () => unknown, readLog: () => Promise<string>) {
  const deadline = Date.now() + 20_000
  const leave = place.begins === '220' ? 'QUIT' : 'a LOGOUT'
  const words = ['greet', place.host.address, String(place.port), place.begins, leave]
  const ask = inNamespace(place.client, ['bash', '-c', greet, ...words])
  while ((await run(ask, { timeout: 5000 })).status !== 0) {
    const problem = ended() === null ? (Date.now() > deadline ? 'does not greet' : undefined) : 'ended'
    if (problem) throw new Error(`The server in ${place.host.namespace} ${problem}. Its log:\n${await readLog()}`)
    await delay(20)
  }
}
