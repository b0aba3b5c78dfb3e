/** Mail clients that are not Sealpost: what they see is what Sealpost has to see. */
import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Outcome } from './command.ts'
import type { Lab, ServerName } from './lab.ts'
import { repository } from './requirement.ts'

export interface RawMessage {
  readonly recipient: string
  /** The whole message, header and body, with CRLF line ends. */
  readonly content: string
}

/** Greets with swaks and leaves; `tls` asks for STARTTLS and for a certificate that is valid. */
export async function greetWithSwaks(lab: Lab, name: ServerName, tls: boolean): Promise<Outcome> {
  const quit = tls ? [...verify(lab), '--quit-after', 'TLS'] : ['--quit-after', 'FIRST-EHLO']
  return lab.run(['swaks', ...address(lab, name), ...quit])
}

/** Sends one message with swaks exactly as it is. */
export async function sendWithSwaks(lab: Lab, name: ServerName, message: RawMessage): Promise<Outcome> {
  const file = join(lab.folder, 'message.eml')
  writeFileSync(file, message.content.replace(/\r\n$/, '')) // swaks ends the last line itself
  const envelope = ['--from', 'news@client.test', '--to', message.recipient, '--data', `@${file}`]
  const tls = lab.server(name).identity ? verify(lab) : []
  return lab.run(['swaks', ...address(lab, name), ...envelope, ...tls])
}

function address(lab: Lab, name: ServerName): string[] {
  return ['--server', lab.server(name).host.address, '--port', '25', '--helo', 'client.test']
}

function verify(lab: Lab): string[] {
  return ['--tls', '--tls-verify', '--tls-ca-path', lab.authority]
}

/** Sends with nodemailer, over five connections. */
export async function sendWithNodemailer(lab: Lab, name: ServerName, messages: readonly RawMessage[]): Promise<Outcome> {
  const { host, identity, name: mx } = lab.server(name)
  const program = join(repository, 'test/interop/sendMany.ts')
  return lab.run([process.execPath, program, host.address, mx, identity ? lab.authority : '-'], {
    input: JSON.stringify(messages),
  })
}

interface Service {
  readonly port: number
  /** The dialogue before TLS; undefined where TLS comes first. */
  readonly starttls: string | undefined
}

/** What `openssl s_client` finds: whether it verifies, and the certificate if TLS came about at all. */
export async function connectWithOpenssl(lab: Lab, name: ServerName, service: Service = { port: 25, starttls: 'smtp' }) {
  const { host, name: mx } = lab.server(name)
  const expect = ['-CAfile', lab.authority, '-servername', mx, '-verify_hostname', mx, '-verify_return_error']
  const dialogue = service.starttls === undefined ? [] : ['-starttls', service.starttls, '-name', 'client.test']
  const connect = [...dialogue, '-connect', `${host.address}:${service.port}`]
  const { status, stdout, stderr } = await lab.run(['openssl', 's_client', ...connect, ...expect], { input: 'QUIT\r\n' })
  const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(stdout)?.[0]
  return {
    verified: status === 0 && stdout.includes('Verify return code: 0 (ok)'),
    certificate: pem === undefined ? undefined : new X509Certificate(pem),
    output: stdout + stderr,
  }
}
