/** What was seen of one way of handing messages over. */
interface Seen {
  /** Connections that were opened for it. */
  opened: number
  messages: number
  ms: number
}

interface Host {
  readonly data: Seen
  readonly chunk: Seen
}

/** Messages after which a connection's pace tells something. */
const enough = 20

/** Hosts that are remembered. */
const most = 10_000

/**
 * Which of DATA and BDAT (RFC 3030) a server takes messages quicker by: Postfix the first, others the second. The first
 * connections try each in turn; what was seen then decides for the rest of the run.
 */
export class Ways {
  readonly #hosts = new Map<string, Host>()

  /** Whether the next connection to a host that offers CHUNKING is to use it; counts the connection. */
  choose(host: string): boolean {
    const known = this.#find(host)
    const chunk = isQuicker(known) ?? known.chunk.opened < known.data.opened
    known[chunk ? 'chunk' : 'data'].opened += 1
    return chunk
  }

  /** What a connection of that kind took, and how long it was at it. */
  note(host: string, chunk: boolean, messages: number, ms: number): void {
    if (messages < enough) return
    const seen = this.#find(host)[chunk ? 'chunk' : 'data']
    seen.messages += messages
    seen.ms += ms
  }

  #find(host: string): Host {
    const known = this.#hosts.get(host)
    if (known) return known
    const made: Host = { data: { opened: 0, messages: 0, ms: 0 }, chunk: { opened: 0, messages: 0, ms: 0 } }
    const [oldest] = this.#hosts.keys()
    if (this.#hosts.size >= most && oldest !== undefined) this.#hosts.delete(oldest)
    this.#hosts.set(host, made)
    return made
  }
}

/** Undefined where one of the two was not seen yet. */
function isQuicker({ data, chunk }: Host): boolean | undefined {
  if (data.messages === 0 || chunk.messages === 0) return undefined
  return chunk.ms / chunk.messages < data.ms / data.messages
}
