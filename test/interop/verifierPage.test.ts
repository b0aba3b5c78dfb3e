/** The page that verifies receipts, in a real browser: as a file, without a network. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeTimestampRequest } from '../../src/anchor/index.ts'
import { printReceipt } from '../../src/evidence/receipt/index.ts'
import { type EvidenceReceipt, failures } from '../../src/evidence/verify/index.ts'
import { printVerifier } from '../../src/tlog/index.ts'
import { BrowserPage } from '../support/browser.ts'
import { openTimestampLab } from '../support/timestampLab.ts'
import { type ProvenLog, commitWith, makeLogSigner, makeProvenLog } from '../support/provenLog.ts'
import { makeShownCertificate } from '../support/shownCertificates.ts'

const address = pathToFileURL(join(import.meta.dirname, '../../docs/verifier.html')).href

let page: BrowserPage
let folder: string
let log: ProvenLog
let chosen = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verifier-'))
  page = await BrowserPage.open()
  log = await makeProvenLog({ certificates: [await makeShownCertificate('ec')] })
})
afterAll(async () => {
  await page?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})
beforeEach(async () => {
  page.requested.length = 0
  await page.goTo(address)
})
afterEach(() => {
  // Nothing but the file itself is asked for, and its policy had nothing to stop.
  expect(page.requested).toEqual([address])
  expect(page.complaints).toEqual([])
})

/** Chooses the receipt in the file picker; gives what the page says of it. */
async function choose(receipt: EvidenceReceipt | string): Promise<string> {
  chosen += 1
  const file = join(folder, `receipt${chosen}.json`)
  await writeFile(file, typeof receipt === 'string' ? receipt : printReceipt(receipt))
  const { root } = (await page.send('DOM.getDocument')) as { root: { nodeId: number } }
  const { nodeId } = (await page.send('DOM.querySelector', { nodeId: root.nodeId, selector: '#file' })) as { nodeId: number }
  return page.textAfter('outcome', async () => page.send('DOM.setFileInputFiles', { nodeId, files: [file] }))
}

/** Writes into a field as a person does. */
async function fill(id: string, text: string): Promise<string> {
  const [field, value] = [JSON.stringify(id), JSON.stringify(text)]
  return page.textAfter('outcome', async () =>
    page.evaluate(
      `{ const field = document.getElementById(${field}); field.value = ${value}; field.dispatchEvent(new Event('input')) }`,
    ),
  )
}

const changeOpening = (receipt: EvidenceReceipt, change: object): EvidenceReceipt => ({
  ...receipt,
  attempt: { ...receipt.attempt, opening: { ...receipt.attempt.opening, ...change } },
})

describe('a receipt that is right', () => {
  it('is proven, in words', async () => {
    expect(await fill('keys', log.vkey)).toContain('There is no receipt yet')
    const says = await choose(log.receipt)
    expect(says).toMatch(/^Proven\n/)
    expect(says).toContain('the message to ada@example.org of the campaign “autumn-2026” was handed over')
    expect(says).toContain(
      'encrypted with TLSv1.3. Who that host was: authenticated, vouched for by TLSA records in signed DNS (DANE)',
    )
    expect(says).toMatch(/8:[0-9a-f]{64}/)
  })

  it('may be dropped anywhere on the page', async () => {
    await fill('keys', log.vkey)
    const text = JSON.stringify(printReceipt(log.receipt))
    const says = await page.textAfter('outcome', async () =>
      page.evaluate(`{
        const dataTransfer = new DataTransfer()
        dataTransfer.items.add(new File([${text}], 'dropped.json'))
        for (const name of ['dragover', 'drop']) {
          const event = new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true })
          document.body.dispatchEvent(event)
          // Else the browser would leave the page and show the file.
          if (!event.defaultPrevented) throw new Error(name)
        }
      }`),
    )
    expect(says).toMatch(/^Proven\n/)
    expect(await page.evaluate(`document.getElementById('name').textContent`)).toBe('dropped.json')
  })

  it('is proven with a witness, keys that changed, and a checkpoint that was kept', async () => {
    const witness = makeLogSigner('witness.example', 'cosignature')
    const one = await makeProvenLog({
      signers: [makeLogSigner(), makeLogSigner()],
      witness: { signer: witness, time: 1_780_000_000 },
    })
    await choose(one.receipt)
    await fill('keys', `\n${one.vkey}\n`)
    await fill('witnesses', printVerifier(witness.verifier))
    const says = await fill('quorum', '1')
    expect(says).toMatch(/^Proven\n/)
    expect(says).toContain('witness.example, 2026-05-28 at 20:26:40 UTC')
    expect(says).toContain('1, each signed by the former key')
    expect(await fill('quorum', '2')).toContain('Not proven: cosignatures-missing')
    await fill('quorum', '0')
    expect(await fill('held', `9:${'00'.repeat(32)}`)).toMatch(/^Not proven: fork/)
    expect(await fill('held', `8:${'00'.repeat(32)}`)).toMatch(/^Proven/)
  })

  it('says where nothing was encrypted, and where nobody knows', async () => {
    const plain = await makeProvenLog({ session: { tls: null, verdict: 'plaintext', voucher: null } })
    await choose(plain.receipt)
    expect(await fill('keys', plain.vkey)).toContain('was NOT encrypted')
    const tls = {
      version: 'TLSv1.3',
      cipher: 'TLS_AES_128_GCM_SHA256',
      group: null,
      resumed: true,
      provenAt: '2026-11-24T08:00:00.000Z',
    }
    const resumed = await makeProvenLog({ session: { tls } })
    await choose(resumed.receipt)
    const told = await fill('keys', resumed.vkey)
    expect(told).toContain('encrypted with TLSv1.3, resumed from an earlier connection')
    expect(told).toContain('2026-11-24 at 08:00:00 UTC: this connection resumed that one')
    const claim = { provider: 'mail.example', event: 'delivered', tls: true }
    const claimed = await makeProvenLog({ alone: true, attempt: { claim, strength: 'claimed' } })
    await choose(claimed.receipt)
    const says = await fill('keys', claimed.vkey)
    expect(says).toMatch(/^Proven as a claim only\n/)
    expect(says).toContain('by the provider mail.example (delivered). A mail provider says so. The sender did not see it.')
    expect(says).toContain('the provider says that it used TLS, and that is its word alone')
    const unknown = await makeProvenLog({ alone: true, attempt: { outcome: 'unknown', strength: 'unknown' } })
    await choose(unknown.receipt)
    expect(await fill('keys', unknown.vkey)).toMatch(/^Proven, but not how it ended\n[^]*Nobody saw how it ended\./)
  })

  it('may have time-stamps, which are verified by authorities that are named, and seen without', async () => {
    await using lab = await openTimestampLab()
    const request = makeTimestampRequest(log.note.text).der
    const stamp = async (name: string): Promise<string> =>
      Buffer.from(await (await lab.make(name)).answer(request)).toString('base64')
    await fill('keys', log.vkey)
    const seen = await choose({ ...log.receipt, timestamps: [await stamp('authority')] })
    expect(seen).toMatch(/^Proven\n/)
    expect(seen).toMatch(/Time-stamp\s+20\d\d-\d\d-\d\d at .*: seen, not verified/)
    expect(await fill('authorities', 'nonsense')).toContain('These are not certificates in PEM')
    expect(await fill('authorities', lab.root)).toMatch(/Time-stamp\s+20\d\d-\d\d-\d\d at .*: verified/)
    await using other = await openTimestampLab()
    expect(await fill('authorities', other.root)).toMatch(/^Proven; a time-stamp in the receipt is wrong\n/)
    const moved = await makeProvenLog()
    await fill('authorities', '')
    await fill('keys', moved.vkey)
    const wrong = await choose({ ...moved.receipt, timestamps: [await stamp('second')] })
    expect(wrong).toMatch(/does not verify: it is of another text/)
  })
})

describe('a receipt that is not', () => {
  it.each<[keyof typeof failures, (receipt: EvidenceReceipt) => EvidenceReceipt | string]>([
    ['receipt-malformed', (one) => printReceipt(one).slice(0, -4)],
    ['other-origin', (one) => ({ ...one, origin: 'other.example' })],
    [
      'not-included',
      (one) => ({ ...one, attempt: { ...one.attempt, leaf: one.attempt.leaf.replace('"code":250', '"code":251') } }),
    ],
    ['signature-wrong', (one) => printReceipt(one).replaceAll('\\n8\\n', '\\n9\\n')],
    ['opening-wrong', (one) => changeOpening(one, { recipient: 'eve@example.org' })],
    ['session-other', (one) => ({ ...one, session: null, certificates: [] })],
    ['certificate-wrong', (one) => ({ ...one, certificates: ['certificate'] })],
  ])('is told as %s, with what that means', async (failure, tamper) => {
    await fill('keys', log.vkey)
    const says = await choose(tamper(log.receipt))
    expect(says).toMatch(new RegExp(`^Not proven: ${failure}\n`))
    expect(says).toContain(failures[failure])
    expect(says).toContain('Nothing that the receipt says is proven.')
    // What it says is not shown either.
    expect(says).not.toContain('@example.org')
  })

  it('is not proven by another key, by none, or by what is no key', async () => {
    expect(await choose(log.receipt)).toContain('Say which key you trust')
    expect(await fill('keys', printVerifier(makeLogSigner().verifier))).toContain('Not proven: signature-unknown')
    expect(await fill('keys', 'key')).toContain('This is not a key: key')
    expect(await fill('keys', log.vkey)).toMatch(/^Proven\n/)
  })

  it('is not taken for the one before it where it cannot be read', async () => {
    // Somebody has a good receipt checked first, and then one of which the page learns nothing.
    await fill('keys', log.vkey)
    expect(await choose(log.receipt)).toMatch(/^Proven\n/)
    await writeFile(join(folder, `receipt${chosen}.json`), 'Whoever changes a file after it was chosen makes it unreadable.')
    const says = await page.textAfter('outcome', async () =>
      page.evaluate(`document.getElementById('file').dispatchEvent(new Event('change'))`),
    )
    expect(says).toMatch(/^Not checked\n/)
    expect(says).not.toContain('@example.org')
    // Nor is it remembered, whatever is changed then.
    expect(await fill('quorum', '0')).toContain('There is no receipt yet')
  })

  it('has no witness in the log itself', async () => {
    await choose(log.receipt)
    await fill('keys', log.vkey)
    expect(await fill('witnesses', log.vkey)).toContain('This is the key of a log, and stands in the wrong field')
    const witness = printVerifier(makeLogSigner('witness.example', 'cosignature').verifier)
    await fill('witnesses', '')
    expect(await fill('keys', witness)).toContain('This is the key of a witness, and stands in the wrong field')
  })

  it('is refused unread where it is too large', async () => {
    await fill('keys', log.vkey)
    expect(await choose(' '.repeat(3_000_000))).toContain('it is longer than 1000000 octets')
  })
})

it('shows hostile text as text', async () => {
  const reply = `<img src=x onerror="document.title='taken'">\u202e`
  const key = Buffer.alloc(32, 7)
  const names = { recipient: 'ada@example.org', campaign: '<b>x</b>', domain: 'example.org', message: '00'.repeat(32), reply }
  const attempt = Object.fromEntries(Object.entries(names).map(([what, value]) => [what, commitWith(key, what, value)]))
  const one = await makeProvenLog({ attempt })
  await fill('keys', one.vkey)
  const says = await choose(changeOpening(one.receipt, { ...names, key: key.toString('base64url') }))
  expect(says).toMatch(/^Proven\n/)
  expect(says).toContain(`<img src=x onerror="document.title='taken'">\\u{202e}`)
  expect(await page.evaluate(`document.querySelectorAll('#outcome img, #outcome b').length`)).toBe(0)
})

it('can reach no network, even if its script wanted to', async () => {
  expect(await page.evaluate(`fetch('https://receipts.example/').then(() => 'reached', () => 'stopped')`)).toBe('stopped')
  expect(page.complaints.splice(0).join('\n')).toContain('Content Security Policy')
})
