/** The nodemailer of this repository. */
import { join } from 'node:path'
import { repository } from '../../lab/requirement.ts'
import { serverName } from '../server.ts'
import type { Program } from './program.ts'

function mailer(...lines: readonly string[]): string {
  return [
    "import nodemailer from 'nodemailer'",
    '',
    'export const transport = nodemailer.createTransport({',
    `  host: '${serverName}',`,
    ...lines.map((line) => `  ${line},`),
    '})',
    '',
  ].join('\n')
}

const unchecked = 'tls: { rejectUnauthorized: false }'

export const nodemailer: Program = {
  id: 'nodemailer',
  version: '10.6.0',
  root: 'mailers',
  file: '/var/app/mailer.mjs',
  others: {
    '/var/app/package.json': '{ "dependencies": { "nodemailer": "10.6.0" } }\n',
    '/var/app/send.mjs': [
      "import { transport } from './mailer.mjs'",
      "await transport.sendMail({ from: 'news@sender.test', to: 'ann@recipient.test', text: 'Hello.' })",
      'transport.close()',
      '',
    ].join('\n'),
  },
  command: [process.execPath, '/var/app/send.mjs'],
  // Node asks no folder of the system for authorities.
  env: { NODE_EXTRA_CA_CERTS: '/etc/ssl/certs/ca-certificates.crt' },
  async prepare({ folder }) {
    const { mkdir, symlink } = await import('node:fs/promises')
    await mkdir(join(folder, 'var/app/node_modules'))
    await symlink(join(repository, 'node_modules/nodemailer'), join(folder, 'var/app/node_modules/nodemailer'))
  },
  variants: {
    'host alone': { mode: 'opportunistic', text: mailer('port: 587') },
    ignoreTLS: { mode: 'plaintext', text: mailer('port: 587', 'ignoreTLS: true') },
    'secure off, certificate unchecked': { mode: 'opportunistic', text: mailer('port: 587', 'secure: false', unchecked) },
    requireTLS: { mode: 'required-verified', text: mailer('port: 587', 'requireTLS: true') },
    'requireTLS, certificate unchecked': {
      mode: 'required-unverified',
      text: mailer('port: 587', 'requireTLS: true', unchecked),
    },
    'requireTLS and ignoreTLS': { mode: 'required-verified', text: mailer('port: 587', 'requireTLS: true', 'ignoreTLS: true') },
    'requireTLS and opportunisticTLS': {
      mode: 'required-verified',
      text: mailer('port: 587', 'requireTLS: true', 'opportunisticTLS: true'),
    },
    secure: { mode: 'implicit-verified', text: mailer('port: 465', 'secure: true') },
    'port 465 alone': { mode: 'implicit-verified', text: mailer('port: 465') },
    'secure, certificate unchecked': { mode: 'implicit-unverified', text: mailer('port: 465', 'secure: true', unchecked) },
  },
}
