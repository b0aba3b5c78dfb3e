import { BlockList, isIP } from 'node:net'
import { z } from 'zod'
import { parseEndpoint, parsedSchema } from './host.ts'

/** Where links lead: a scheme and a host, without a path. */
function parseBaseUrl(text: string): string | undefined {
  const url = URL.parse(text)
  const fine = url && ['https:', 'http:'].includes(url.protocol) && url.href === `${url.origin}/` && text.length <= 200
  return fine ? url.origin : undefined
}

/** An address, or a network such as 10.0.0.0/8. */
function parseNetwork(text: string): string | undefined {
  const [address = '', length, more] = text.split('/')
  const bits = isIP(address) === 6 ? 128 : 32
  if (!isIP(address) || more !== undefined) return undefined
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits) ? text : undefined
}

/** Those addresses, ready to be asked. */
export function listNetworks(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', length] = network.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (length === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(length), family)
  }
  return list
}

/** Languages that there are pages in. */
export const pageLanguages = ['en', 'de', 'es', 'fr', 'it', 'nl', 'pl', 'pt'] as const

/** `sealpost serve`, and the links that lead to it. */
export const server = z
  .strictObject({
    baseUrl: parsedSchema(parseBaseUrl, 'must be https:// and a host, without a path, such as https://news.example.org')
      .optional()
      .meta({
        title: 'URL',
        description:
          'What links in messages begin with. sealpost serve must be reached there from everywhere, and for as long as the messages lie in mailboxes.',
        example: 'https://news.example.org',
      }),
    listen: parsedSchema(
      (text) => parseEndpoint(text, 8025),
      'must be an address and a port, such as 127.0.0.1:8025 or "[::]:443"',
    )
      .prefault('127.0.0.1:8025')
      .meta({ title: 'address:port', description: 'Where sealpost serve listens.' }),
    cert: z.string().min(1).optional().meta({
      title: 'file',
      description: 'PEM file of its certificate and those above it; with key. Without, it speaks HTTP to a proxy that has one.',
      example: './fullchain.pem',
    }),
    key: z
      .string()
      .min(1)
      .optional()
      .meta({ title: 'file', description: 'PEM file of the private key.', example: './privkey.pem' }),
    allowHttp: z.boolean().default(false).meta({
      description:
        'Whether it may speak HTTP on other addresses than those of this machine: where a proxy reaches it over a network of its own.',
    }),
    language: z.enum(pageLanguages).default('en').meta({
      description: "The language of its pages for a reader whose browser asks for none of these; else it is the reader's own.",
    }),
    trustedProxies: z
      .array(parsedSchema(parseNetwork, 'must be an address, or a network such as 10.0.0.0/8'))
      .max(100)
      .prefault([])
      .meta({
        title: 'list of addresses',
        description: 'Proxies whose X-Forwarded-For is believed; nobody else can say for whom he asks.',
        example: '["127.0.0.1"]',
      }),
  })
  .refine((entries) => (entries.cert === undefined) === (entries.key === undefined), { error: 'needs cert and key, or neither' })
  .prefault({})
  .meta({ description: 'Links in messages, and sealpost serve, which answers them.' })
