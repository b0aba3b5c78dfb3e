import { connect } from 'node:net'
import { pipeline, type Transform } from 'node:stream'
import { ignore, startListener, type Listener, type Place } from './listener.ts'

export interface RelayOptions extends Place {
  /** The server behind. */
  readonly target: Place
}

/** What stands in each direction of one connection. */
export interface Taps {
  readonly fromClient: Transform
  readonly fromServer: Transform
  /** Called when the client's connection is closed. */
  readonly onClosed?: () => void
}

/** Passes each connection on to the target, through taps of its own; a close or a reset of one side closes the other. */
export async function startRelay({ host, port, target }: RelayOptions, createTaps: () => Taps): Promise<Listener> {
  return startListener(
    { host, port },
    (client) => {
      const { fromClient, fromServer, onClosed } = createTaps()
      const server = connect({ ...target, allowHalfOpen: true, noDelay: true })
      pipeline(client, fromClient, server, ignore)
      pipeline(server, fromServer, client, ignore)
      client.once('close', () => onClosed?.())
    },
    true,
  )
}
