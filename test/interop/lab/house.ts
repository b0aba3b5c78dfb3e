/**
 * A house is what one server sees of the machine: its program laid over /usr, an /etc, a /run and a /var of its own, and its
 * own network, mounts and processes. Nothing of the machine's configuration gets in, and nothing it writes gets out.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { chown, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run, type Outcome } from './command.ts'
import { inNamespace, type Host } from './network.ts'
import { serverRoot } from './requirement.ts'

export interface House {
  readonly host: Host
  /** The folder of `test/interop/setup` with the server's programs; undefined: the machine has them, and nothing is laid over it. */
  readonly program: string | undefined
  /** The folder, seen from outside, that holds `etc` and `var`. */
  readonly folder: string
}

/** Users that a server may need. They exist in its house alone, with numbers that Debian gives to nobody. */
export const users = {
  postfix: 60_101,
  postdrop: 60_102,
  'Debian-exim': 60_103,
  mailbox: 60_104,
  opensmtpd: 60_105,
  opensmtpq: 60_106,
  smmta: 60_107,
  smmsp: 60_108,
  dovecot: 60_109,
  dovenull: 60_110,
} as const

export const accounts = { root: 0, daemon: 1, mail: 8, nobody: 65_534, ...users }

const services = { smtp: 25, submission: 587, submissions: 465, smtps: 465 }

/** Builds a house with an empty mailbox in /var/mail/everyone. */
export async function buildHouse(host: Host, program: string | undefined, folder: string): Promise<House> {
  const etc = join(folder, 'etc')
  await mkdir(join(etc, 'ssl'), { recursive: true })
  const list = Object.entries(accounts)
  await writeFile(join(etc, 'passwd'), list.map(([name, id]) => `${name}:x:${id}:${id}::/:/bin/false\n`).join(''))
  await writeFile(join(etc, 'group'), list.map(([name, id]) => `${name}:x:${id}:\n`).join(''))
  await writeFile(join(etc, 'hosts'), '127.0.0.1 localhost\n')
  await writeFile(join(etc, 'nsswitch.conf'), 'passwd: files\ngroup: files\nhosts: files\nservices: files\n')
  const ports = Object.entries(services)
  await writeFile(join(etc, 'services'), ports.map(([name, port]) => `${name} ${port}/tcp\n`).join(''))
  // No server has a reason to ask; should one do so all the same, it must be told no at once: nothing listens there.
  await writeFile(join(etc, 'resolv.conf'), 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n')
  await copyFile('/etc/ssl/openssl.cnf', join(etc, 'ssl/openssl.cnf')) // Debian's floor: TLS 1.2, security level 2
  await mkdir(join(folder, 'var/log'), { recursive: true })
  await mkdir(join(folder, 'var/tmp'))
  await symlink('/run', join(folder, 'var/run'))
  for (const part of ['', 'new', 'cur', 'tmp']) {
    const path = join(folder, 'var/mail/everyone', part)
    await mkdir(path, { recursive: true })
    await chown(path, users.mailbox, users.mailbox)
  }
  return { host, program, folder }
}

/** The shell stays: the first process of a namespace has to reap what others leave, and no server is made for that. */
const enter = `
mount -t overlay overlay -o lowerdir="$1/usr:/usr" /usr
mount --bind "$2/etc" /etc
mount --bind "$2/var" /var
mount -t tmpfs run /run
shift 2
cd /
"$@"
exit $?
`

/** For programs of the machine: the network and the processes alone are their own. */
const stay = '"$@"; exit $?'

/** The command line that runs a command in the house, with processes of its own so that it meets none of the machine's. */
function houseCommand(house: House, command: readonly string[]): string[] {
  const spaces = ['unshare', '--mount', '--pid', '--fork', '--mount-proc']
  const walls = house.program === undefined ? [stay, 'house'] : [enter, 'house', join(serverRoot, house.program), house.folder]
  const script = ['bash', '-euc', ...walls]
  return inNamespace(house.host, [...spaces, ...script, ...command])
}

/** Starts a server in its house. What it says before its own log is open is kept for the message of a failed start. */
export function startInHouse(house: House, command: readonly string[]): { process: ChildProcess; said: () => string } {
  const [program = '', ...args] = houseCommand(house, command)
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const keep = (chunk: Buffer) => (said += chunk.toString())
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  child.on('error', (error) => (said += error.message))
  return { process: child, said: () => said }
}

/** Runs a program of the server to its end, in its house. */
export async function runInHouse(
  house: House,
  command: readonly string[],
  options?: Parameters<typeof run>[1],
): Promise<Outcome> {
  return run(houseCommand(house, command), options)
}
