import { execFile } from 'node:child_process'

/** Milliseconds that a service manager's own tool may take. */
const patienceMs = 5_000

/**
 * Tells a service manager that waits for it (systemd, `Type=notify`) that the program is ready. Its socket takes
 * datagrams, which Node cannot send to a path, so systemd's own tool does it; where there is none, nobody is told.
 */
export async function notifyReady(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  if (!env['NOTIFY_SOCKET']) return
  const { promise, resolve } = Promise.withResolvers<void>()
  execFile('systemd-notify', ['--ready', `--pid=${process.pid}`], { timeout: patienceMs }, (error) => {
    if (error) process.stderr.write('The service manager could not be told that the program is ready: systemd-notify failed.\n')
    resolve()
  })
  await promise
}
