import { readReturnPathKey } from '../bounce/index.ts'
import {
  type ClaimProvider,
  type ReadRequest,
  createMailgunReader,
  createSendgridReader,
  createSparkpostReader,
} from '../claim/index.ts'
import { systemClock } from '../clock.ts'
import { Pace, type ServeClaims, claimsPace } from '../serve/index.ts'
import { type SecretSource, type Settings, fetchSecret } from '../settings/index.ts'
import { SqliteClaimBox } from '../store/index.ts'
import type { LateQueue } from './linkedMessages.ts'
import { createSentMessages } from './sentMessages.ts'

/** Lines that the server says of reports a minute: whoever sends nonsense fills no disk. */
const mostNotes = 20

/**
 * What takes in reports of providers; undefined where the settings name none.
 *
 * @throws SealpostError SP_CREDENTIAL_MISSING, SP_SETTINGS_INVALID
 */
export async function createServeClaims(
  { claims, data }: Pick<Settings, 'claims' | 'data'>,
  queue: LateQueue,
  stack: AsyncDisposableStack,
): Promise<ServeClaims | undefined> {
  const { mailgun, sendgrid, sparkpost } = claims
  const readers = new Map<ClaimProvider, ReadRequest>()
  if (mailgun) readers.set('mailgun', createMailgunReader(await fetch(mailgun.signingKey, 'signing key')))
  if (sendgrid) readers.set('sendgrid', createSendgridReader(sendgrid.publicKey))
  if (sparkpost) readers.set('sparkpost', createSparkpostReader(sparkpost.user, await fetch(sparkpost.password, 'password')))
  if (readers.size === 0) return undefined
  const box = stack.use(SqliteClaimBox.open(data))
  return {
    desk: {
      readers,
      key: async () => readReturnPathKey(data),
      messages: () => {
        const reader = queue.open()
        return reader ? createSentMessages(reader) : { find: async () => undefined }
      },
      box,
      now: () => systemClock.now(),
    },
    pace: new Pace(claimsPace, () => systemClock.now()),
    onNote: createNotes(),
  }
}

async function fetch(source: SecretSource, word: string): Promise<string> {
  return fetchSecret(source, word, 'SP_CREDENTIAL_MISSING', process.env)
}

function createNotes(): ServeClaims['onNote'] {
  let [minute, said] = [0, 0]
  return (words) => {
    const now = Math.floor(systemClock.now() / 60_000)
    if (now !== minute) [minute, said] = [now, 0]
    if (said++ < mostNotes) process.stderr.write(`sealpost: ${words}\n`)
  }
}
