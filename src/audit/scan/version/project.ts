import { type Spec, exactly, parseRequirement, unknown } from './spec.ts'

/** A file of a package manager. */
export interface ProjectFile {
  /** Its name; for those that bear the project's own name, what it ends in. */
  readonly name: string
  readonly read: (text: string, package_: string) => Spec | undefined
}

/** Package managers as `packages` names them, with their files: what was installed before what was asked for. */
export const projectFiles: Readonly<Record<string, readonly ProjectFile[]>> = {
  composer: [
    { name: 'composer.lock', read: readComposerLock },
    { name: 'composer.json', read: readTables(['require', 'require-dev']) },
  ],
  npm: [
    { name: 'package-lock.json', read: readNpmLock },
    { name: 'npm-shrinkwrap.json', read: readNpmLock },
    { name: 'pnpm-lock.yaml', read: readPnpmLock },
    { name: 'yarn.lock', read: readYarnLock },
    { name: 'package.json', read: readTables(['dependencies', 'devDependencies', 'optionalDependencies']) },
  ],
  pypi: [
    { name: 'poetry.lock', read: readTomlLock },
    { name: 'uv.lock', read: readTomlLock },
    { name: 'pdm.lock', read: readTomlLock },
    { name: 'Pipfile.lock', read: readTables(['default', 'develop']) },
    { name: 'requirements.txt', read: readRequirements },
    { name: 'requirements/production.txt', read: readRequirements },
    { name: 'requirements/base.txt', read: readRequirements },
    { name: 'pyproject.toml', read: readPyproject },
  ],
  gem: [
    { name: 'Gemfile.lock', read: (text, name) => all(text, new RegExp(`^    ${quote(name)} \\(([^)\\s]+)\\)`, 'gm'), exactly) },
    {
      name: 'Gemfile',
      read: (text, name) =>
        all(text, new RegExp(`^\\s*gem ["']${quote(name)}["'](?:,\\s*["']([^"']+)["'])?`, 'gm'), parseRequirement),
    },
  ],
  // go.dev/ref/mod, Minimal version selection: what go.mod names is what is built.
  go: [
    {
      name: 'go.mod',
      read: (text, name) => all(text, new RegExp(`^\\s*(?:require\\s+)?${quote(name)}\\s+v?(\\d\\S*)`, 'gm'), exactly),
    },
  ],
  cargo: [
    { name: 'Cargo.lock', read: readTomlLock },
    {
      name: 'Cargo.toml',
      read: (text, name) =>
        all(
          text,
          new RegExp(`^\\s*${quote(name)}\\s*=\\s*(?:["']([^"']+)["']|\\{[^}\\n]*?version\\s*=\\s*["']([^"']+)["'])`, 'gm'),
          (given) => parseRequirement(given, 'range'),
        ),
    },
  ],
  hex: [
    {
      name: 'mix.lock',
      read: (text, name) => all(text, new RegExp(`^\\s*"${quote(name)}":\\s*\\{:hex,\\s*:\\w+,\\s*"([^"]+)"`, 'gm'), exactly),
    },
    { name: 'mix.exs', read: (text, name) => all(text, new RegExp(`\\{:${quote(name)},\\s*"([^"]+)"`, 'g'), parseRequirement) },
  ],
  maven: [
    { name: 'pom.xml', read: readPom },
    { name: 'build.gradle', read: readGradle },
    { name: 'build.gradle.kts', read: readGradle },
  ],
  nuget: [
    { name: 'packages.lock.json', read: readNugetLock },
    { name: 'Directory.Packages.props', read: readNuget },
    { name: '*.csproj', read: readNuget },
    { name: '*.fsproj', read: readNuget },
  ],
}

/** Some managers take one name in several spellings. */
export function normalizeName(manager: string, name: string): string {
  if (manager === 'pypi') return name.toLowerCase().replace(/[-_.]+/g, '-') // PEP 503
  return manager === 'composer' ? name.toLowerCase() : name
}

type Json = Readonly<Record<string, unknown>>

function parseJson(text: string): Json {
  try {
    const parsed: unknown = JSON.parse(text)
    return isTable(parsed) ? parsed : {}
  } catch {
    return {}
  }
}

function isTable(value: unknown): value is Json {
  return typeof value === 'object' && value !== null
}

function own(table: unknown, key: string): unknown {
  return isTable(table) && Object.hasOwn(table, key) ? table[key] : undefined
}

/** Where a lock file holds several versions, there is no telling which of them sends mail. */
function one(specs: readonly Spec[]): Spec | undefined {
  const [first] = specs
  if (!first) return undefined
  return specs.every(({ exact, least }) => exact === first.exact && least === first.least) ? first : unknown
}

function all(text: string, pattern: RegExp, parse: (given: unknown) => Spec): Spec | undefined {
  return one([...text.matchAll(pattern)].map((found) => parse(found.slice(1).find((part) => part !== undefined))))
}

function quote(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

function readComposerLock(text: string, name: string): Spec | undefined {
  const lock = parseJson(text)
  const packages = [lock['packages'], lock['packages-dev']].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []))
  return one(
    packages.filter((item) => String(own(item, 'name')).toLowerCase() === name).map((item) => exactly(own(item, 'version'))),
  )
}

/** Tables of names and requirements; Pipfile.lock has tables in them. */
function readTables(tables: readonly string[]): ProjectFile['read'] {
  return (text, name) => {
    const file = parseJson(text)
    return one(
      tables.flatMap((table) => {
        const given = own(file[table], name)
        return given === undefined ? [] : [parseRequirement(own(given, 'version') ?? given)]
      }),
    )
  }
}

function readNpmLock(text: string, name: string): Spec | undefined {
  const lock = parseJson(text)
  // Directly below the project is what the project itself gets; version 1 of the file has other words for it.
  const direct = own(lock['packages'], `node_modules/${name}`) ?? own(lock['dependencies'], name)
  return direct === undefined ? undefined : exactly(own(direct, 'version'))
}

function readPnpmLock(text: string, name: string): Spec | undefined {
  const direct = new RegExp(`^ +'?${quote(name)}'?:\\r?\\n +specifier: .*\\r?\\n +version: '?(\\d[^'(\\s]*)`, 'gm')
  return all(text, direct, exactly) ?? all(text, new RegExp(`^ +'?/?${quote(name)}[@/](\\d[^:'(_\\s]*)`, 'gm'), exactly)
}

function readYarnLock(text: string, name: string): Spec | undefined {
  return all(text, new RegExp(`^"?${quote(name)}@[^\\n]*:\\r?\\n  version:? "?([^"\\s]+)"?`, 'gm'), exactly)
}

/** `[[package]]` with name and version: Poetry, uv, PDM, Cargo. */
function readTomlLock(text: string, name: string): Spec | undefined {
  return all(text, new RegExp(`^name = "${quote(name)}"\\r?\\nversion = "([^"]+)"`, 'gim'), exactly)
}

/** A name of PEP 503 in any of its spellings. */
function spellings(name: string): string {
  return name.split('-').map(quote).join('[-_.]+')
}

function readRequirements(text: string, name: string): Spec | undefined {
  return all(
    text,
    new RegExp(`^[ \\t]*${spellings(name)}(?![\\w.-]*\\w)[ \\t]*(?:\\[[^\\]]*\\])?[ \\t]*([^#;\\r\\n]*)`, 'gim'),
    parseRequirement,
  )
}

function readPyproject(text: string, name: string): Spec | undefined {
  const listed = new RegExp(`["']${spellings(name)}[ \\t]*(?:\\[[^\\]"']*\\])?[ \\t]*([<>=~!][^"';]*)?["';]`, 'gi')
  const keyed = new RegExp(
    `^[ \\t]*["']?${spellings(name)}["']?[ \\t]*=[ \\t]*(?:["']([^"']+)["']|\\{[^}\\n]*?version[ \\t]*=[ \\t]*["']([^"']+)["'])`,
    'gim',
  )
  return all(text, keyed, parseRequirement) ?? all(text, listed, parseRequirement)
}

/** `group:artifact` or `group/artifact`. */
function splitMaven(name: string): readonly [group: string, artifact: string] {
  const [group = '', artifact = ''] = name.split(/[:/]/)
  return [group, artifact]
}

function readPom(text: string, name: string): Spec | undefined {
  const [group, artifact] = splitMaven(name)
  const blocks = text.match(/<(dependency|parent)>[^]*?<\/\1>/g) ?? []
  const mine = blocks.filter((block) => readTag(block, 'groupId') === group && readTag(block, 'artifactId') === artifact)
  return one(
    mine.map((block) => {
      const given = readTag(block, 'version')
      const property = /^\$\{([\w.-]+)\}$/.exec(given ?? '')?.[1]
      return exactly(property === undefined ? given : readTag(text, property))
    }),
  )
}

function readTag(text: string, tag: string): string | undefined {
  return new RegExp(`<${quote(tag)}>\\s*([^<]*?)\\s*</`).exec(text)?.[1]
}

function readGradle(text: string, name: string): Spec | undefined {
  const [group, artifact] = splitMaven(name)
  return all(text, new RegExp(`["']${quote(group)}:${quote(artifact)}(?::([^"':@]+))?["':@]`, 'g'), exactly)
}

function readNuget(text: string, name: string): Spec | undefined {
  return all(
    text,
    new RegExp(
      `<Package(?:Reference|Version)\\s[^>]*?(?:Include|Update)="${quote(name)}"(?:[^>]*?\\sVersion="([^"]+)"|[^>]*>\\s*<Version>([^<]+))?`,
      'gi',
    ),
    exactly,
  )
}

function readNugetLock(text: string, name: string): Spec | undefined {
  const frameworks = own(parseJson(text), 'dependencies')
  return one(
    Object.values(isTable(frameworks) ? frameworks : {}).flatMap((packages) => {
      const found = own(packages, name)
      return found === undefined ? [] : [exactly(own(found, 'resolved'))]
    }),
  )
}
