import type { ClaimTarget, NotedLeaf } from './claim.ts'
import type { Level } from '../../policy/index.ts'
import type {
  Counts,
  DomainSettlement,
  DueDomain,
  Expiry,
  InFlight,
  Leased,
  MessageOrder,
  MessagePlace,
  QueueDesk,
  QueueFilter,
  QueueLine,
  Addressee,
  QueueStore,
  Settlement,
  Withheld,
  Usage,
} from '../../queue/index.ts'
import type { OutcomeGroup, RecipientLine } from '../../report/index.ts'
import type { IncomingCampaign, IncomingRow, Intake, StoredCampaign } from '../campaign.ts'
import { acceptRows } from './accept.ts'
import type { ErasedMessages } from './erase.ts'
import { type MessageOf, QueueReader, type Tally } from './reader.ts'
import { QueueWriter } from './writer.ts'

/** The queue and the campaigns in one SQLite file: written by a thread, read by a connection of this one's. */
export class QueueDatabase implements QueueStore, QueueDesk, AsyncDisposable {
  readonly #writer: QueueWriter
  readonly #reader: QueueReader
  /** One campaign is taken in at a time. */
  #intake: Promise<unknown> = Promise.resolve()

  private constructor(writer: QueueWriter, reader: QueueReader) {
    this.#writer = writer
    this.#reader = reader
  }

  /**
   * Opens `queue.db` in a folder, makes it where it is missing, and brings an older one up to date after keeping a copy.
   *
   * @throws SealpostError SP_STORE_NEWER, SP_STORE_DAMAGED, SP_STORE_IN_USE, SP_DISK_FULL, SP_FILE_UNWRITABLE
   */
  static async open(folder: string): Promise<QueueDatabase> {
    const writer = await QueueWriter.open(folder)
    try {
      return new QueueDatabase(writer, QueueReader.open(folder))
    } catch (error) {
      await writer[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Waits for what is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    // Read to the end first, or it would keep the log from being copied into the database.
    this.#reader[Symbol.dispose]()
    await this.#writer[Symbol.asyncDispose]()
  }

  campaignNames(): readonly string[] {
    return this.#reader.campaignNames()
  }

  campaign(name: string): StoredCampaign | undefined {
    return this.#reader.campaign(name)
  }

  checkpoint(): { readonly size: number; readonly root: string } | undefined {
    return this.#reader.checkpoint()
  }

  async rememberCheckpoint(checkpoint: { readonly size: number; readonly root: string }): Promise<void> {
    await this.#writer.call('rememberCheckpoint', checkpoint.size, checkpoint.root)
  }

  claimTargets(ids: readonly number[]): readonly ClaimTarget[] {
    return this.#reader.claimTargets(ids)
  }

  /** Notes the leaves of claims that the evidence has. */
  async noteLeaves(noted: readonly NotedLeaf[]): Promise<void> {
    await this.#writer.call('noteLeaves', noted)
  }

  outcomes(campaign: string): readonly OutcomeGroup[] {
    return this.#reader.outcomes(campaign)
  }

  recipients(campaign: string, state: string): Generator<RecipientLine> {
    return this.#reader.recipients(campaign, state)
  }

  /** Takes a campaign in with all its rows, or not at all; an error of the rows or the signal undoes it. */
  async accept(campaign: IncomingCampaign, rows: AsyncIterable<IncomingRow>, signal?: AbortSignal): Promise<Intake> {
    const task = this.#intake.then(async () => acceptRows(this.#writer, campaign, rows, signal))
    this.#intake = task.catch(() => undefined)
    return task
  }

  /** Lets a campaign of which nothing was tried begin at another time; how many messages. */
  async startAt(campaign: string, at: number): Promise<number> {
    return this.#writer.call('startAt', campaign, at)
  }

  /** Keeps a campaign's frozen form with other terms (pace, log-in, time); false where it is not the campaign of this digest. */
  async amend(campaign: string, digest: string, frozen: string): Promise<boolean> {
    return this.#writer.call('amend', campaign, digest, frozen)
  }

  async inFlight(): Promise<InFlight> {
    return this.#reader.inFlight()
  }

  async recover(): Promise<number> {
    return this.#writer.call('recover')
  }

  async takeDomains(campaign: string, now: number, limit: number): Promise<readonly DueDomain[]> {
    return this.#writer.call('takeDomains', campaign, now, limit)
  }

  async releaseDomains(ids: readonly number[], notBefore?: number): Promise<void> {
    await this.#writer.call('releaseDomains', ids, notBefore)
  }

  async lease(ids: readonly number[], limit: number, now: number): Promise<Leased> {
    return this.#writer.call('lease', ids, limit, now)
  }

  async settle(settlements: readonly Settlement[], now: number): Promise<void> {
    await this.#writer.call('settle', settlements, now)
  }

  async settleDomains(ids: readonly number[], now: number, settlement: DomainSettlement): Promise<number> {
    return this.#writer.call('settleDomains', ids, now, settlement)
  }

  async release(messages: readonly MessagePlace[], due: number): Promise<void> {
    await this.#writer.call('release', messages, due)
  }

  async expire(campaign: string, rule: Expiry, now: number): Promise<number> {
    return this.#writer.call('expire', campaign, rule, now)
  }

  async addressees(campaign: string, limit: number, after?: number): Promise<readonly Addressee[]> {
    return this.#reader.addressees(campaign, limit, after)
  }

  async endSuppressed(messages: readonly Withheld[], now: number): Promise<number> {
    return this.#writer.call('endSuppressed', messages, now)
  }

  async counts(campaign: string): Promise<Counts> {
    return this.#writer.call('counts', campaign)
  }

  async nextDue(campaign: string): Promise<number | undefined> {
    return this.#writer.call('nextDue', campaign)
  }

  async hurry(which: string | QueueFilter): Promise<number> {
    return this.#writer.call('hurry', which)
  }

  async addUsage(scope: string, hour: number, messages: number): Promise<void> {
    await this.#writer.call('addUsage', scope, hour, messages)
  }

  async usage(scope: string, sinceHour: number): Promise<Usage> {
    return this.#writer.call('usage', scope, sinceHour)
  }

  list(filter: QueueFilter, limit: number, after?: number): readonly QueueLine[] {
    return this.#reader.list(filter, limit, after)
  }

  find(which: { readonly id: number } | { readonly addressKey: string }): readonly QueueLine[] {
    return this.#reader.find(which)
  }

  async releaseTo(filter: QueueFilter, level: Level): Promise<number> {
    return this.#writer.call('releaseTo', filter, level)
  }

  async fail(filter: QueueFilter, reason: string, now: number): Promise<number> {
    return this.#writer.call('fail', filter, reason, now)
  }

  async drop(filter: QueueFilter, reason: string, now: number): Promise<number> {
    return this.#writer.call('drop', filter, reason, now)
  }

  /** Does what was ordered, once: an order that was carried out before does nothing more. How many messages it moved. */
  async carryOut(order: MessageOrder, reason: string, now: number): Promise<number> {
    return this.#writer.call('carryOut', order, reason, now)
  }

  messagesTo(addressKeys: readonly string[]): readonly MessageOf[] {
    return this.#reader.messagesTo(addressKeys)
  }

  /** How many messages an order moved that was carried out before; undefined where it was not. */
  carriedOut(id: string): number | undefined {
    return this.#reader.carriedOut(id)
  }

  /** Whether an order was carried out before. */
  wasCarriedOut(id: string): boolean {
    return this.carriedOut(id) !== undefined
  }

  tally(order: MessageOrder): readonly Tally[] {
    return this.#reader.tally(order)
  }

  /** Takes out all that tells of these people, once for each order; undefined, and nothing done, where a message is in flight. */
  async eraseMessages(order: string, addressKeys: readonly string[], now: number): Promise<ErasedMessages | undefined> {
    return this.#writer.call('eraseMessages', order, addressKeys, now)
  }

  /** Writes the file anew, so that nothing is left in it of what was erased. @throws SealpostError SP_STORE_IN_USE, SP_DISK_FULL */
  async scrub(): Promise<void> {
    await this.#writer.ask('scrub', [])
  }

  /** Works out anew what can be: when domains are due, and how many messages are in which state. How many were wrong. */
  async repair(): Promise<number> {
    return this.#writer.call('repair')
  }
}
