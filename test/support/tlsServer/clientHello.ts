import { Malformed, Reader, splitNumbers } from './octets.ts'

/** A ClientHello or CLIENT-HELLO as it came, as plain data. */
export interface SeenHello {
  /** `ssl2-wrapped`: a CLIENT-HELLO of SSLv2 that offers SSL 3.0 or above (RFC 5246 E.2). */
  readonly form: 'tls' | 'ssl2' | 'ssl2-wrapped'
  /** Of the record layer; undefined for the forms of SSLv2. */
  readonly recordVersion: number | undefined
  /** Of the field client_version, or legacy_version in TLS 1.3. */
  readonly version: number
  /** What supported_versions lists (RFC 8446 4.2.1). */
  readonly versions: readonly number[] | undefined
  /** The challenge, for the forms of SSLv2. */
  readonly random: Buffer
  readonly sessionId: Buffer
  /** Signalling values among them. */
  readonly suites: readonly number[]
  /** Cipher kinds of three octets, in the forms of SSLv2. */
  readonly kinds: readonly number[]
  readonly compression: readonly number[]
  /** In their order. */
  readonly extensions: readonly SeenExtension[]
  readonly servername: string | undefined
  readonly groups: readonly number[] | undefined
  readonly schemes: readonly number[] | undefined
  readonly keyShares: readonly { readonly group: number; readonly share: Buffer }[] | undefined
  /** Octets of the message, without its record headers. */
  readonly octets: number
  /** Records that it came in. */
  readonly records: number
}

export interface SeenExtension {
  readonly type: number
  readonly data: Buffer
}

/** Data of the first extension of the type. */
export function findExtension(hello: SeenHello, type: number): Buffer | undefined {
  return hello.extensions.find((extension) => extension.type === type)?.data
}

/** Reads a ClientHello (RFC 8446 4.1.2, RFC 5246 7.4.1.2), with its header of four octets. */
export function readClientHello(message: Buffer, recordVersion: number, records: number): SeenHello {
  const reader = new Reader(message)
  reader.take(4, 'header')
  const version = reader.number(2, 'client_version')
  const random = reader.take(32, 'random')
  const sessionId = reader.vector(1, 'session_id')
  if (sessionId.length > 32) throw new Malformed(`session_id of ${sessionId.length} octets`)
  const suites = reader.numbers(2, 2, 'cipher_suites')
  if (suites.length === 0) throw new Malformed('no cipher suite')
  const compression = reader.numbers(1, 1, 'compression_methods')
  // RFC 5246 7.4.1.2: the null method must be there; RFC 8446 4.1.2 says the same.
  if (!compression.includes(0)) throw new Malformed('no null compression')
  const extensions = reader.left === 0 ? [] : readExtensions(new Reader(reader.vector(2, 'extensions')))
  reader.end('ClientHello')
  return {
    form: 'tls',
    recordVersion,
    version,
    random,
    sessionId,
    suites,
    kinds: [],
    compression,
    extensions,
    ...readKnown(new Map(extensions.map(({ type, data }) => [type, data]))),
    octets: message.length,
    records,
  }
}

function readExtensions(reader: Reader): SeenExtension[] {
  const extensions: SeenExtension[] = []
  while (reader.left > 0) {
    const type = reader.number(2, 'extension_type')
    // RFC 8446 4.2: there must not be more than one of a type.
    if (extensions.some((other) => other.type === type)) throw new Malformed(`extension ${type} twice`)
    // RFC 8446 4.2.11: pre_shared_key is the last one.
    if (extensions.some((other) => other.type === 41)) throw new Malformed('an extension after pre_shared_key')
    extensions.push({ type, data: reader.vector(2, `extension ${type}`) })
  }
  return extensions
}

function readKnown(extensions: ReadonlyMap<number, Buffer>) {
  const read = <T>(type: number, how: (reader: Reader) => T): T | undefined => {
    const data = extensions.get(type)
    if (!data) return undefined
    const reader = new Reader(data)
    const value = how(reader)
    reader.end(`extension ${type}`)
    return value
  }
  // Lists that the standards bound from below by one entry.
  const list = (type: number, lengthOctets: 1 | 2, octets: 1 | 2) =>
    read(type, (reader) => {
      const values = reader.numbers(lengthOctets, octets, `extension ${type}`)
      if (values.length === 0) throw new Malformed(`extension ${type} is an empty list`)
      return values
    })
  // Shapes that nothing here asks for, but that a strict server would refuse.
  list(11, 1, 1)
  read(5, readStatusRequest)
  for (const type of [22, 23]) read(type, () => undefined)
  read(15, (reader) => {
    const mode = reader.number(1, 'HeartbeatMode')
    if (mode !== 1 && mode !== 2) throw new Malformed(`HeartbeatMode ${mode}`)
  })
  read(0xff01, (reader) => {
    if (reader.vector(1, 'renegotiated_connection').length > 0) throw new Malformed('renegotiation of nothing')
  })
  read(21, (reader) => {
    if (reader.take(reader.left, 'padding').some((octet) => octet !== 0)) throw new Malformed('padding is not zero')
  })
  return {
    servername: read(0, readServername),
    groups: list(10, 2, 2),
    schemes: list(13, 2, 2),
    versions: list(43, 1, 2),
    keyShares: read(51, readKeyShares),
  }
}

/** RFC 6066 3. */
function readServername(reader: Reader): string {
  const list = new Reader(reader.vector(2, 'ServerNameList'))
  if (list.number(1, 'NameType') !== 0) throw new Malformed('server_name of no host')
  const name = list.vector(2, 'HostName').toString('latin1')
  list.end('ServerNameList')
  if (!/^[!-~]+$/.test(name) || name.endsWith('.')) throw new Malformed('server_name is no host name')
  return name
}

/** RFC 6066 8. */
function readStatusRequest(reader: Reader): void {
  if (reader.number(1, 'status_type') !== 1) throw new Malformed('status_type is not ocsp')
  reader.vector(2, 'responder_id_list')
  reader.vector(2, 'request_extensions')
}

/** RFC 8446 4.2.8: each group once. */
function readKeyShares(reader: Reader): { group: number; share: Buffer }[] {
  const list = new Reader(reader.vector(2, 'client_shares'))
  const shares: { group: number; share: Buffer }[] = []
  while (list.left > 0) {
    const group = list.number(2, 'group')
    if (shares.some((other) => other.group === group)) throw new Malformed(`key share ${group} twice`)
    const share = list.vector(2, 'key_exchange')
    if (share.length === 0) throw new Malformed(`key share ${group} is empty`)
    shares.push({ group, share })
  }
  return shares
}

/** Reads a CLIENT-HELLO (draft-hickman-netscape-ssl-00 2.5), from its message type on. */
export function readSsl2Hello(message: Buffer): SeenHello {
  const reader = new Reader(message)
  if (reader.number(1, 'message type') !== 1) throw new Malformed('no CLIENT-HELLO')
  const version = reader.number(2, 'CLIENT-VERSION')
  const lengths = ['CIPHER-SPECS', 'SESSION-ID', 'CHALLENGE'].map((what) => reader.number(2, `${what}-LENGTH`))
  const [specs = 0, id = 0, challenge = 0] = lengths
  const kinds = splitNumbers(reader.take(specs, 'CIPHER-SPECS'), 3, 'CIPHER-SPECS')
  if (kinds.length === 0) throw new Malformed('no cipher kind')
  if (id !== 0 && id !== 16) throw new Malformed(`SESSION-ID of ${id} octets`)
  const sessionId = reader.take(id, 'SESSION-ID')
  if (challenge < 16 || challenge > 32) throw new Malformed(`CHALLENGE of ${challenge} octets`)
  const random = reader.take(challenge, 'CHALLENGE')
  reader.end('CLIENT-HELLO')
  // RFC 5246 E.2: a kind whose first octet is zero is a cipher suite of SSL 3.0 or TLS.
  const suites = kinds.filter((kind) => kind <= 0xffff)
  const none = { versions: undefined, servername: undefined, groups: undefined, schemes: undefined, keyShares: undefined }
  return {
    form: version === 0x0002 ? 'ssl2' : 'ssl2-wrapped',
    recordVersion: undefined,
    version,
    random,
    sessionId,
    suites,
    kinds,
    compression: [0],
    extensions: [],
    ...none,
    octets: message.length,
    records: 1,
  }
}
