import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SealpostError, systemError } from '../errors.ts'
import { settingsExample } from '../settings/index.ts'

const campaign = `# A campaign: who gets what, and how safely it must travel. Paths start from the folder of this file.

# What queue, evidence and reports call it. A campaign that was sent keeps its name.
name: example-2026-11

# The recipients, in CSV. A column named email holds the addresses; otherwise name it here.
list: ./list.csv
# addressColumn: email

# The sender that people see, and where answers go if not there.
from: Example Shop <news@example.org>
# replyTo: help@example.org

# Who sends, for the check that the message says so.
# identity:
#   name: Example Shop
#   address: 1 Example Street, 12345 Example Town

# The message. {{ name }} stands for the column "name" of the list; {{ email }} is always the recipient's address.
subject: "{{ name | default: 'Hello' }}, our news of November"
text: ./message.txt
html: ./message.html

# A link and a button to leave with, for each recipient ({{ unsubscribe_url }} in text and HTML); sealpost serve answers
# them at server.baseUrl of sealpost.yaml.
# unsubscribe: { list: news }

# Whether clicks and openings are counted, the same way; docs/tracking.md says what the law asks first.
# tracking: { clicks: true, opens: true }

# Further headers.
# headers:
#   X-Campaign: example

# What each connection must be like before a message goes over it; until then the message waits.
#   encrypted      TLS, whatever the certificate
#   valid          TLS, and the certificate is right for the mail server's name
#   authenticated  as valid, and the mail server's name itself comes from a source that can be trusted
#   opportunistic  encrypted if the server offers it, else in the clear
level: encrypted

# Stricter levels for the recipients of single domains.
# domains:
#   bank.example: valid

# Messages go to the mail servers of their recipients (direct), or all to one host that sends them on.
# The password itself never stands here: name the environment variable or the file that holds it.
# route:
#   relay: smtp.example.com
#   port: 587
#   security: starttls
#   auth:
#     user: shop
#     passwordEnv: SMTP_PASSWORD
route: direct

# When the first message is due, and how quickly the whole campaign goes out.
# at: "2026-12-01 09:00 Europe/Berlin"
# pace: { perHour: 20000, window: "08:00-20:00 Europe/Berlin", days: mon-fri }
`

const list = `email,name,city
ada@example.com,Ada Lovelace,London
grace@example.net,Grace Hopper,"Arlington, Virginia"
info@example.org,,
`

const text = `Hello {{ name | default: "friend" }},

this is our news of November.{% if city != "" %} We will be in {{ city }} soon.{% endif %}

Example Shop, 1 Example Street, 12345 Example Town
You get this because {{ email }} asked for our news. To leave, answer with "unsubscribe".
`

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Our news of November</title>
  </head>
  <body style="font-family: sans-serif">
    <p>Hello {{ name | default: "friend" }},</p>
    <p>this is our news of November.{% if city != "" %} We will be in {{ city }} soon.{% endif %}</p>
    <p><small>
      Example Shop, 1 Example Street, 12345 Example Town<br>
      You get this because {{ email }} asked for our news.
      <a href="mailto:news@example.org?subject=unsubscribe">Unsubscribe</a>
    </small></p>
  </body>
</html>
`

/**
 * Writes a set of files to start from into `folder`, which is made if need be: settings, campaign, list, templates.
 * Writes all of them or none, and never over a file that is there.
 *
 * @returns the paths of the files
 * @throws SealpostError SP_FILE_EXISTS naming the file, SP_FILE_UNWRITABLE, SP_DISK_FULL
 */
export async function writeExamples(folder: string): Promise<readonly string[]> {
  const files = Object.entries({
    'sealpost.yaml': settingsExample(),
    'campaign.yaml': campaign,
    'list.csv': list,
    'message.txt': text,
    'message.html': html,
  }).map(([name, content]) => ({ path: join(folder, name), content }))
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw systemError(error, folder, 'SP_FILE_UNWRITABLE')
  }
  for (const { path } of files) if (await exists(path)) throw new SealpostError('SP_FILE_EXISTS', { where: path })
  const written: string[] = []
  for (const { path, content } of files) {
    try {
      await writeFile(path, content, { flag: 'wx' })
      written.push(path)
    } catch (error) {
      // Half a set of files would stand in the way of the next try. One that someone else just made stays.
      const ours = error instanceof Error && 'code' in error && error.code === 'EEXIST' ? written : [...written, path]
      for (const done of ours) await rm(done, { force: true })
      throw systemError(error, path, 'SP_FILE_UNWRITABLE')
    }
  }
  return written
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw systemError(error, path, 'SP_FILE_UNWRITABLE')
  }
}
