import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { scan, softwares } from '../src/audit/index.ts'
import { type BenchResult, machine, spread } from './measure.ts'

const files = 100_000
const perFolder = 100
/** One file in so many has settings in it. */
const every = 50
const runs = 5

/** `sealpost audit` over a large tree, beside grep looking for the same marks in the same files. */
export async function benchAudit(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-bench-audit-'))
  try {
    const planted = plant(folder)
    const marks = listMarks()
    const seconds: number[] = []
    const grep: number[] = []
    // Once each for the page cache; then in turns, so that whatever else the machine does meets both.
    await timeGrep(folder, marks)
    await timeScan(folder, planted)
    for (let run = 0; run < runs; run++) {
      grep.push(await timeGrep(folder, marks))
      seconds.push(await timeScan(folder, planted))
    }
    return {
      name: 'audit',
      machine,
      runs,
      rates: {
        files: spread(seconds.map((each) => files / each)),
        grep: spread(grep.map((each) => files / each)),
        seconds: spread(seconds),
        // Of this process from its start, the planting of the tree included.
        peakMiB: spread([process.resourceUsage().maxRSS / 1024]),
      },
      ratios: { vs_grep: spread(seconds.map((each, run) => (grep[run] ?? 0) / each)) },
      notes: [
        `${files} files of 2 KiB, ${planted} of them with settings, ${softwares.length} programs; read from the page cache`,
        `the peer is grep -rlE with ${marks.split('|').length} marks; it finds files, and reads no settings`,
      ],
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const kinds = ['js', 'ts', 'php', 'py', 'rb', 'html', 'css', 'md', 'json', 'yml', 'txt', 'svg'] as const

/** @returns how many files have settings that must be found */
function plant(folder: string): number {
  const filler = 'const value = compute(left, right) // nothing that has to do with letters\n'.repeat(28)
  let planted = 0
  for (let index = 0; index < files; index++) {
    const place = join(folder, `area${index % 10}`, `part${Math.floor(index / perFolder)}`)
    if (index % perFolder < 10) mkdirSync(place, { recursive: true })
    const kind = kinds[index % kinds.length] ?? 'js'
    const mail = index % every === 0
    if (mail) planted++
    const settings = `${filler}const mailer = nodemailer.createTransport({ host: 'smtp.example.com', port: 587, secure: false })\n`
    writeFileSync(join(place, `file${index}.${mail ? 'js' : kind}`), mail ? settings : filler)
  }
  return planted
}

async function timeScan(folder: string, planted: number): Promise<number> {
  const start = performance.now()
  let found = 0
  for await (const event of scan([folder], { softwares, versions: new Map() })) {
    if (event.kind === 'setup' && event.found.software.id === 'nodemailer') found++
  }
  const seconds = (performance.now() - start) / 1000
  if (found !== planted) throw new Error(`${found} of ${planted} settings were found`)
  return seconds
}

function listMarks(): string {
  const marks = softwares.flatMap(({ places }) => places.flatMap((place) => (place.kind === 'file' ? (place.marks ?? []) : [])))
  return [...new Set(marks)].map((mark) => mark.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
}

async function timeGrep(folder: string, marks: string): Promise<number> {
  const start = performance.now()
  await promisify(execFile)('grep', ['-rlE', marks, folder], { maxBuffer: 1 << 26, env: { ...process.env, LC_ALL: 'C' } })
  return (performance.now() - start) / 1000
}
