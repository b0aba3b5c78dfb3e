/** A certificate authority for one run, made by openssl: keys are never stored in the repository. */
import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runOrThrow } from './command.ts'

export interface Authority {
  /** PEM file of its certificate. */
  readonly certificate: string
  readonly key: string
  /** PEM file of the authorities between this one and the root, which a server has to send. */
  readonly intermediate?: string
}

export interface Identity {
  /** PEM files; the certificate's goes on with the intermediate, where there is one. */
  readonly certificate: string
  readonly key: string
}

const keyKinds = {
  ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  rsa: ['-newkey', 'rsa:2048'],
} as const

export type KeyKind = keyof typeof keyKinds

export async function createAuthority(folder: string): Promise<Authority> {
  const files = { certificate: join(folder, 'ca.pem'), key: join(folder, 'ca.key') }
  await certify(files, 'Interoperability test authority', ['keyUsage=critical,keyCertSign,cRLSign'])
  return files
}

/** An authority under another, as public ones have it: servers' certificates come from it, trust from the root. */
export async function createIntermediate(root: Authority, folder: string): Promise<Authority> {
  const files = { certificate: join(folder, 'intermediate.pem'), key: join(folder, 'intermediate.key') }
  const use = ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign,cRLSign']
  await certify(files, 'Interoperability test intermediate', use, issuedBy(root))
  return { ...files, intermediate: files.certificate }
}

/** A server certificate for one name. */
export async function issueCertificate(authority: Authority, folder: string, name: string, kind: KeyKind): Promise<Identity> {
  const files = { certificate: join(folder, `${name}-${kind}.pem`), key: join(folder, `${name}-${kind}.key`) }
  // Static RSA, which some of the servers are told to have, is a use of its own (RFC 5246 7.4.2).
  const usage = kind === 'rsa' ? 'digitalSignature,keyEncipherment' : 'digitalSignature'
  const use = ['basicConstraints=critical,CA:FALSE', `keyUsage=critical,${usage}`, 'extendedKeyUsage=serverAuth']
  await certify(files, name, [`subjectAltName=DNS:${name}`, ...use], issuedBy(authority), kind)
  if (authority.intermediate) await appendFile(files.certificate, await readFile(authority.intermediate))
  return files
}

function issuedBy({ certificate, key }: Authority): string[] {
  return ['-CA', certificate, '-CAkey', key]
}

async function certify(
  files: Identity,
  name: string,
  extensions: readonly string[],
  issuer: readonly string[] = [],
  kind: KeyKind = 'ec',
) {
  const output = ['-keyout', files.key, '-out', files.certificate, '-subj', `/CN=${name}`, '-days', '30']
  const added = extensions.flatMap((extension) => ['-addext', extension])
  await runOrThrow(['openssl', 'req', '-x509', '-noenc', ...keyKinds[kind], ...output, ...issuer, ...added])
}
