import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freezeCampaign, loadCampaign, readSigningKeys } from '../../src/campaign/index.ts'
import { createSource } from '../../src/cli/source.ts'
import type { IncomingRow } from '../../src/store/index.ts'
import { recipient } from '../message.ts'
import { liquid, names, newsletterFrom, newsletterSubject, row, signing, writeHtmlPart, writeTextPart } from '../newsletter.ts'
import { openOurs } from '../sendOurs.ts'
import type { CampaignPlan, Contender } from './plan.ts'

/** A campaign as `sealpost send` has it: frozen, its list in the queue on disk, each message made when its turn comes. */
export async function createCampaign(plan: CampaignPlan): Promise<Contender> {
  const { folder, port, ca, connections, rows, privateKey, evidence } = plan
  const source = createSource(await freeze(folder), { keys: await readKeys(folder, privateKey) })
  const sender = await openOurs({
    folder,
    ca,
    port,
    connections,
    source,
    route: 'relay',
    evidence,
    resolver: {
      // The type of the records is that of the question, which the compiler does not see here.
      query: async (name, type) =>
        type === 'A'
          ? { kind: 'records', records: ['127.0.0.1'] as never[], authenticated: false, ttl: 60, canonical: name }
          : { kind: 'nodata', authenticated: false },
    },
  })
  let campaign = 0
  return {
    async prepare() {
      campaign += 1
      await sender.accept(`bench${campaign}`, list(rows))
    },
    run: async () => sender.send(`bench${campaign}`, new AbortController().signal),
    [Symbol.asyncDispose]: async () => sender[Symbol.asyncDispose](),
  }
}

async function freeze(folder: string) {
  await writeFile(join(folder, 'list.csv'), `email,${names.join(',')}\n`)
  await writeFile(join(folder, 'message.txt'), writeTextPart(liquid))
  await writeFile(join(folder, 'message.html'), writeHtmlPart(liquid))
  const file = join(folder, 'campaign.yaml')
  await writeFile(
    file,
    `name: bench\nlist: list.csv\nfrom: ${newsletterFrom}\nsubject: "${newsletterSubject}"\ntext: message.txt\nhtml: message.html\n`,
  )
  return freezeCampaign(await loadCampaign(file))
}

async function readKeys(folder: string, privateKey: string | undefined) {
  if (privateKey === undefined) return []
  const key = join(folder, 'key.pem')
  await writeFile(key, privateKey, { mode: 0o600 })
  return readSigningKeys([{ ...signing, key, where: 'the benchmark' }], newsletterFrom)
}

async function* list(rows: number): AsyncGenerator<IncomingRow> {
  for (let index = 0; index < rows; index++) {
    const { address, domain } = recipient(index, 100)
    yield { kind: 'recipient', address, addressKey: address, domain, columns: row(index) }
  }
}
