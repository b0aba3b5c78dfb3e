import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  type JsonGeneralName,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { Trust } from '../../src/tls/index.ts'
import type { Identity } from '../../src/world/index.ts'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const day = 86_400_000

/** A careless authority: it signs whatever names it is given. */
export interface CarelessAuthority {
  readonly trust: Trust
  issue(names: readonly JsonGeneralName[], subject?: string): Promise<Identity>
}

export async function createCarelessAuthority(): Promise<CarelessAuthority> {
  const root = await generateKeys()
  const life = { notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + day), signingAlgorithm: algorithm }
  const authority = await X509CertificateGenerator.createSelfSigned(
    { name: 'CN=Careless authority', keys: root, extensions: [new BasicConstraintsExtension(true, undefined, true)], ...life },
    webcrypto,
  )
  return {
    trust: new Trust([authority.toString('pem')]),
    async issue(names, subject = 'CN=nobody') {
      const keys = await generateKeys()
      const extensions = names.length === 0 ? [] : [new SubjectAlternativeNameExtension([...names])]
      const fields = { subject, issuer: authority.subject, publicKey: keys.publicKey, signingKey: root.privateKey, extensions }
      const certificate = await X509CertificateGenerator.create({ ...fields, ...life }, webcrypto)
      const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
      return { key: PemConverter.encode(pkcs8, 'PRIVATE KEY'), cert: certificate.toString('pem') }
    },
  }
}

async function generateKeys() {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}
