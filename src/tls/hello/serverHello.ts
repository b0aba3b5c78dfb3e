import { createHash } from 'node:crypto'
import { ByteReader } from './reader.ts'

/** ServerHello taken apart (RFC 8446 4.1.3, RFC 5246 7.4.1.3). */
export interface ServerHello {
  readonly version: number
  readonly suite: number
  readonly retry: boolean
  readonly random: Buffer
  readonly sessionId: Buffer
  readonly compression: number
  readonly extensions: ReadonlyMap<number, Buffer>
  readonly group: number | undefined
}

// RFC 8446 4.1.3: this random marks a HelloRetryRequest.
const retryRandom = createHash('sha256').update('HelloRetryRequest').digest()

/** The words say what is wrong. */
export function readServerHello(body: Buffer): ServerHello | string {
  const reader = new ByteReader(body)
  const legacy = reader.uint16()
  const random = reader.bytes(32)
  const sessionId = reader.vector(1)
  const suite = reader.uint16()
  const compression = reader.uint8()
  if (reader.failed) return 'a ServerHello cut short'
  if (sessionId.length > 32) return `a session id of ${sessionId.length} octets`
  const extensions = readExtensions(reader)
  if (typeof extensions === 'string') return extensions
  const version = readVersion(legacy, extensions)
  if (version === undefined) return 'a ServerHello of a version that does not exist'
  const share = version === 0x0304 ? readGroup(extensions, random.equals(retryRandom)) : undefined
  if (typeof share === 'string') return share
  return {
    version,
    suite,
    retry: version === 0x0304 && random.equals(retryRandom),
    random,
    sessionId,
    compression,
    extensions,
    group: share,
  }
}

function readExtensions(reader: ByteReader): Map<number, Buffer> | string {
  const extensions = new Map<number, Buffer>()
  // RFC 5246 7.4.1.3: whether there are any shows by whether octets follow.
  if (reader.left === 0) return extensions
  const list = new ByteReader(reader.vector(2))
  if (!reader.whole) return 'a ServerHello with octets left over'
  while (list.left > 0) {
    const type = list.uint16()
    const data = list.vector(2)
    if (list.failed) return 'an extension cut short'
    // RFC 8446 4.2: not more than one of a type.
    if (extensions.has(type)) return `extension ${type} twice`
    extensions.set(type, data)
  }
  return extensions
}

function readVersion(legacy: number, extensions: ReadonlyMap<number, Buffer>): number | undefined {
  const chosen = extensions.get(43)
  if (!chosen) return legacy >= 0x0300 && legacy <= 0x0303 ? legacy : undefined
  // RFC 8446 4.2.1: supported_versions is used for nothing below TLS 1.3.
  return chosen.length === 2 && chosen.readUInt16BE(0) === 0x0304 && legacy === 0x0303 ? 0x0304 : undefined
}

/** The group of key_share (RFC 8446 4.2.8); words where it breaks its form, undefined where there is none (PSK alone). */
function readGroup(extensions: ReadonlyMap<number, Buffer>, retry: boolean): number | string | undefined {
  const data = extensions.get(51)
  if (!data) return undefined
  const reader = new ByteReader(data)
  const group = reader.uint16()
  const share = retry ? undefined : reader.vector(2)
  return reader.whole && share?.length !== 0 ? group : 'a key share that breaks its form'
}
