import type { World } from '../world/index.ts'

/** The settings with which the demo's world is the whole Internet. */
export function settingsFile(world: World): string {
  return `# Written by sealpost demo: the addresses below are those of its mail world.
data: ./data
hostname: sender.example
dns:
  servers: ["${world.dns.host}:${world.dns.port}"]
  timeout: 2s
  tries: 1
tls:
  ca: ./authority.pem
network:
  # The world lives on loopback, and without root it cannot have port 25.
  allowPrivateAddresses: true
  port: ${world.port}
delivery:
  timeouts: { greeting: 10s, command: 10s }
`
}

export const campaignFile = `name: spring-2026
list: ./list.csv
from: Example Shop <news@shop.example>
subject: "Spring is here, {{ name }}"
text: ./message.txt
html: ./message.html

# Each message travels encrypted, or waits.
level: encrypted
# This one destination must also show a certificate that is right for its name.
domains:
  wrongname.test: valid
`

export const messageText = `Hello {{ name }},

our spring offers are ready for you, customer {{ customer }}.

Example Shop, 1 Example Street, Example Town
You get this because you asked for our news. To leave, answer with "unsubscribe".
`

export const messageHtml = `<!doctype html>
<html>
  <body>
    <p>Hello {{ name }},</p>
    <p>our <b>spring offers</b> are ready for you, customer {{ customer }}.</p>
    <p><small>Example Shop, 1 Example Street, Example Town<br>
    You get this because you asked for our news. To leave, answer with "unsubscribe".</small></p>
  </body>
</html>
`

/** Of a hundred recipients, how many are at each domain; what is left is at the first. */
const shares: Readonly<Record<string, number>> = {
  'selfsigned.test': 6,
  'expired.test': 6,
  'wrongname.test': 6,
  'plain.test': 12,
  'stripped.test': 10,
  'busy.test': 6,
  'refusing.test': 6,
  'injected.test': 8,
  'implicit.test': 4,
}

const names = ['Ada', 'Björn', 'Chloé', 'Dmitri', 'Élodie', 'Farid', 'Grace', 'Hana', 'Íñigo', '王芳']

/** A list of 1,000 recipients over these domains. */
export function listFile(domains: readonly string[]): string {
  const [first = 'valid.test', ...others] = domains
  const of100 = others.flatMap((domain) => Array.from({ length: shares[domain] ?? 0 }, () => domain))
  const rows = Array.from({ length: 1000 }, (_, index) => {
    // Spread over the list as they would be in life: 37 and 100 have no common factor.
    const domain = of100[(index * 37) % 100] ?? first
    return `${names[index % names.length]},person${index + 1}@${domain},${10_000 + index}`
  })
  return `name,email,customer\n${rows.join('\n')}\n`
}
