/** A certificate authority for one run, made by openssl: keys are never stored in the repository. */
import { join } from 'node:path'
import { runOrThrow } from './command.ts'

export interface Authority {
  /** PEM file of its certificate. */
  readonly certificate: string
  readonly key: string
}

export interface Identity {
  /** PEM files. */
  readonly certificate: string
  readonly key: string
}

export async function createAuthority(folder: string): Promise<Authority> {
  const files = { certificate: join(folder, 'ca.pem'), key: join(folder, 'ca.key') }
  await certify(files, 'Interoperability test authority', ['keyUsage=critical,keyCertSign,cRLSign'])
  return files
}

/** A server certificate for one name. */
export async function issueCertificate(authority: Authority, folder: string, name: string): Promise<Identity> {
  const files = { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) }
  const use = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature', 'extendedKeyUsage=serverAuth']
  await certify(files, name, [`subjectAltName=DNS:${name}`, ...use], ['-CA', authority.certificate, '-CAkey', authority.key])
  return files
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc']

async function certify(files: Identity, name: string, extensions: readonly string[], issuer: readonly string[] = []) {
  const output = ['-keyout', files.key, '-out', files.certificate, '-subj', `/CN=${name}`, '-days', '30']
  const added = extensions.flatMap((extension) => ['-addext', extension])
  await runOrThrow(['openssl', 'req', '-x509', ...newKey, ...output, ...issuer, ...added])
}
