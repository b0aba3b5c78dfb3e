import { z } from 'zod'
import { claims } from './claims.ts'
import { compliance } from './compliance.ts'
import { lane, nameMoved, rules } from './delivery.ts'
import { dkimDefault } from './dkim.ts'
import { durationSchema } from './duration.ts'
import { evidence } from './evidence.ts'
import { heldDefault } from './held.ts'
import { parseHostname, parseNameServer, parsedSchema, sourceMeta, sourceSchema } from './host.ts'
import { record } from './record.ts'
import { server } from './server.ts'
import { whole } from './whole.ts'
import { witness } from './witness.ts'

/** A duration with its default and what it is for; zod applies a `prefault` before it parses, a `default` after. */
function duration(fallback: string, about: string, least = '1s', most = '1d') {
  return durationSchema(least, most).prefault(fallback).meta({ title: 'duration', description: about })
}

function dnsName(fallback: string, about: string) {
  return z
    .string()
    .regex(/^(?:\.|[A-Za-z0-9_.-]{1,253})$/, { error: 'must be a name in the DNS, such as example.org' })
    .default(fallback)
    .meta({ title: 'name', description: about })
}

const dns = z
  .strictObject({
    servers: z
      .array(
        parsedSchema(
          parseNameServer,
          'must be the address of a DNS server, such as 192.0.2.1, "192.0.2.1:5353" or "[2001:db8::1]:53"',
        ),
      )
      .min(1)
      .max(10)
      .optional()
      .meta({
        title: 'list of addresses',
        description:
          'DNS servers to ask, in turn; otherwise those of /etc/resolv.conf. With a host name behind a # a server is asked over TLS (port 853), and only while its certificate is valid for that name: "192.0.2.1#dns.example.org". Where all shall travel encrypted, give each a name.',
        example: '["127.0.0.1"]',
      }),
    timeout: duration('5s', 'How long to wait for one answer.', '100ms', '1m'),
    tries: whole(3, 1, 10, 'How often to ask before the look-up counts as failed.'),
    trustAd: z.enum(['auto', 'yes', 'no']).default('auto').meta({
      description:
        'Whether to believe these servers when they say that an answer is secure (DNSSEC, the AD bit); DANE needs it. With yes, they must check signatures themselves and be reached over a path that nobody can tamper with. With auto, they are believed where /etc/resolv.conf says options trust-ad, or where all are on this machine and each shows that it checks: trustTest.',
    }),
    trustTest: z
      .strictObject({
        signed: dnsName('.', 'A name that is signed. Its SOA record must come with AD.'),
        broken: dnsName(
          'dnssec-failed.org',
          'A name whose signatures are broken on purpose. Its address must be refused (SERVFAIL), and be found when the server is asked not to check.',
        ),
      })
      .prefault({})
      .meta({ description: 'Names to ask a resolver on this machine for at the start, to see whether it checks signatures.' }),
  })
  .prefault({})
  .meta({ description: 'How names are looked up.' })

const tls = z
  .strictObject({
    ca: z.string().min(1).optional().meta({
      title: 'file',
      description: 'PEM file of certificate authorities to trust beside those of the system.',
      example: './authorities.pem',
    }),
    minVersion: z
      .enum(['TLSv1.2', 'TLSv1.3'])
      .default('TLSv1.2')
      .meta({ description: 'The oldest version of TLS that mail may travel over.' }),
  })
  .prefault({})
  .meta({ description: 'What an encrypted connection must be like.' })

const network = z
  .strictObject({
    allowPrivateAddresses: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether to connect to a private address that a domain names as its mail server.' }),
    port: whole(25, 1, 65_535, 'The port of the mail servers of recipients.'),
    source: sourceSchema.optional().meta(sourceMeta),
    ipv6: z.enum(['auto', 'off']).default('auto').meta({ description: 'Whether to use IPv6 where both sides have it.' }),
  })
  .prefault({})
  .meta({ description: 'Where connections go.' })

const policy = z
  .strictObject({
    mtaSts: z.boolean().default(true).meta({
      description:
        'Whether domains are asked for their MTA-STS policy (RFC 8461). DANE is asked for wherever the DNS servers are trusted (dns.trustAd).',
    }),
    port: whole(443, 1, 65_535, 'The port of MTA-STS policy hosts; another one is for tests.'),
  })
  .prefault({})
  .meta({ description: 'What the domains of recipients may demand by themselves.' })

// The defaults are the minima of RFC 5321 4.5.3.2, but for the connection itself, on which it says nothing.
const timeouts = z
  .strictObject({
    connect: duration('30s', 'Until the connection stands.'),
    greeting: duration('5m', 'For the first line of the server.'),
    command: duration('5m', 'For the reply to a command.'),
    data: duration('2m', 'For the reply to DATA.'),
    block: duration('3m', 'For a piece of the message to be taken.'),
    dot: duration('10m', 'For the reply to the end of the message. Shorter gives duplicates.'),
  })
  .prefault({})
  .meta({ description: 'How long to wait for a mail server.' })

const delivery = z
  .strictObject(
    {
      connections: whole(500, 1, 10_000, 'Connections at a time, in all.'),
      inFlight: whole(5_000, 1, 1_000_000, 'Messages taken from the queue and not settled, at a time.'),
      lane,
      rules,
      retry: z
        .array(durationSchema('1s', '7d'))
        .min(1)
        .max(100)
        .prefault(['5m', '15m', '1h', '2h', '3h'])
        .meta({ title: 'list of durations', description: 'How long to wait after each failed try; the last is repeated.' }),
      giveUp: duration('5d', 'When a message that could not be handed over has failed, counted from its first try.', '1s', '30d'),
      held: heldDefault,
      shutdown: duration('30s', 'How long SIGTERM waits for what is in flight.', '1s', '1h'),
      pipelining: z.enum(['across', 'within', 'none']).default('across').meta({
        description:
          'How much is said before the replies to it are awaited, with servers that offer PIPELINING (RFC 2920): across messages, within one, or nothing.',
      }),
      chunking: z.enum(['auto', 'never']).default('auto').meta({
        description: 'Whether messages are handed over with BDAT (RFC 3030) where a server offers CHUNKING.',
      }),
      timeouts,
    },
    { error: nameMoved },
  )
  .prefault({})
  .meta({ description: 'How messages are handed over.' })

/** What may stand in sealpost.yaml. */
export const settingsSchema = z
  .strictObject({
    data: z
      .string()
      .min(1)
      .default('./sealpost-data')
      .meta({ title: 'folder', description: 'The folder of the queue and the evidence.' }),
    hostname: parsedSchema(parseHostname, 'must be the full name of this host, such as mail.example.org').optional().meta({
      title: 'host name',
      description:
        'The name to greet mail servers with; the reverse DNS of your address should give it. Otherwise it is the name of this machine if that has a dot, else localhost.localdomain, which many servers refuse.',
      example: 'mail.example.org',
    }),
    dns,
    tls,
    network,
    policy,
    delivery,
    evidence,
    claims,
    record,
    compliance,
    dkim: dkimDefault,
    server,
    witness,
  })
  .meta({ title: 'Sealpost settings', description: 'sealpost.yaml' })
