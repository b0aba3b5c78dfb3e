import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { getCACertificates } from 'node:tls'

/** Where systems keep their authorities in one file: Debian and Alpine, Fedora, openSUSE, macOS and the BSDs. */
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

/**
 * The authorities that the system trusts, as PEM; Node's own where it names none.
 *
 * One file is read where there is one: Node asks OpenSSL for all files of a folder that holds each authority several
 * times, and hands them over one by one, which takes ten times as long as all the rest of a start.
 */
export function readSystemRoots(): readonly string[] {
  const bundle = findBundle()
  const text = bundle === undefined ? '' : readFileSync(bundle, 'utf8')
  if (text.includes('-----BEGIN CERTIFICATE-----')) return [text]
  const system = getCACertificates('system')
  return system.length > 0 ? system : getCACertificates('bundled')
}

/** OpenSSL's own variables say where else to look; a folder beside the file they name holds the same once more. */
function findBundle(): string | undefined {
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: folder } = process.env
  if (file === undefined && folder === undefined) return bundles.find((path) => existsSync(path))
  return file !== undefined && (folder === undefined || folder === dirname(file)) && existsSync(file) ? file : undefined
}
