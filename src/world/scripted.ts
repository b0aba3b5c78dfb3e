import { systemClock, type Clock } from '../clock.ts'
import { createContexts } from './context.ts'
import { Dialogue, type ScriptedConnection, type ScriptedMessage } from './dialogue.ts'
import { startListener, type Place } from './listener.ts'
import type { Mailbox } from './mailbox.ts'
import type { Script } from './script.ts'

export interface ScriptedServerOptions {
  /** 127.0.0.1 unless given. */
  readonly host?: string
  /** Any free one unless given. */
  readonly port?: number
  /** Sets the pace of `pieces`; the machine's own unless given. */
  readonly clock?: Clock
  /** Where accepted messages go as well. */
  readonly mailbox?: Mailbox
}

export interface ScriptedServer extends Place, AsyncDisposable {
  /** In the order they came; `connections[0]` is number 1. */
  readonly connections: readonly ScriptedConnection[]
  /** Every message that reached its final dot, accepted or not. */
  readonly messages: readonly ScriptedMessage[]
}

/**
 * Starts a mail server that does everything well except what the script says.
 *
 * @example
 * ```ts
 * await using server = await startScriptedServer({
 *   starttls: ({ connection }) => (connection < 3 ? '454 4.7.0 TLS not available\r\n' : undefined),
 * })
 * ```
 */
export async function startScriptedServer(
  script: Partial<Script> = {},
  options: ScriptedServerOptions = {},
): Promise<ScriptedServer> {
  const contexts = await createContexts(script)
  const connections: Dialogue[] = []
  const messages: ScriptedMessage[] = []
  const listener = await startListener({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 }, (tcp) => {
    const dialogue = new Dialogue(tcp, {
      number: connections.length + 1,
      script,
      contexts,
      clock: options.clock ?? systemClock,
      onMessage(message) {
        messages.push(message)
      },
      onAccepted(message) {
        options.mailbox?.add(message)
      },
    })
    connections.push(dialogue)
    // A step that throws is a mistake of the test's author, and ends the test as one.
    void dialogue.run()
  })
  return { ...listener, connections, messages }
}
