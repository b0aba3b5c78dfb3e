import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** How the certificate of a time-stamping authority is made; each may be otherwise in a test. */
interface AuthorityTerms {
  /** As `openssl genpkey` has it. */
  readonly key?: readonly string[]
  readonly purposes?: string
  /** Of the certificate, as `openssl ca` has them: `YYYYMMDDHHMMSSZ`. */
  readonly notBefore?: string
  readonly notAfter?: string
  /** Whether an authority stands between it and the root. */
  readonly between?: boolean
  /** Hash of the attribute that names the certificate. */
  readonly essHash?: string
}

/** Time-stamping authorities made with openssl, below one root. */
export interface TimestampLab extends AsyncDisposable {
  /** PEM. */
  readonly root: string
  readonly rootFile: string
  make(name: string, terms?: AuthorityTerms): Promise<TimestampAuthority>
  openssl(...words: readonly string[]): Promise<string>
  path(name: string): string
}

export interface TimestampAuthority {
  /** Answers a request, both in DER. */
  answer(request: Uint8Array): Promise<Buffer>
}

const rsa = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']
export const ecKey = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']

export async function openTimestampLab(): Promise<TimestampLab> {
  const folder = await mkdtemp(join(tmpdir(), 'timestamp-'))
  const path = (name: string): string => join(folder, name)
  const openssl = async (...words: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await promisify(execFile)('openssl', words, { cwd: folder })
    return `${stdout}${stderr}`
  }
  await writeFile(path('empty.cnf'), '[req]\ndistinguished_name = dn\n[dn]\n')
  await openssl('genpkey', ...ecKey, '-out', 'root.key')
  const ofRoot = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign']
  await openssl(
    'req',
    '-x509',
    '-config',
    'empty.cnf',
    '-key',
    'root.key',
    '-subj',
    '/CN=Root',
    '-days',
    '3650',
    ...ofRoot,
    '-out',
    'root.pem',
  )

  const issue = async (
    name: string,
    subject: string,
    by: string,
    extensions: string,
    dates: readonly string[],
  ): Promise<void> => {
    await writeFile(path(`${name}.txt`), '')
    await writeFile(
      path(`${name}.ca`),
      `[ca]\ndefault_ca = here\n[here]\ndatabase = ${path(`${name}.txt`)}\nnew_certs_dir = ${folder}\ndefault_md = sha256\npolicy = any\nrand_serial = yes\ncertificate = ${path(`${by}.pem`)}\nprivate_key = ${path(`${by}.key`)}\nx509_extensions = extensions\n[any]\ncommonName = supplied\n[extensions]\nsubjectKeyIdentifier = hash\n${extensions}\n`,
    )
    await openssl('req', '-new', '-config', 'empty.cnf', '-key', `${name}.key`, '-subj', subject, '-out', `${name}.csr`)
    await openssl('ca', '-batch', '-notext', '-config', `${name}.ca`, '-in', `${name}.csr`, '-out', `${name}.pem`, ...dates)
  }

  const make: TimestampLab['make'] = async (name, terms = {}) => {
    const { key = rsa, purposes = 'critical,timeStamping', notBefore, notAfter, between = false, essHash = 'sha256' } = terms
    await openssl('genpkey', ...key, '-out', `${name}.key`)
    const above = between ? `${name}-above` : 'root'
    if (between) {
      await openssl('genpkey', ...ecKey, '-out', `${above}.key`)
      const ofAuthority = 'basicConstraints = critical,CA:TRUE,pathlen:0\nkeyUsage = critical,keyCertSign'
      await issue(above, `/CN=Between ${name}`, 'root', ofAuthority, ['-days', '3000'])
    }
    const dates =
      notBefore === undefined || notAfter === undefined ? ['-days', '1000'] : ['-startdate', notBefore, '-enddate', notAfter]
    const use = `basicConstraints = CA:FALSE\nkeyUsage = critical,digitalSignature\n${purposes === '' ? '' : `extendedKeyUsage = ${purposes}`}`
    await issue(name, `/CN=Authority ${name}`, above, use, dates)
    const chain = between ? `certs = ${path(`${above}.pem`)}\n` : ''
    await writeFile(path(`${name}.serial`), '01\n')
    await writeFile(
      path(`${name}.ts`),
      `[tsa]\ndefault_tsa = here\n[here]\nserial = ${path(`${name}.serial`)}\nsigner_cert = ${path(`${name}.pem`)}\nsigner_key = ${path(`${name}.key`)}\n${chain}signer_digest = sha256\ndefault_policy = 1.2.3.4.1\ndigests = sha256, sha384\naccuracy = secs:1, millisecs:500\nordering = yes\ntsa_name = yes\ness_cert_id_alg = ${essHash}\n`,
    )
    return {
      answer: async (request) => {
        await writeFile(path(`${name}.tsq`), request)
        await openssl('ts', '-reply', '-config', path(`${name}.ts`), '-queryfile', `${name}.tsq`, '-out', `${name}.tsr`)
        return readFile(path(`${name}.tsr`))
      },
    }
  }
  return {
    root: await readFile(path('root.pem'), 'utf8'),
    rootFile: path('root.pem'),
    make,
    openssl,
    path,
    [Symbol.asyncDispose]: async () => rm(folder, { recursive: true }),
  }
}
