/** Programs that verify DKIM signatures, run with their own folder laid over /usr, without a network. */
import { join } from 'node:path'
import { runOrThrow } from './command.ts'
import { repository, serverRoot } from './requirement.ts'

/** Key records by the names that they stand at. */
export type KeyRecords = Readonly<Record<string, string>>

const enter = 'mount -t overlay overlay -o lowerdir="$1/usr:/usr" /usr; shift; exec "$@"'

async function runOver(program: string, command: readonly string[], input?: string): Promise<string> {
  const spaces = ['unshare', '--mount', '--net', 'bash', '-euc', enter, 'verifier', join(serverRoot, program)]
  return runOrThrow([...spaces, ...command], input === undefined ? {} : { input })
}

/** What dkimpy says of each signature of each message. */
export async function verifyWithDkimpy(
  messages: readonly Buffer[],
  records: KeyRecords,
): Promise<readonly (readonly boolean[])[]> {
  const lines = [JSON.stringify(records), ...messages.map((message) => message.toString('base64'))]
  const script = join(repository, 'test/interop/verifyDkim.py')
  const output = await runOver('dkimpy', ['/usr/bin/python3', script], `${lines.join('\n')}\n`)
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as readonly boolean[])
}

/**
 * What OpenDKIM says of each signature of a message, as it would write it into Authentication-Results.
 *
 * @param settings its configuration file, which names a file of keys
 * @param message a file
 */
export async function verifyWithOpendkim(settings: string, message: string): Promise<readonly string[]> {
  const output = await runOver('opendkim', ['opendkim', '-x', settings, '-t', message, '-vvv'])
  return [...output.matchAll(/\bdkim=(\w+)/g)].map(([, word = '']) => word)
}
