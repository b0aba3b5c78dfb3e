import { X509Certificate } from 'node:crypto'
import { SealpostError } from '../errors.ts'
import { readText } from './text.ts'

const block = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g

/**
 * Reads a PEM file of certificate authorities, each certificate parsed once so that a broken one shows here and not as
 * a failed handshake later.
 *
 * @param path as it shall stand in errors
 * @param named where the settings name it, `file:line`
 * @returns the certificates, each as a PEM text of its own
 * @throws SealpostError SP_CERTIFICATE_UNREADABLE naming the file and which certificate
 */
export async function readAuthorities(path: string, named: string): Promise<readonly string[]> {
  const text = await readFile(path, named)
  const begins = [...text.matchAll(/-----BEGIN CERTIFICATE-----/g)]
  const found = [...text.matchAll(block)]
  if (begins.length === 0) {
    const what = /PRIVATE KEY-----/.test(text)
      ? 'The file holds a private key and no certificate'
      : 'The file holds no certificate'
    throw new SealpostError('SP_CERTIFICATE_UNREADABLE', { where: path, what })
  }
  return begins.map(({ index }, at) => {
    const pem = found.find((match) => match.index === index)?.[0]
    const where = `${path}:${text.slice(0, index).split('\n').length}`
    const which = `Certificate ${at + 1} of ${begins.length}`
    if (pem === undefined) throw new SealpostError('SP_CERTIFICATE_UNREADABLE', { where, what: `${which} has no end` })
    try {
      return new X509Certificate(pem).toString()
    } catch (error) {
      throw new SealpostError('SP_CERTIFICATE_UNREADABLE', { where, what: `${which} is damaged`, cause: error })
    }
  })
}

async function readFile(path: string, named: string): Promise<string> {
  try {
    return await readText(path, 'SP_CERTIFICATE_UNREADABLE')
  } catch (error) {
    if (!(error instanceof SealpostError)) throw error
    const what = `tls.ca names ${path}: ${lowerFirst(error.what)}`
    throw new SealpostError('SP_CERTIFICATE_UNREADABLE', { where: named, what, cause: error })
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
