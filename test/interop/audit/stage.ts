/** Where programs are shown to the servers, each in a house of its own, with the file that audit reads. */
import { type ChildProcess, spawn } from 'node:child_process'
import { copyFile, cp, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { createAuthority, issueCertificate } from '../lab/certificate.ts'
import { type Outcome, runOrThrow } from '../lab/command.ts'
import { buildHouse, runInHouse } from '../lab/house.ts'
import type { Lab } from '../lab/lab.ts'
import { inNamespace } from '../lab/network.ts'
import { repository, serverRoot } from '../lab/requirement.ts'
import type { Program, Variant } from './program/program.ts'
import { type ServerKind, type Sight, ports, serverKinds, serverName } from './server.ts'

/** Seconds that a program has for one message; OpenSMTPD takes ten to say that it could not be sent. */
const patience = 20
/** Programs at a time: most of them wait for most of their time. */
const limit = 10

export interface Showing {
  readonly sight: Sight
  readonly outcome: Outcome
}

export interface Stage {
  /** Runs the program against one of the servers. */
  show(program: Program, label: string, kind: ServerKind): Promise<Showing>
}

export async function buildStage(lab: Lab): Promise<Stage> {
  const folder = join(lab.folder, 'stage')
  const trusted = await makeCertificates(folder)
  // Addresses of nobody that lead back to this namespace: a mail server delivers to none that it takes for its own.
  await runOrThrow(['ip', '-n', lab.client.namespace, 'route', 'add', 'local', '10.0.0.0/13', 'dev', 'lo'])
  const ask = await startWire(lab, folder)
  const enter = createGate(limit)
  let runs = 0
  return {
    async show(program, label, kind) {
      using _place = await enter()
      const run = ++runs
      const address = `10.${serverKinds.indexOf(kind) + 1}.${run >> 8}.${run & 255}`
      const variant = program.variants[label]
      if (!variant) throw new Error(`${program.id} has no variant ${label}`)
      const house = await buildHouse(lab.client, program.root, join(folder, 'house', String(run)))
      await furnish(house.folder, program, variant, address, trusted)
      await program.prepare?.(house)
      // With SHLVL: Bash takes a shell without it whose input is a socket for one of rsh, and reads /etc/bash.bashrc.
      const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/var/app', LC_ALL: 'C.UTF-8', SHLVL: '1', ...program.env }
      const command = ['timeout', '-k', '1', String(program.patience ?? patience), ...program.command]
      const outcome = await runInHouse(house, command, { input: program.input ?? '', env })
      return { sight: await ask(address), outcome }
    },
  }
}

/** Lets so many in at a time; whoever waits is let in when one leaves. */
function createGate(places: number): () => Promise<Disposable> {
  let free = places
  const waiting: (() => void)[] = []
  return async () => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    return {
      [Symbol.dispose]() {
        const next = waiting.shift()
        if (next) next()
        else free++
      },
    }
  }
}

async function makeCertificates(folder: string): Promise<string> {
  const [known, unknown] = await Promise.all(
    ['known', 'unknown'].map(async (name) => {
      const own = join(folder, name)
      await mkdir(own, { recursive: true })
      return { authority: await createAuthority(own), folder: own }
    }),
  )
  if (!known || !unknown) throw new Error('no authorities')
  const issue = async (kind: ServerKind, from: typeof known, name: string) => {
    const { certificate, key } = await issueCertificate(from.authority, from.folder, name, 'ec')
    await copyFile(certificate, join(folder, `${kind}.pem`))
    await copyFile(key, join(folder, `${kind}.key`))
  }
  await Promise.all([
    issue('good', known, serverName),
    issue('stranger', unknown, serverName),
    issue('misnamed', known, 'other.example.test'),
  ])
  await copyFile(join(folder, 'good.pem'), join(folder, 'hides.pem'))
  await copyFile(join(folder, 'good.key'), join(folder, 'hides.key'))
  return known.authority.certificate
}

/** The package's own /etc, the authority where Debian keeps those it trusts, the server's address, and the program's files. */
async function furnish(folder: string, program: Program, variant: Variant, address: string, trusted: string): Promise<void> {
  const shipped = join(serverRoot, program.root, 'etc')
  await cp(shipped, join(folder, 'etc'), { recursive: true, force: false }).catch(ignoreAbsence)
  const certificates = join(folder, 'etc/ssl/certs')
  await mkdir(certificates, { recursive: true })
  await copyFile(trusted, join(certificates, 'ca-certificates.crt'))
  const hash = await hashOf(trusted)
  await symlink('ca-certificates.crt', join(certificates, `${hash}.0`))
  await writeFile(join(folder, 'etc/hosts'), `127.0.0.1 localhost sender.test\n${address} ${serverName}\n`)
  await writeFile(join(folder, 'etc/mailname'), 'sender.test\n')
  for (const [path, text] of Object.entries({ ...program.others, [program.file]: variant.text })) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
}

function ignoreAbsence(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
}

const hashes = new Map<string, Promise<string>>()

/** By which OpenSSL looks an authority up in a folder. */
function hashOf(certificate: string): Promise<string> {
  const hash =
    hashes.get(certificate) ??
    runOrThrow(['openssl', 'x509', '-noout', '-subject_hash', '-in', certificate]).then((text) => text.trim())
  hashes.set(certificate, hash)
  return hash
}

/** Starts the servers; returns what asks them for what came to an address. */
async function startWire(lab: Lab, folder: string): Promise<(address: string) => Promise<Sight>> {
  const program = join(repository, 'test/interop/audit/wire.ts')
  const [command = '', ...args] = inNamespace(lab.client, [process.execPath, program, folder])
  const child: ChildProcess = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  if (!child.stdout || !child.stdin) throw new Error('no pipes')
  const { stdin } = child
  const started = Promise.withResolvers<void>()
  const waiting = new Map<string, (sight: Sight) => void>()
  let listening = 0
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('listening')) return ++listening === Object.keys(ports).length ? started.resolve() : undefined
    const { address, ...sight } = JSON.parse(line) as Sight & { address: string }
    waiting.get(address)?.(sight)
  })
  child.on('exit', () => started.reject(new Error('the servers ended')))
  await started.promise
  return (address) =>
    new Promise((resolve) => {
      waiting.set(address, resolve)
      stdin.write(`${address}\n`)
    })
}
