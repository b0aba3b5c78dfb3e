/** The page itself: takes what is dropped, asks the verifier, shows what comes of it. Texts are shown as texts, never as HTML. */
import { visible } from '../../src/escape.ts'
import { failures } from '../../src/evidence/verify/failure.ts'
import { parseKey } from '../../src/evidence/verify/key.ts'
import { verifyReceipt } from '../../src/evidence/verify/receipt.ts'
import { judgeReceiptTimestamps } from '../../src/evidence/verify/receiptTimestamps.ts'
import { printHex } from '../../src/evidence/verify/text.ts'
import { readTimestampAuthorities } from '../../src/evidence/verify/timestamp.ts'
import { wasSeenEncrypted, listFacts, listGround, tellAttempt, tellSession, tellVerdict } from './words.js'

const find = (id) => document.getElementById(id)
/** The octets of the receipt, once there is one. */
let receipt
/** Counts what was asked for: an answer to an earlier question is not shown. */
let asked = 0
/** Counts the files that were chosen. */
let taken = 0

function make(name, content, className) {
  const element = document.createElement(name)
  if (className !== undefined) element.className = className
  element.append(...(Array.isArray(content) ? content : [visible(String(content), 2000)]))
  return element
}

function makeList(rows) {
  const shown = rows.filter(([, value]) => value !== null && value !== undefined)
  return make(
    'dl',
    shown.flatMap(([name, value]) => [make('dt', name), make('dd', value)]),
  )
}

function show(tone, title, lines, more = []) {
  const box = make('div', [make('strong', title), ...lines.map((line) => make('p', line))], `result ${tone}`)
  find('outcome').replaceChildren(box, ...more)
  find('outcome').hidden = false
}

const linesOf = (id) =>
  find(id)
    .value.split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** What is trusted, or which line is none. */
async function readTrust() {
  const keys = []
  const cosigners = []
  for (const [id, list] of [
    ['keys', keys],
    ['witnesses', cosigners],
  ]) {
    for (const line of linesOf(id)) {
      const key = await parseKey(line)
      if (key === undefined) return { wrong: `This is not a key: ${line}` }
      if (key.type !== (list === keys ? 'note' : 'cosignature')) {
        return { wrong: `This is the key of a ${list === keys ? 'witness' : 'log'}, and stands in the wrong field: ${line}` }
      }
      list.push(key)
    }
  }
  const held = []
  for (const line of linesOf('held')) {
    const [, size, root] = /^(\d{1,16}):([0-9a-fA-F]{64})$/.exec(line) ?? []
    if (root === undefined) return { wrong: `This is not SIZE:ROOT: ${line}` }
    held.push({ size: Number(size), root: Uint8Array.from(root.match(/../g), (pair) => Number.parseInt(pair, 16)) })
  }
  const pem = find('authorities').value.trim()
  const authorities = pem === '' ? undefined : readTimestampAuthorities(pem)
  if (pem !== '' && authorities === undefined)
    return { wrong: 'These are not certificates in PEM, or one of them cannot be read.' }
  return { keys, cosigners, held, authorities, quorum: Number(find('quorum').value) }
}

async function verifyShown() {
  asked += 1
  const own = asked
  // What stands there is said of another file, or by other keys.
  find('outcome').hidden = true
  const answer = await judge().catch((error) => ['', 'Not checked', [`The page did not finish: ${String(error)}`]])
  if (own === asked) show(...answer)
}

async function judge() {
  if (receipt === undefined) return ['', 'Not checked', ['There is no receipt yet.']]
  if (crypto.subtle === undefined)
    return [
      '',
      'Not checked',
      ['The browser gives this page no cryptography. Open it from a file on this computer, or over https.'],
    ]
  const trust = await readTrust()
  if (trust.wrong !== undefined) return ['', 'Not checked', [trust.wrong]]
  if (trust.keys.length === 0) return ['', 'Not checked', ['Say which key you trust: without one, a receipt proves nothing.']]
  let judged
  let stamps = []
  try {
    judged = await verifyReceipt(receipt, trust)
    if (judged.kind !== 'failed') stamps = await judgeReceiptTimestamps(judged, trust.authorities)
  } catch (error) {
    const old = error instanceof DOMException && error.name === 'NotSupportedError'
    const why = old
      ? 'This browser cannot verify Ed25519 signatures. A newer one can: Chromium 137, Firefox 129, Safari 17.'
      : `The browser did not finish the check: ${String(error)}`
    return ['', 'Not checked', [why]]
  }
  if (judged.kind === 'failed') {
    return [
      'bad',
      `Not proven: ${judged.failure}`,
      [failures[judged.failure], `Seen at ${judged.where}: ${judged.why}.`, 'Nothing that the receipt says is proven.'],
    ]
  }
  return [
    wasSeenEncrypted(judged, stamps) ? 'good' : '',
    tellVerdict(judged, stamps),
    [tellAttempt(judged), tellSession(judged)],
    [
      make('h3', 'What was recorded'),
      makeList(listFacts(judged)),
      make('h3', 'Where it stands'),
      makeList(listGround(judged, printHex(judged.checkpoint.root), stamps)),
      make(
        'p',
        'The sender recorded this, and it was not changed since the log was signed with this root. The time is the one that the sender wrote down; a witness or a time-stamp shows that it was not later than theirs.',
        'soft',
      ),
    ],
  ]
}

async function take(file) {
  if (file === undefined) return
  taken += 1
  const own = taken
  find('name').textContent = visible(file.name, 200)
  find('outcome').hidden = true
  receipt = undefined
  // More than a receipt may have need not be read to be refused.
  const octets = await file
    .slice(0, 1_000_001)
    .arrayBuffer()
    .catch(() => undefined)
  if (own !== taken) return
  if (octets === undefined) {
    asked += 1
    show('', 'Not checked', ['The file cannot be read: it may be a folder, or was changed since it was chosen. Choose it again.'])
    return
  }
  receipt = new Uint8Array(octets)
  await verifyShown()
}

// The same file may be chosen again after it was changed.
find('file').addEventListener('click', () => (find('file').value = ''))
find('file').addEventListener('change', () => void take(find('file').files[0]))
for (const id of ['keys', 'witnesses', 'quorum', 'held', 'authorities'])
  find(id).addEventListener('input', () => void verifyShown())
for (const name of ['dragover', 'drop']) document.addEventListener(name, (event) => event.preventDefault())
document.addEventListener('dragover', () => find('drop').classList.add('over'))
for (const name of ['dragleave', 'drop']) document.addEventListener(name, () => find('drop').classList.remove('over'))
document.addEventListener('drop', (event) => void take(event.dataTransfer.files[0]))
