import { mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { formats } from '../format/index.ts'
import { judge } from '../judge.ts'
import { findSetups } from '../setup.ts'
import { django } from '../software/django.ts'
import { ghost } from '../software/ghost.ts'
import { laravel } from '../software/laravel.ts'
import { nodemailer } from '../software/nodemailer.ts'
import { springBoot } from '../software/spring-boot.ts'
import type { Software } from '../software.ts'
import { describeEdits } from './diff.ts'
import { planMends } from './plan.ts'
import { writeMended } from './write.ts'

/** The plans for the one setup of a text, by the software's first place. */
function planFor(software: Software, text: string, version?: string) {
  const [place] = software.places
  if (place?.kind !== 'file') throw new Error('the first place is no file')
  const format = formats[place.format]
  const document = format.read(text)
  const setups = place.find ? place.find(document) : findSetups(document, place)
  expect(setups).toHaveLength(1)
  const [setup] = setups
  if (!setup) throw new Error('no setup')
  const judged = judge(software, new Map(Object.entries(setup.entries)), version, undefined)
  const plans = planMends({ software, place, format, document, setup, version, environment: undefined }, judged)
  return { document, plans }
}

describe('a mend', () => {
  it('keeps comments, order and quotes, and puts a new entry beside the others', () => {
    const text = `const t = nodemailer.createTransport({
  host: 'smtp.example.com', // the relay
  port: 587,
  /* upgraded later */ secure: false,
})
`
    const { plans, document } = planFor(nodemailer, text)
    expect(plans[0]).toMatchObject({ security: 'starttls', before: 'opportunistic', after: 'required-verified', port: 587 })
    expect(plans[0]?.text).toBe(text.replace('secure: false,', 'secure: false, requireTLS: true,'))
    expect(describeEdits(document, plans[0]?.edits ?? [])).toEqual([
      {
        line: 4,
        before: ['  /* upgraded later */ secure: false,'],
        after: ['  /* upgraded later */ secure: false, requireTLS: true,'],
      },
    ])
  })

  it.each([
    ['with a comma', 'secure: false, // later', 'secure: false, // later\n  requireTLS: true,'],
    ['without', 'secure: false // later', 'requireTLS: true,\n  secure: false // later'],
    ['of a block', 'secure: false /* later */', 'requireTLS: true,\n  secure: false /* later */'],
  ])('leaves a comment at the end of a line with what it is about, %s', (_, before, after) => {
    const text = `nodemailer.createTransport({\n  host: 'h',\n  ${before}\n})\n`
    expect(planFor(nodemailer, text).plans[0]?.text).toBe(text.replace(before, after))
  })

  it('asks for TLS from the first octet where the port is 465', () => {
    const text = "nodemailer.createTransport({ host: 'h.example', port: 465, secure: false })"
    const { plans } = planFor(nodemailer, text)
    expect(plans[0]).toMatchObject({ security: 'implicit', after: 'implicit-verified', port: 465 })
    expect(plans[1]).toMatchObject({ security: 'starttls', port: 587 })
    expect(plans[1]?.text).toContain('port: 587')
  })

  it('offers first what lifts the verdict most, whatever the port', () => {
    const text = 'MAIL_MAILER=smtp\nMAIL_HOST=h.example\nMAIL_PORT=25\nMAIL_ENCRYPTION=null\n'
    const place = laravel.places.find(({ kind }) => kind === 'environment')
    if (place?.kind !== 'environment') throw new Error('no environment')
    const document = formats.env.read(text)
    const [setup] = findSetups(document, place)
    if (!setup) throw new Error('no setup')
    const judged = judge(laravel, new Map(Object.entries(setup.entries)), undefined, undefined)
    const subject = { software: laravel, place, format: formats.env, document, setup, version: undefined, environment: undefined }
    // Up to Laravel 8 MAIL_ENCRYPTION=tls is enough; since 9 it is opportunistic, and the version is not known.
    const afters = planMends(subject, judged).map(({ after }) => after)
    expect([afters[0], afters.at(-1)]).toEqual(['implicit-verified', 'opportunistic'])
  })

  it('is none where it lifts nothing', () => {
    expect(planFor(nodemailer, "nodemailer.createTransport({ host: 'h', port: 465, secure: true })").plans).toEqual([])
    // STARTTLS with any certificate is the most that this Django does.
    expect(planFor(django, 'EMAIL_HOST = "h"\nEMAIL_USE_TLS = True\n', '3.2').plans).toEqual([])
  })

  it('is none where the setting is worked out at run time', () => {
    expect(planFor(django, 'EMAIL_HOST = "h"\nEMAIL_USE_TLS = bool(DEBUG)\n', '5.0').plans).toEqual([])
  })

  it('shows no secret of the lines that it changes', () => {
    const text = '{"mail":{"options":{"host":"h","secure":false,"auth":{"user":"ann","pass":"hunter2 \\"x"}}}}\n'
    const { plans, document } = planFor(ghost, text)
    const shown = JSON.stringify(describeEdits(document, plans[0]?.edits ?? []))
    expect(plans[0]?.text).toContain('hunter2')
    expect(shown).toContain('requireTLS')
    expect(shown).not.toContain('hunter2')
  })

  it('shows the change where a secret is as short as a part of it', () => {
    const text = "nodemailer.createTransport({ host: 'h', auth: { user: 'e', pass: 'e' }, secure: false })"
    const { plans, document } = planFor(nodemailer, text)
    expect(describeEdits(document, plans[0]?.edits ?? [])[0]?.after[0]).toContain('secure: false, requireTLS: true')
  })

  it('shows no second half of a secret of several lines', () => {
    const text = "nodemailer.createTransport({ auth: { pass: `hun\nter2` }, host: 'h', port: 25 })"
    const { plans, document } = planFor(nodemailer, text)
    expect(plans[0]?.text).toContain('ter2`')
    expect(JSON.stringify(describeEdits(document, plans[0]?.edits ?? []))).not.toContain('ter2')
  })

  it('writes a switch as YAML has it, without quotes', () => {
    const text =
      'spring:\n  mail:\n    host: h\n    properties:\n      mail:\n        smtp:\n          starttls:\n            enable: true\n'
    const place = springBoot.places.find((each) => each.kind === 'file' && each.format === 'yaml')
    if (!place) throw new Error('no YAML')
    expect(planFor({ ...springBoot, places: [place] }, text, '3.3').plans[0]?.text).toContain('            required: true\n')
  })

  it('keeps lines that end in CR LF', () => {
    const { plans } = planFor(django, 'EMAIL_HOST = "h"\r\nEMAIL_PORT = 587\r\n', '5.0')
    expect(plans[0]?.text).toBe('EMAIL_HOST = "h"\r\nEMAIL_PORT = 587\r\nEMAIL_USE_TLS = True\r\n')
  })
})

describe('writing a mend', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sealpost-mend-'))
  })
  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  it('keeps the old file beside the new one, with its mode, and leaves nothing else', async () => {
    const path = join(folder, 'settings.py')
    await writeFile(path, 'old', { mode: 0o640 })
    expect(await writeMended(path, 'old', 'new')).toBe(`${path}.bak`)
    expect(await writeMended(path, 'new', 'newer')).toBe(`${path}.bak.1`)
    expect(await readFile(path, 'utf8')).toBe('newer')
    expect(await readFile(`${path}.bak`, 'utf8')).toBe('old')
    expect((await stat(path)).mode & 0o777).toBe(0o640)
    expect((await readdir(folder)).toSorted()).toEqual(['settings.py', 'settings.py.bak', 'settings.py.bak.1'])
  })

  it('keeps a file that a web server holds back under a name that nobody guesses', async () => {
    const path = join(folder, 'wp-config.php')
    await writeFile(path, 'old')
    const backup = await writeMended(path, 'old', 'new')
    expect(backup).toMatch(/\/wp-config\.php\.[\da-f]{16}\.bak$/)
    expect(await readFile(backup, 'utf8')).toBe('old')
  })

  it('keeps the old file once, however many setups of it are mended', async () => {
    const path = join(folder, 'settings.py')
    await writeFile(path, 'old')
    const backup = await writeMended(path, 'old', 'new')
    expect(await writeMended(path, 'new', 'newer', 'utf-8', backup)).toBe(backup)
    expect(await readFile(backup, 'utf8')).toBe('old')
    expect((await readdir(folder)).toSorted()).toEqual(['settings.py', 'settings.py.bak'])
  })

  it('leaves a file alone that was changed meanwhile', async () => {
    const path = join(folder, 'settings.py')
    await writeFile(path, 'changed')
    await expect(writeMended(path, 'old', 'new')).rejects.toMatchObject({ code: 'SP_FILE_CHANGED' })
    expect(await readFile(path, 'utf8')).toBe('changed')
    expect(await readdir(folder)).toEqual(['settings.py'])
  })

  it('writes through a link to the file itself', async () => {
    const path = join(folder, 'real.py')
    await writeFile(path, 'old')
    await symlink(path, join(folder, 'link.py'))
    await writeMended(join(folder, 'link.py'), 'old', 'new')
    expect(await readFile(path, 'utf8')).toBe('new')
    expect((await readdir(folder)).toSorted()).toEqual(['link.py', 'real.py', 'real.py.bak'])
  })
})
