import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { signCertificate } from './certificate.ts'

/** A private key and its certificate, both PEM, as node:tls takes them. */
export interface Identity {
  readonly key: string
  /** The certificate; with an intermediate authority, that one's follows. */
  readonly cert: string
}

export interface IssueOptions {
  /** DNS names and IP addresses the certificate is for; none makes a certificate with a common name only. */
  readonly names: readonly string[]
  /** The subject; the first of `names` unless given. */
  readonly commonName?: string
  /** A day ago, or 90 days before a `notAfter` that is past. */
  readonly notBefore?: Date
  /** 90 days after `notBefore`. */
  readonly notAfter?: Date
  /** Signed with its own key: nobody vouches for it. */
  readonly selfSigned?: boolean
  /** Signed by an authority in between, whose certificate is part of `cert`. */
  readonly intermediate?: boolean
  /** `ec` is P-256 and quick to make; `rsa` has 2048 bits. */
  readonly keyType?: 'ec' | 'rsa'
}

/** A certificate authority that lives in memory as long as the process. */
export interface Authority {
  /** The authority's own certificate, for the `ca` option of a client. */
  readonly pem: string
  issue(options: IssueOptions): Promise<Identity>
}

interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

interface Issuer extends KeyPair {
  readonly name: string
}

const day = 86_400_000
const generate = promisify(generateKeyPair)

/**
 * Makes a certificate authority. Its times are the machine's, not an injected clock's: OpenSSL asks no other.
 *
 * @example
 * ```ts
 * const authority = await createAuthority()
 * const identity = await authority.issue({ names: ['mx.example.test'] })
 * tls.createServer(identity)
 * ```
 */
export async function createAuthority(name = 'Sealpost world authority'): Promise<Authority> {
  const root: Issuer = { ...(await generateKeys('ec')), name }
  let between: Promise<{ issuer: Issuer; pem: string }> | undefined

  async function issueIntermediate() {
    const issuer = { ...(await generateKeys('ec')), name: `${name}, intermediate` }
    return { issuer, pem: await signAuthority(issuer, root) }
  }

  return {
    pem: await signAuthority(root, root),
    async issue(options) {
      const keys = await generateKeys(options.keyType ?? 'ec')
      const key = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
      const subject = options.commonName ?? options.names[0] ?? 'nobody'
      if (options.selfSigned) return { key, cert: await signLeaf(options, keys, subject, { ...keys, name: subject }) }
      if (!options.intermediate) return { key, cert: await signLeaf(options, keys, subject, root) }
      between ??= issueIntermediate()
      const { issuer, pem } = await between
      return { key, cert: (await signLeaf(options, keys, subject, issuer)) + pem }
    },
  }
}

async function generateKeys(type: 'ec' | 'rsa'): Promise<KeyPair> {
  return type === 'ec' ? generate('ec', { namedCurve: 'P-256' }) : generate('rsa', { modulusLength: 2048 })
}

async function signLeaf(options: IssueOptions, keys: KeyPair, subject: string, issuer: Issuer): Promise<string> {
  return signCertificate({
    subject,
    names: options.names,
    publicKey: keys.publicKey,
    authority: false,
    ...describeIssuer(issuer),
    ...decideValidity(options),
  })
}

async function signAuthority(subject: Issuer, issuer: Issuer): Promise<string> {
  // Ten years to both sides, so that a leaf that expired or is not yet valid has that one fault only.
  const [notBefore, notAfter] = [new Date(Date.now() - 3650 * day), new Date(Date.now() + 3650 * day)]
  const content = { subject: subject.name, names: [], publicKey: subject.publicKey, authority: true, notBefore, notAfter }
  return signCertificate({ ...content, ...describeIssuer(issuer) })
}

function describeIssuer(issuer: Issuer) {
  return { issuer: issuer.name, issuerPublicKey: issuer.publicKey, issuerKey: issuer.privateKey }
}

function decideValidity({ notBefore, notAfter }: IssueOptions): { notBefore: Date; notAfter: Date } {
  const yesterday = Date.now() - day
  const begin = notBefore ?? new Date(Math.min(yesterday, (notAfter?.getTime() ?? Infinity) - 90 * day))
  return { notBefore: begin, notAfter: notAfter ?? new Date(begin.getTime() + 90 * day) }
}
