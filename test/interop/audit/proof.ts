/** docs/audit-proof.md: what each program did with its settings. */
import { softwares } from '../../../src/audit/index.ts'
import type { Program } from './program/program.ts'
import { type ServerKind, type Sight, type Sights, serverKinds } from './server.ts'

export interface Row {
  readonly program: Program
  readonly label: string
  readonly sights: Sights
}

const head = `<!-- Written by test/interop/audit.test.ts. -->
# What audit says, proved
The programs of this table are run, as Debian 12 or npm has them, with the very file that \`sealpost audit\` is given, against four mail servers: one with a good certificate, one that hides STARTTLS (on port 465: that speaks no TLS), one with a certificate of an authority that nobody knows, and one with a certificate for another name. What came to each server was written down: **encrypted** (the sender's address or a password inside TLS), **readable** (outside), or **nothing**. From that follows what the settings mean, and audit has to say the same; \`npm run test:interop\` tries it all again.

Where two answers are given, something decides that no file tells (Ruby's version), and audit names both.

| program | settings | audit says | good server | hides STARTTLS | unknown authority | other name |
| --- | --- | --- | --- | --- | --- | --- |
`

const tail = `
All other programs of [software.md](software.md) are judged from their source code or documentation, as each says there.
`

export function printProof(rows: readonly Row[]): string {
  return head + rows.map(printRow).join('') + tail
}

const furtherWords: Readonly<Partial<Record<ServerKind, string>>> = {
  selfSigned: 'to one that signed its certificate itself',
  expired: 'to one whose certificate is out of date',
}

function printRow({ program, label, sights }: Row): string {
  const { mode, told = [mode], also = [] } = program.variants[label] ?? {}
  const further = also.map((kind) => `; ${furtherWords[kind]}: ${describeSight(sights[kind])}`)
  const cells = [
    nameOf(program),
    label + further.join(''),
    told.join(', '),
    ...serverKinds.map((kind) => describeSight(sights[kind])),
  ]
  return `| ${cells.join(' | ')} |\n`
}

function nameOf({ id, name, version }: Program): string {
  return `${name ?? softwares.find((software) => software.id === id)?.name ?? id} ${version}`
}

function describeSight(sight: Sight | undefined): string {
  return sight?.clear ? 'readable' : sight?.encrypted ? 'encrypted' : 'nothing'
}
