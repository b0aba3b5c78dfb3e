import type { Server, Socket } from 'node:net'
import { createServer, TLSSocket } from 'node:tls'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server'
import { createAuthority, type Identity } from './authority.ts'
import { bind, ignore, trackSockets, type Place } from './listener.ts'
import { createMailbox, headerRoom, type Keep, type Mailbox, type ReceivedMessage } from './mailbox.ts'

export interface ReceiverOptions extends Place {
  /** How the server calls itself. */
  readonly hostname: string
  /** Its key and certificate; self-signed for `hostname` unless given. */
  readonly identity?: Identity
  /** Offered unless false; `hidden` accepts STARTTLS without offering it. */
  readonly startTls?: boolean | 'hidden'
  /** TLS from the first byte, as on port 465. */
  readonly implicitTls?: boolean
  /** Requires this login, offered and possible over TLS only. */
  readonly auth?: { readonly user: string; readonly pass: string }
  /** Offered unless false. */
  readonly pipelining?: boolean
  /** Bytes of the largest message taken; 36,700,160 unless given. */
  readonly size?: number
  /** Called before the message is acknowledged. */
  readonly onMessage?: (message: ReceivedMessage) => void
  /** Refuses single recipients; codes below 400, and nothing, accept. `text` carries its own enhanced code. */
  readonly answer?: (recipient: string) => { readonly code: number; readonly text: string } | undefined
  /** Keeps messages, or their Message-IDs; only counts unless given. */
  readonly keep?: Keep
  /** Where to put messages, if several servers share one; a mailbox of its own unless given. */
  readonly mailbox?: Mailbox
}

/** A mail server that behaves well, over the `smtp-server` package. Its greeting takes that package 100 ms. */
export interface Receiver extends Place, Omit<Mailbox, 'add' | 'keep'>, AsyncDisposable {
  /** TCP connections so far. */
  readonly connections: number
}

interface Session {
  readonly session: SMTPServerSession
  readonly tlsVersion: string | undefined
}

/** The longest that a timer of Node can be: the world waits for its clients as long as they like. */
const forever = 2 ** 31 - 1

/**
 * Starts a well-behaved receiving server.
 *
 * @example
 * ```ts
 * const identity = await authority.issue({ names: ['mx.example.test'] })
 * await using mx = await startReceiver({ host: '127.0.0.2', port: 0, hostname: 'mx.example.test', identity, keep: true })
 * mx.messages[0]?.secure
 * ```
 */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const identity = options.identity ?? (await issueOwn(options.hostname))
  const mailbox = options.mailbox ?? createMailbox(options.keep)
  // By session id, because the session itself tells the cipher only.
  const versions = new Map<string, string>()
  const direct = new WeakMap<Socket, string>()
  const smtp = new SMTPServer({
    ...describeServer(options, identity),
    onConnect(session, callback) {
      if (options.auth && !session.secure) session.disabledCommands = [...listDisabled(options), 'AUTH']
      callback()
    },
    onSecure(socket, session, callback) {
      versions.set(session.id, direct.get(socket) ?? readVersion(socket))
      delete session.disabledCommands
      callback()
    },
    onAuth(auth, _session, callback) {
      const known = auth.username === options.auth?.user && auth.password === options.auth?.pass
      callback(known ? null : refuse(535, 'Authentication failed'), known ? { user: auth.username } : undefined)
    },
    onMailFrom(_address, session, callback) {
      callback(options.auth && !session.secure ? refuse(530, 'Must issue a STARTTLS command first') : null)
    },
    onRcptTo({ address }, _session, callback) {
      const reply = options.answer?.(address)
      callback(reply && reply.code >= 400 ? refuse(reply.code, reply.text) : null)
    },
    onData(stream, session, callback) {
      const whole = mailbox.keep === true || options.onMessage !== undefined
      collect(stream, whole ? Infinity : mailbox.keep === 'ids' ? headerRoom : 0, (raw) => {
        if (stream.sizeExceeded) return callback()
        const message = describeMessage({ session, tlsVersion: versions.get(session.id) }, raw)
        options.onMessage?.(message)
        mailbox.add(message)
        callback()
      })
    },
    onClose(session) {
      versions.delete(session.id)
    },
  })
  smtp.on('error', ignore)
  const accept = (socket: TLSSocket) => {
    direct.set(socket, readVersion(socket))
    smtp.connect(socket)
  }
  const server = options.implicitTls ? serveDirectly(identity, accept) : smtp.server
  let connections = 0
  server.on('connection', () => {
    connections++
  })
  const close = trackSockets(server)
  const port = await bind(server, options)
  return {
    host: options.host,
    port,
    get connections() {
      return connections
    },
    get count() {
      return mailbox.count
    },
    get plaintext() {
      return mailbox.plaintext
    },
    ids: mailbox.ids,
    messages: mailbox.messages,
    [Symbol.asyncDispose]: close,
  }
}

/**
 * smtp-server shakes hands by itself too, but asks a TLS socket for its protocol after the TCP socket below is gone,
 * and that ends the process (Node 24.21: segmentation fault).
 */
function serveDirectly(identity: Identity, accept: (socket: TLSSocket) => void): Server {
  return createServer({ ...identity, minVersion: 'TLSv1.2', handshakeTimeout: forever }, accept)
}

/** smtp-server would fall back to a key that stands in its public source. */
async function issueOwn(hostname: string): Promise<Identity> {
  const authority = await createAuthority()
  return authority.issue({ names: [hostname], selfSigned: true })
}

function describeServer(options: ReceiverOptions, identity: Identity): SMTPServerOptions {
  return {
    key: identity.key,
    cert: identity.cert,
    minVersion: 'TLSv1.2',
    name: options.hostname,
    secure: options.implicitTls ?? false,
    secured: options.implicitTls ?? false,
    size: options.size ?? 36_700_160,
    rejectOversized: true,
    hidePIPELINING: options.pipelining === false,
    // It would put an enhanced code of its own before that of `answer`.
    hideENHANCEDSTATUSCODES: options.answer !== undefined,
    hideSTARTTLS: options.startTls === 'hidden',
    disabledCommands: listDisabled(options),
    authOptional: options.auth === undefined,
    authMethods: ['PLAIN', 'LOGIN'],
    disableReverseLookup: true,
    socketTimeout: forever,
    logger: false,
  }
}

function listDisabled(options: ReceiverOptions): string[] {
  return [...(options.auth ? [] : ['AUTH']), ...(options.startTls === false ? ['STARTTLS'] : [])]
}

function readVersion(socket: Socket): string {
  return (socket instanceof TLSSocket && socket.getProtocol()) || 'unknown'
}

function refuse(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode })
}

/** Reads the stream to its end and hands on the first `room` bytes; a message that breaks off is never handed on. */
function collect(stream: SMTPServerDataStream, room: number, done: (raw: Buffer) => void): void {
  const chunks: Buffer[] = []
  let length = 0
  stream.on('data', (chunk: Buffer) => {
    if (length < room) chunks.push(chunk)
    length += chunk.length
  })
  stream.on('error', ignore)
  stream.on('end', () => {
    done(Buffer.concat(chunks))
  })
}

function describeMessage({ session, tlsVersion }: Session, raw: Buffer): ReceivedMessage {
  const { mailFrom, rcptTo } = session.envelope
  return {
    from: mailFrom ? mailFrom.address : '',
    to: rcptTo.map(({ address }) => address),
    raw,
    secure: session.secure,
    tlsVersion,
    helo: session.hostNameAppearsAs,
  }
}
