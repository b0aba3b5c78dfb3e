import { alerts } from './agree.ts'
import type { Mishap, Moment, Reaction, TlsBehaviour } from './behaviour.ts'
import type { SeenHello } from './clientHello.ts'
import type { Message } from './flight.ts'
import { contentTypes, printAlert, printRecords, takeRecord, type TlsRecord } from './record.ts'
import type { Chosen, TlsEnd, TlsSeen } from './seen.ts'
import type { PremasterForm } from './premaster.ts'
import type { Wire } from './wire.ts'

/** Thrown where a connection is over, so that no step of the dialogue needs to ask; never leaves `speakTls`. */
export class Over extends Error {}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** `TlsSeen` while it grows. */
export interface Notes extends Writable<TlsSeen> {
  hellos: SeenHello[]
  chosen: Chosen | undefined
  records: TlsRecord[]
  alerts: { level: number; description: number }[]
  premaster: PremasterForm | undefined
}

export function openNotes(): Notes {
  return { hellos: [], chosen: undefined, records: [], alerts: [], premaster: undefined, flooded: 0, end: undefined }
}

/** One connection: what is written and read, noted, and spoilt where the behaviour says so. */
export class Talk {
  readonly wire: Wire
  readonly behaviour: TlsBehaviour
  readonly notes: Notes
  /** Of the records written. */
  version = 0x0301
  #pending: Buffer = Buffer.alloc(0)

  constructor(wire: Wire, behaviour: TlsBehaviour, notes: Notes) {
    this.wire = wire
    this.behaviour = behaviour
    this.notes = notes
  }

  /** Lets happen what the behaviour has for this moment. */
  async pass(moment: Moment): Promise<void> {
    for (const mishap of this.behaviour.mishaps) {
      if (mishap.at !== moment) continue
      await this.#flush()
      await this.#suffer(mishap)
    }
  }

  async write(bytes: Buffer): Promise<void> {
    if (!(await this.wire.write(bytes, this.behaviour.writeOctets))) this.leave()
  }

  /** Writes messages in records as the behaviour cuts them. */
  async writeFlight(flight: readonly Message[]): Promise<void> {
    for (const { name, bytes } of flight) {
      await this.pass(name)
      await this.#writeMessage(name, this.behaviour.rewrite(name, bytes))
    }
    await this.#flush()
    await this.pass('flight')
  }

  /** The next record, with its first octets where they were read already. */
  async takeRecord(begun?: Buffer): Promise<TlsRecord> {
    const record = await takeRecord(this.wire, begun)
    return record ?? this.leave()
  }

  note(record: TlsRecord): void {
    if (this.notes.records.length < 64) this.notes.records.push(record)
  }

  /** Leaves the client in the way told. */
  async react(reaction: Reaction): Promise<never> {
    if (reaction === 'close' || reaction === 'reset' || reaction === 'silence') {
      this.notes.end = { kind: 'server', how: reaction }
      if (reaction === 'close') await this.wire.close()
      if (reaction === 'reset') this.wire.reset()
      if (reaction === 'silence') await this.wire.drain()
      throw new Over()
    }
    this.notes.end = { kind: 'server', how: 'alert', alert: reaction.alert }
    return this.sayAlert(reaction.alert)
  }

  /** A fatal alert and the end. */
  async sayAlert(description: number): Promise<never> {
    await this.write(printAlert('fatal', description, this.version))
    await this.wire.close()
    throw new Over()
  }

  async refuseMessage(): Promise<never> {
    return this.react({ alert: alerts.unexpectedMessage })
  }

  /** Notes a client's alert; after close_notify or a fatal one there is nothing more to say (RFC 8446 6). */
  async hearAlert({ body }: TlsRecord): Promise<void> {
    // An encrypted one is longer, and nobody here can read it.
    if (body.length !== 2) return
    const [level = 0, description = 0] = body
    this.notes.alerts.push({ level, description })
    if (level !== 2 && description !== 0) return
    this.notes.end = { kind: 'client', how: 'end' }
    await this.wire.close()
    throw new Over()
  }

  /** The client is gone. */
  leave(): never {
    this.notes.end ??= { kind: 'client', how: this.wire.gone ?? 'reset' } satisfies TlsEnd
    throw new Over()
  }

  async #writeMessage(name: Moment, bytes: Buffer): Promise<void> {
    const { coalesced, mishaps } = this.behaviour
    const between = mishaps.find((mishap) => mishap.at === name && mishap.kind === 'interleave')
    if (between?.kind === 'interleave') {
      const half = Math.ceil(bytes.length / 2)
      this.#pending = bytes.subarray(0, half)
      await this.#flush()
      await this.write(between.octets)
      this.#pending = bytes.subarray(half)
    } else {
      this.#pending = Buffer.concat([this.#pending, bytes])
    }
    if (!coalesced) await this.#flush()
  }

  async #flush(): Promise<void> {
    if (this.#pending.length === 0) return
    const records = printRecords(contentTypes.handshake, this.version, this.#pending, this.behaviour.recordOctets)
    this.#pending = Buffer.alloc(0)
    await this.write(records)
  }

  async #suffer(mishap: Mishap): Promise<void> {
    switch (mishap.kind) {
      case 'delay':
        return this.behaviour.clock.sleep(mishap.ms)
      case 'stop':
        return this.react(mishap.how)
      case 'send':
        return this.write(mishap.octets)
      case 'interleave':
        return
      case 'flood':
        return this.#flood(mishap.octets)
    }
  }

  async #flood(octets: Buffer): Promise<never> {
    // Some 64 KiB a write, as whole copies.
    const batch = Buffer.concat(Array.from({ length: Math.ceil(65_536 / octets.length) }, () => octets))
    for (;;) {
      await this.write(batch)
      this.notes.flooded += batch.length
    }
  }
}
