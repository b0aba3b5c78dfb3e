import { z } from 'zod'
import { severities } from '../../check/index.ts'

/** Names this form of the document; a change that takes anything away or gives it another meaning raises the number. */
export const checkSchemaId = 'urn:sealpost:check:1'

const verdict = z
  .enum([
    'authenticated',
    'valid',
    'unauthenticated',
    'plaintext',
    'broken',
    'temporary',
    'refused',
    'unreachable',
    'no-mail',
    'not-tested',
  ])
  .meta({ id: 'verdict', description: 'What was not tested, refused or not reached is neither safe nor plaintext.' })

const grade = z.enum(['A', 'B', 'C', 'D', 'F', '–']).meta({ id: 'grade', description: '– where nothing can be said' })

const judgement = {
  verdict,
  cause: z.string().meta({ description: 'a stable word for programs' }),
  words: z.string().meta({ description: 'the same for people' }),
  quote: z.string().optional().meta({ description: 'what the server wrote: hostile text, not escaped' }),
}

const finding = z
  .strictObject({
    rule: z.string().meta({ description: 'see docs/findings.md' }),
    severity: z.enum(severities),
    title: z.string(),
    evidence: z.string().meta({ description: 'what was seen; control characters of the server are escaped' }),
    bytes: z.string().optional().meta({ description: 'octets that show it, in hex' }),
    why: z.string(),
    next: z.string(),
  })
  .meta({ id: 'finding' })

const certificate = z
  .strictObject({
    subject: z.string(),
    issuer: z.string(),
    commonName: z.string().optional(),
    names: z.array(z.string()),
    addresses: z.array(z.string()),
    notBefore: z.string(),
    notAfter: z.string(),
    serial: z.string().meta({ description: 'hex' }),
    sha256: z.string().meta({ description: 'of the certificate in DER, hex' }),
    spkiSha256: z.string().meta({ description: 'of its SubjectPublicKeyInfo, hex: as in a TLSA record 3 1 1' }),
    keyType: z.string(),
    keyBits: z.int().optional(),
    keyExponent: z.string().optional().meta({ description: 'of an RSA key, decimal' }),
    roca: z.boolean().meta({ description: 'a key that CVE-2017-15361 makes factorable' }),
    selfSigned: z.boolean(),
    signature: z
      .strictObject({ oid: z.string(), key: z.string(), hash: z.string().optional() })
      .optional()
      .meta({ description: 'with what its issuer signed it' }),
    authority: z.boolean().meta({ description: 'it may certify others' }),
    pathLength: z.int().optional(),
    keyUsage: z.array(z.string()).optional().meta({ description: 'absent for any use' }),
    extendedKeyUsage: z.array(z.string()).optional().meta({ description: 'OIDs; absent for any purpose' }),
    caIssuers: z.array(z.string()),
    ocsp: z.array(z.string()),
    crls: z.array(z.string()),
    mustStaple: z.boolean(),
    sctCount: z.int().meta({ description: 'timestamps of certificate transparency logs within it' }),
  })
  .meta({ id: 'certificate' })

const tls = z
  .strictObject({
    version: z.string(),
    cipher: z.string().meta({ description: 'the IANA name of the cipher suite' }),
    group: z.string().optional(),
    forwardSecrecy: z.boolean(),
    resumed: z.boolean(),
    servername: z.string().optional().meta({ description: 'sent as SNI' }),
    chain: z.array(certificate).meta({ description: 'leaf first' }),
    trustError: z.string().optional().meta({ description: 'why the chain leads to no trusted authority' }),
    sent: z.int().optional().meta({ description: 'how many certificates the server sent; absent where that was not seen' }),
    staple: z.string().optional().meta({ description: 'what became of the OCSP answer; absent where that was not seen' }),
    clientCertificate: z.boolean().optional().meta({ description: 'the server asked for a client certificate' }),
    retries: z.int().optional().meta({ description: 'HelloRetryRequests before the ServerHello' }),
  })
  .meta({ id: 'tls', description: 'The connection that the verdict rests on.' })

const survey = z
  .strictObject({
    versions: z.array(
      z.strictObject({
        version: z.string(),
        accepted: z.boolean().optional().meta({ description: 'absent where it is not known' }),
      }),
    ),
    suites: z.array(
      z.strictObject({
        version: z.string(),
        order: z.enum(['server', 'client', 'unknown']).meta({ description: 'whose order decides' }),
        suites: z.array(
          z.strictObject({
            id: z.string(),
            name: z.string(),
            openssl: z.string().optional(),
            bits: z.int(),
            strength: z.enum(['good', 'weak', 'broken']),
          }),
        ),
        complete: z.boolean().meta({ description: 'false where there may be more' }),
      }),
    ),
    groups: z.array(
      z.strictObject({
        version: z.string(),
        groups: z.array(z.strictObject({ id: z.string(), name: z.string() })),
        complete: z.boolean().meta({ description: 'false where there may be more' }),
      }),
    ),
    dh: z.array(z.strictObject({ bits: z.int(), name: z.string().optional() })),
    certificates: z.array(z.strictObject({ keyType: z.string(), chain: z.array(certificate), sni: z.boolean() })),
    schemes: z.array(z.string()).meta({ description: 'signature schemes that key exchanges were signed with' }),
    extensions: z.record(z.string(), z.boolean().optional()),
  })
  .meta({ id: 'survey', description: 'All that the server can do, where a deep check asked for it.' })

const level = z.enum(['opportunistic', 'encrypted', 'valid', 'authenticated'])

const dane = z
  .strictObject({
    kind: z
      .enum(['not-asked', 'not-tested', 'none', 'failed', 'unusable', 'usable'])
      .meta({ description: '`not-tested`: no resolver could be trusted, there may be records' }),
    words: z.string(),
    mxSecure: z.boolean().meta({ description: "the domain's MX records are signed with DNSSEC" }),
    baseDomain: z.string().optional().meta({ description: 'the records stand at `_25._tcp.` below it' }),
    records: z
      .array(z.strictObject({ usage: z.int(), selector: z.int(), matchingType: z.int(), data: z.string() }))
      .meta({ description: 'TLSA records that can be used; data in hex' }),
    match: z.enum(['matched', 'failed']).optional().meta({ description: 'absent where nothing was held against them' }),
    matchWords: z.string().optional(),
  })
  .meta({ id: 'dane' })

const demand = z
  .strictObject({
    kind: z.enum(['use', 'pass-over']).meta({ description: '`pass-over`: no mail may go to this host' }),
    level: level.optional().meta({ description: 'the least that DANE and MTA-STS let a sender do with' }),
    voucher: z.enum(['user', 'dane', 'sts', 'dns']).optional().meta({ description: 'who vouches for the name; `dns` is nobody' }),
    met: z.boolean().optional().meta({ description: 'false where mail is held for it; absent where it could not be told' }),
    reason: z.string(),
    steps: z.array(
      z.strictObject({
        about: z.enum(['sender', 'dane', 'mta-sts', 'memory', 'requiretls', 'tls-required']),
        words: z.string(),
      }),
    ),
  })
  .meta({ id: 'demand', description: 'What the domain demands of its senders at this host, whatever they ask themselves.' })

const mtaSts = z
  .strictObject({
    kind: z.enum(['policy', 'none', 'failed']).meta({ description: '`failed`: there may be one' }),
    cause: z.string().optional().meta({ description: 'why none rules, a stable word for programs' }),
    policy: z
      .strictObject({
        mode: z.enum(['enforce', 'testing', 'none']),
        mx: z.array(z.string()),
        maxAge: z.int().meta({ description: 'seconds' }),
        id: z.string().meta({ description: 'of the record that led to it' }),
        source: z.enum(['fetched', 'cache']),
        fetchedAt: z.string().meta({ description: 'ISO 8601' }),
        expiresAt: z.string().meta({ description: 'ISO 8601' }),
      })
      .optional(),
    words: z.string(),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'mtaSts', description: 'RFC 8461' })

const tlsRpt = z
  .strictObject({
    kind: z.enum(['record', 'none', 'several', 'malformed', 'temporary']),
    rua: z.array(z.string()).meta({ description: 'where reports go' }),
    words: z.string(),
    problems: z.array(z.string()),
  })
  .meta({ id: 'tlsRpt', description: 'RFC 8460' })

const host = z
  .strictObject({
    mx: z.string(),
    preference: z.int().optional(),
    address: z.string().optional().meta({ description: 'absent where the host has none, or was not tried' }),
    port: z.int(),
    protocol: z.enum(['smtp', 'lmtp', 'imap', 'pop3', 'sieve']),
    security: z.enum(['starttls', 'implicit']),
    ...judgement,
    grade,
    dane: dane.optional().meta({ description: 'absent where no domain led to the host' }),
    listed: z.boolean().optional().meta({ description: "the domain's MTA-STS policy names the host; absent without a policy" }),
    demand: demand.optional(),
    findings: z.array(finding),
    tls: tls.optional(),
    connections: z.strictObject({ survey: z.int(), probes: z.int() }).meta({ description: 'how many were opened' }),
    notTested: z
      .array(z.strictObject({ rule: z.string(), title: z.string(), why: z.string() }))
      .meta({ description: 'weaknesses that were not looked for: neither safe nor unsafe' }),
    passed: z.array(z.string()).meta({ description: 'rules that were tested and found nothing' }),
    survey: survey.optional(),
    resumption: z
      .array(
        z.strictObject({
          version: z.string(),
          ticket: z.boolean(),
          resumed: z.boolean().optional().meta({ description: 'absent where it could not be told' }),
          earlyData: z.int().meta({ description: 'octets taken before the handshake has ended' }),
        }),
      )
      .meta({ description: 'how clients come back to a session; empty where it was not tried' }),
    stopped: z.string().optional().meta({ description: 'why not everything was asked; absent where it was' }),
    transcripts: z
      .array(
        z.array(
          z.strictObject({
            at: z.number().meta({ description: 'milliseconds since the connection was asked for' }),
            from: z.enum(['client', 'server', 'note']),
            text: z.string().meta({ description: 'as it was on the wire: hostile text, not escaped' }),
          }),
        ),
      )
      .meta({ description: 'connections that the verdict rests on, and those that came to no good end' }),
  })
  .meta({ id: 'host' })

/** What is published of one target; a line of JSON Lines holds one. */
export const checkResultSchema = z
  .strictObject({
    target: z.string(),
    domain: z.string().optional(),
    ...judgement,
    best: verdict.optional().meta({ description: 'the verdict on the best host; `verdict` is that on the worst' }),
    grade,
    findings: z.array(finding).meta({ description: 'on the domain as a whole; those on a host stand there' }),
    hosts: z.array(host),
    mtaSts: mtaSts.optional().meta({ description: 'absent where it was not asked' }),
    tlsRpt: tlsRpt.optional().meta({ description: 'absent where it was not asked' }),
    providers: z
      .array(
        z.strictObject({
          id: z.string().meta({ description: 'see docs/providers.md' }),
          name: z.string(),
          kind: z.enum(['esp', 'marketing', 'relay', 'mailbox']),
          by: z.enum(['host', 'mx', 'spf']).meta({ description: 'what kind of name gave it away' }),
          evidence: z.string().meta({ description: 'that name' }),
        }),
      )
      .meta({ description: 'who runs the servers (host, mx) and who sends for the domain (spf), as far as names tell' }),
    checkedAt: z.string().meta({ description: 'ISO 8601' }),
  })
  .meta({ id: 'result' })

/** The document that `--format json` prints. */
export const checkDocumentSchema = z.strictObject({
  schema: z.literal(checkSchemaId),
  software: z.string(),
  level: level.meta({ description: 'what was demanded' }),
  results: z.array(checkResultSchema),
})

export type CheckDocument = z.infer<typeof checkDocumentSchema>
export type PublishedResult = z.infer<typeof checkResultSchema>

/** The schema of the document as JSON Schema (draft 2020-12), for `docs/schema/check.schema.json`. */
export function describeCheckDocument(): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(checkDocumentSchema)
  return {
    $schema,
    $id: checkSchemaId,
    title: 'What sealpost check found',
    description: 'The document of `sealpost check --format json`. A line of `--format jsonl` is a `result`.',
    ...rest,
  }
}
