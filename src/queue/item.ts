import type { DsnRequest } from '../smtpclient/index.ts'
import type { QueueItem } from './store.ts'

/** Makes messages out of queue items when they are about to be sent. */
export interface MessageSource {
  render(item: QueueItem): Promise<Rendered>
}

export interface Rendered {
  /** Reverse-path; empty for none. */
  readonly from: string
  readonly to: string
  readonly raw: Buffer
  /**
   * Equal where the message is the same octets: such recipients may share a transaction (RFC 5321 4.5.4.1). Undefined
   * where it is for one alone.
   */
  readonly shared?: string
  readonly dsn?: DsnRequest
}
