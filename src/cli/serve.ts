import { systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { KeysOfFile } from '../keysOfFile.ts'
import {
  Metrics,
  Pace,
  type ServeDeps,
  type ServeTracking,
  createApp,
  serveApp,
  trackingPace,
  usualPace,
} from '../serve/index.ts'
import { type Settings, listNetworks, loadSettings } from '../settings/index.ts'
import { SqliteSuppressionList, SqliteTrackingLedger } from '../store/index.ts'
import { printVerifier } from '../tlog/index.ts'
import { HitCounter, trackingKeys } from '../tracking/index.ts'
import { unsubscribeKeys } from '../unsubscribe/index.ts'
import { createServeClaims } from './claims.ts'
import { type Exit, exits, tellError } from './exit.ts'
import { LateQueue, createLinkedMessages } from './linkedMessages.ts'
import { createTrackedCampaigns } from './trackedCampaigns.ts'
import { openWitness } from './witness.ts'

/** Answers links until a signal comes; SIGHUP reads certificate and key again. */
export async function runServe(given: { readonly settings?: string }): Promise<Exit> {
  const settings = await loadSettings(given.settings)
  const { baseUrl } = settings.server
  if (baseUrl === undefined && settings.witness.name === undefined)
    throw new SealpostError('SP_SETTINGS_INVALID', {
      what: 'server.baseUrl is not set, so no link leads here',
      next: 'Set it to the https address under which this server is reached.',
    })
  await using stack = new AsyncDisposableStack()
  const deps = await createDeps(settings, stack)
  const serving = stack.use(await serveApp(createApp(deps), settings.server))
  const { address } = settings.server.listen
  process.stdout.write(`Answering ${baseUrl ?? 'witnessed logs'} on ${address} port ${serving.port}.\n`)
  // For the logs: by this key they know its cosignatures.
  if (deps.witness) process.stdout.write(`Witness: ${printVerifier(deps.witness.witness.verifier)}\n`)
  const renew = (): void => {
    try {
      serving.renew()
    } catch (error) {
      // The certificate that is in use goes on.
      tellError(error)
    }
  }
  process.on('SIGHUP', renew)
  stack.defer(() => {
    process.off('SIGHUP', renew)
  })
  return await untilSignal()
}

function onError(error: unknown): void {
  process.stderr.write(`sealpost: ${visible(error instanceof Error ? error.message : String(error), 500)}\n`)
}

async function createDeps(settings: Settings, stack: AsyncDisposableStack): Promise<ServeDeps> {
  const { data, server, witness } = settings
  const keys = await KeysOfFile.open(data, unsubscribeKeys, onError)
  const suppressions = stack.use(SqliteSuppressionList.open(data))
  const queue = stack.use(new LateQueue(data))
  const metrics = new Metrics(() => queue.counts())
  metrics.watchProcess()
  return {
    desk: { keys: keys.read, suppressions, messages: createLinkedMessages(queue.open), now: () => systemClock.now() },
    pace: new Pace(usualPace, () => systemClock.now()),
    tracking: await createTracking(
      data,
      createTrackedCampaigns(queue.open, suppressions, () => systemClock.now()),
      stack,
    ),
    ...(witness.name === undefined ? {} : { witness: await openWitness({ ...witness, name: witness.name }, data, stack) }),
    claims: await createServeClaims(settings, queue, stack),
    metrics,
    trustedProxies: listNetworks(server.trustedProxies),
    language: server.language,
    healthy: async () =>
      suppressions.isSuppressed([]).then(
        () => true,
        () => false,
      ),
    onError,
  }
}

async function createTracking(
  data: string,
  campaigns: ServeTracking['desk']['campaigns'],
  stack: AsyncDisposableStack,
): Promise<ServeTracking> {
  const keys = await KeysOfFile.open(data, trackingKeys, onError)
  const opened = stack.use(new DisposableStack())
  let ledger: SqliteTrackingLedger | undefined
  const open = (): SqliteTrackingLedger => (ledger ??= opened.use(SqliteTrackingLedger.open(data)))
  // Written before the ledger is closed: what was opened last is closed first.
  const counter = stack.use(new HitCounter(open, systemClock, onError))
  return {
    desk: { keys: keys.read, campaigns, counter },
    pace: new Pace(trackingPace, () => systemClock.now()),
  }
}

async function untilSignal(): Promise<Exit> {
  const { promise, resolve } = Promise.withResolvers<Exit>()
  const onTerm = (): void => {
    resolve(exits.fine)
  }
  const onInt = (): void => {
    resolve(exits.interrupted)
  }
  process.once('SIGTERM', onTerm)
  process.once('SIGINT', onInt)
  const exit = await promise
  process.off('SIGTERM', onTerm)
  process.off('SIGINT', onInt)
  return exit
}
