import { z } from 'zod'
import { type DifferenceKind, differenceRegistry } from '../../esp/index.ts'
import { providerKinds } from '../../provider/index.ts'

/** Name these forms of the documents; a change that takes anything away or gives it another meaning raises the number. */
export const providersSchemaId = 'urn:sealpost:providers:1'
export const espCheckSchemaId = 'urn:sealpost:esp-check:1'

const endpoint = {
  host: z.string(),
  port: z.int(),
  protocol: z.enum(['smtp', 'imap', 'pop3']),
  security: z
    .enum(['starttls', 'optional', 'implicit'])
    .meta({ description: 'as documented; optional: STARTTLS for those who care to, and plaintext is taken as well' }),
  region: z.string().optional(),
  seen: z.boolean().meta({ description: 'a source names it; else it is inferred, or from memory' }),
}

const provider = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    kind: z.enum(providerKinds),
    endpoints: z.array(z.strictObject(endpoint)).meta({ description: 'empty where mail is handed in by an API alone' }),
    tls: z
      .strictObject({
        words: z.string().optional().meta({ description: 'absent where no claim was read' }),
        demanded: z.boolean().optional().meta({ description: 'nothing is taken without TLS; absent where that is not said' }),
        floor: z.string().optional().meta({ description: 'the oldest version of TLS that is taken' }),
        selfSigned: z.boolean().optional(),
      })
      .meta({ description: 'what the documentation says of TLS where mail is handed in' }),
    logins: z.array(z.string()).meta({ description: 'SASL mechanisms' }),
    spf: z.array(z.string()).meta({ description: 'what customers include in their SPF records' }),
    returnPaths: z.array(z.string()).meta({ description: 'domains that bounces come back to' }),
    outbound: z
      .strictObject({
        option: z.string(),
        values: z.array(z.string()),
        byDefault: z.string(),
        scope: z.string(),
        certificate: z.string().optional(),
        onFailure: z.string(),
      })
      .optional()
      .meta({ description: 'a switch for TLS towards recipients; absent where none is documented' }),
    domains: z.array(z.string()).optional().meta({ description: 'domains whose mailboxes are there' }),
    note: z.string().optional(),
    docs: z.string().optional(),
    sources: z.array(z.string()).meta({ description: 'where the facts were read; none is general knowledge' }),
    checkedOn: z.iso.date().meta({ description: 'the day on which the sources were read' }),
  })
  .meta({ id: 'provider' })

/** The document that `sealpost esp list --json` and `esp show --json` print. */
export const providersDocumentSchema = z.strictObject({
  schema: z.literal(providersSchemaId),
  software: z.string(),
  providers: z.array(provider),
})

// Object.keys forgets what the keys are.
const kinds = Object.keys(differenceRegistry) as [DifferenceKind, ...DifferenceKind[]]

const address = z.strictObject({
  address: z.string().optional().meta({ description: 'absent where the host has none' }),
  outcome: z.enum(['as-documented', 'differs', 'untested']),
  reach: z.strictObject({
    kind: z.enum(['reached', 'blocked', 'closed', 'silent', 'turned-away', 'handshake-refused', 'no-address', 'not-tried']),
    words: z.string(),
    next: z.string().optional(),
  }),
  answers: z
    .strictObject({
      starttls: z.enum(['offered', 'hidden', 'not-offered', 'unknown', 'not-asked']),
      authBeforeTls: z.enum(['none', 'password', 'challenge', 'unknown', 'not-asked']),
      plainMail: z.enum(['refused-530', 'log-in', 'refused', 'taken', 'unknown', 'not-asked']),
    })
    .meta({ description: 'the three questions; docs/esp.md says what the words mean' }),
  differences: z.array(
    z.strictObject({
      kind: z.enum(kinds),
      severity: z.enum(['high', 'medium', 'remark']),
      title: z.string(),
      documented: z.string(),
      seen: z.string(),
      why: z.string(),
      next: z.string(),
    }),
  ),
  verdict: z.string().meta({ description: 'as of sealpost check' }),
  cause: z.string(),
  words: z.string(),
  quote: z.string().optional().meta({ description: 'what the server wrote: hostile text, not escaped' }),
  version: z.string().optional().meta({ description: 'of TLS' }),
  findings: z.array(z.string()).meta({ description: 'rules of sealpost check that found something: docs/findings.md' }),
})

/** The document that `sealpost esp check --json` prints. */
export const espCheckDocumentSchema = z.strictObject({
  schema: z.literal(espCheckSchemaId),
  software: z.string(),
  writtenAt: z.string().meta({ description: 'ISO 8601' }),
  provider,
  endpoints: z.array(z.strictObject({ ...endpoint, addresses: z.array(address) })),
})

export type ProvidersDocument = z.infer<typeof providersDocumentSchema>
export type EspCheckDocument = z.infer<typeof espCheckDocumentSchema>

/** As JSON Schema (draft 2020-12), for `docs/schema/`. */
export function describeProvidersDocument(): Readonly<Record<string, unknown>> {
  return describe(providersDocumentSchema, {
    $id: providersSchemaId,
    title: 'Providers that mail is handed in to',
    description: 'The document of `sealpost esp list --json` and `sealpost esp show NAME --json`.',
  })
}

export function describeEspCheckDocument(): Readonly<Record<string, unknown>> {
  return describe(espCheckDocumentSchema, {
    $id: espCheckSchemaId,
    title: 'A provider beside its documentation',
    description: 'The document of `sealpost esp check NAME --json`.',
  })
}

function describe(schema: z.ZodType, about: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(schema)
  return { $schema, ...about, ...rest }
}
