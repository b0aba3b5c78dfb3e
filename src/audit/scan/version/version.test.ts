import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FileTree } from '../../../../test/support/fileTree.ts'
import { createSoftware } from '../../../../test/support/software.ts'
import { Projects } from './index.ts'
import { projectFiles } from './project.ts'
import { parseRequirement, settleVersion } from './spec.ts'

function find(id: string, files: Record<string, string>, boundaries: readonly string[] = [], folder = '') {
  using tree = new FileTree(files)
  const software = createSoftware('x', [], { packages: [id], boundaries })
  const found = new Projects([software]).version(software, tree.at(folder).replace(/\/$/, ''), tree.path)
  return found && [found.value, found.from.slice(tree.path.length + 1)]
}

const npmLock =
  '{"lockfileVersion":3,"packages":{"":{},"node_modules/nodemailer":{"version":"6.9.1"},"node_modules/a/node_modules/nodemailer":{"version":"5.0.0"}}}'
const pom = (version: string): string =>
  `<project><properties><mail.version>2.0.1</mail.version></properties><dependencies><dependency>\n<groupId>org.eclipse.angus</groupId><artifactId>angus-mail</artifactId><version> ${version} </version></dependency></dependencies></project>`

describe('files of package managers', () => {
  it.each<[string, string, string, string | undefined]>([
    ['composer:symfony/mailer', 'composer.lock', '{"packages":[{"name":"symfony/mailer","version":"v7.1.2"}]}', '7.1.2'],
    [
      'composer:symfony/mailer',
      'composer.lock',
      '{"packages":[],"packages-dev":[{"name":"Symfony/Mailer","version":"7.1.2"}]}',
      '7.1.2',
    ],
    ['composer:symfony/mailer', 'composer.lock', '{"packages":[{"name":"symfony/mailer","version":"dev-main"}]}', undefined],
    ['composer:symfony/mailer', 'composer.json', '{"require":{"symfony/mailer":"7.1.2"}}', '7.1.2'],
    ['composer:symfony/mailer', 'composer.json', '{"require":{"symfony/mailer":"^7.1"}}', undefined],
    ['npm:nodemailer', 'package-lock.json', npmLock, '6.9.1'],
    ['npm:nodemailer', 'package-lock.json', '{"dependencies":{"nodemailer":{"version":"6.9.1"}}}', '6.9.1'],
    ['npm:nodemailer', 'package.json', '{"dependencies":{"nodemailer":"6.9.1"}}', '6.9.1'],
    ['npm:nodemailer', 'package.json', '{"devDependencies":{"nodemailer":"~6.9.1"}}', undefined],
    ['npm:nodemailer', 'package.json', '{"dependencies":{"nodemailer":"latest"}}', undefined],
    [
      'npm:nodemailer',
      'package.json',
      '{"dependencies":{"nodemailer":"git+https://example.org/nodemailer.git#v6.9.1"}}',
      undefined,
    ],
    [
      'npm:nodemailer',
      'yarn.lock',
      '# yarn\n\n"a@^1":\n  version "1.0.0"\n\nnodemailer@^6.0.0, nodemailer@^6.9:\n  version "6.9.1"\n',
      '6.9.1',
    ],
    ['npm:nodemailer', 'yarn.lock', '"nodemailer@npm:^6.0.0":\n  version: 6.9.1\n', '6.9.1'],
    ['npm:nodemailer', 'yarn.lock', 'nodemailer@^6:\n  version "6.9.1"\n\nnodemailer@^5:\n  version "5.0.0"\n', undefined],
    ['npm:@scope/mail', 'yarn.lock', '"@scope/mail@^1.0.0":\n  version "1.2.3"\n', '1.2.3'],
    [
      'npm:nodemailer',
      'pnpm-lock.yaml',
      'importers:\n  .:\n    dependencies:\n      nodemailer:\n        specifier: ^6\n        version: 6.9.1\npackages:\n  nodemailer@6.9.1: {}\n  nodemailer@5.0.0: {}\n',
      '6.9.1',
    ],
    ['npm:nodemailer', 'pnpm-lock.yaml', 'packages:\n  /nodemailer/6.9.1:\n    resolution: {}\n', '6.9.1'],
    ['pypi:Django', 'requirements.txt', 'django-extensions==3.0\nDjango==4.2.1 # the web\n', '4.2.1'],
    ['pypi:Django', 'requirements.txt', 'django>=4.2\n', undefined],
    ['pypi:Django', 'requirements.txt', 'django==4.*\n', undefined],
    ['pypi:Django', 'requirements.txt', 'django\n', undefined],
    ['pypi:Flask-Mail', 'requirements.txt', 'flask_mail == 0.9.1 ; python_version > "3"\n', '0.9.1'],
    ['pypi:django', 'requirements/base.txt', 'Django[argon2]==4.2.1\n', '4.2.1'],
    ['pypi:django', 'Pipfile.lock', '{"default":{"django":{"version":"==4.2.1"}}}', '4.2.1'],
    ['pypi:django', 'poetry.lock', '[[package]]\nname = "django"\nversion = "4.2.1"\n', '4.2.1'],
    [
      'pypi:django',
      'uv.lock',
      '[[package]]\nname = "django-x"\nversion = "1"\n\n[[package]]\nname = "django"\nversion = "4.2.1"\n',
      '4.2.1',
    ],
    ['pypi:django', 'pyproject.toml', '[project]\ndependencies = ["django==4.2.1", "django-x==1.0"]\n', '4.2.1'],
    ['pypi:django', 'pyproject.toml', '[tool.poetry.dependencies]\nDjango = "^4.2"\n', undefined],
    ['gem:rails', 'Gemfile.lock', 'GEM\n  specs:\n    rails (7.1.2)\n      rails-html (~> 1)\n    rails-html (1.0.0)\n', '7.1.2'],
    ['gem:rails', 'Gemfile', "gem 'rails', '7.1.2'\n", '7.1.2'],
    ['gem:rails', 'Gemfile', 'gem "rails", "~> 7.1.2"\n', undefined],
    ['go:github.com/wneessen/go-mail', 'go.mod', 'require (\n\tgithub.com/wneessen/go-mail v0.4.1\n)\n', '0.4.1'],
    ['cargo:lettre', 'Cargo.lock', '[[package]]\nname = "lettre"\nversion = "0.11.4"\n', '0.11.4'],
    ['cargo:lettre', 'Cargo.toml', 'lettre = "0.11"\n', undefined],
    ['cargo:lettre', 'Cargo.toml', 'lettre = { version = "=0.11.4", features = [] }\n', '0.11.4'],
    ['hex:swoosh', 'mix.lock', '%{\n  "swoosh": {:hex, :swoosh, "1.11.4", "abc", [:mix], []},\n}\n', '1.11.4'],
    ['hex:swoosh', 'mix.exs', '{:swoosh, "~> 1.3"}', undefined],
    ['maven:org.eclipse.angus:angus-mail', 'pom.xml', pom('2.0.2'), '2.0.2'],
    ['maven:org.eclipse.angus/angus-mail', 'pom.xml', pom('${mail.version}'), '2.0.1'],
    ['maven:org.eclipse.angus:angus-mail', 'build.gradle', "implementation 'org.eclipse.angus:angus-mail:2.0.2'\n", '2.0.2'],
    ['maven:org.eclipse.angus:angus-mail', 'build.gradle.kts', 'implementation("org.eclipse.angus:angus-mail:2.+")\n', undefined],
    [
      'maven:org.springframework.boot:spring-boot-starter-mail',
      'pom.xml',
      '<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.2.1</version></parent><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-mail</artifactId></dependency></dependencies>',
      '3.2.1',
    ],
    [
      'maven:org.springframework.boot:spring-boot-starter-mail',
      'build.gradle',
      "plugins { id 'org.springframework.boot' version '3.2.1' }\ndependencies { implementation 'org.springframework.boot:spring-boot-starter-mail' }\n",
      '3.2.1',
    ],
    ['nuget:MailKit', 'App.csproj', '<PackageReference Include="MailKit" Version="4.2.0" />', '4.2.0'],
    ['nuget:MailKit', 'Directory.Packages.props', '<PackageVersion Include="mailkit" Version="4.2.0" />', '4.2.0'],
    ['nuget:MailKit', 'packages.lock.json', '{"dependencies":{"net8.0":{"MailKit":{"resolved":"4.2.0"}}}}', '4.2.0'],
    ['npm:__proto__', 'package.json', '{"dependencies":{}}', undefined],
    ['npm:nodemailer', 'package.json', '{"dependencies":[', undefined],
  ])('%s in %s: %s', (id, file, text, version) => {
    expect(find(id, { [file]: text })).toEqual(version === undefined ? undefined : [version, file])
  })

  it('a range decides where it begins behind the last change of meaning', () => {
    const files = { 'composer.json': '{"require":{"symfony/mailer":"^7.3"}}' }
    expect(find('composer:symfony/mailer', files, ['7.1', '7.3'])).toEqual(['7.3', 'composer.json'])
    expect(find('composer:symfony/mailer', files, ['7.1', '7.4'])).toBeUndefined()
  })

  it('what was installed goes before what was asked for', () => {
    const files = {
      'composer.json': '{"require":{"symfony/mailer":"7.3.0"}}',
      'composer.lock': '{"packages":[{"name":"symfony/mailer","version":"7.1.0"}]}',
    }
    expect(find('composer:symfony/mailer', files)).toEqual(['7.1.0', 'composer.lock'])
  })

  it('the nearest folder, and none above the one that is audited', () => {
    const files = {
      'package.json': '{"dependencies":{"nodemailer":"5.0.0"}}',
      'a/package.json': '{"dependencies":{"nodemailer":"6.0.0"}}',
      'a/b/x': '',
      'c/x': '',
    }
    expect(find('npm:nodemailer', files, [], 'a/b')).toEqual(['6.0.0', 'a/package.json'])
    expect(find('npm:nodemailer', files, [], 'c')).toEqual(['5.0.0', 'package.json'])
    using tree = new FileTree(files)
    const software = createSoftware('x', [], { packages: ['npm:nodemailer'] })
    expect(new Projects([software]).version(software, tree.at('c'), tree.at('c'))).toBeUndefined()
  })
})

describe('requirements', () => {
  it.each<[string, string | undefined, string | undefined]>([
    ['4.2.1', '4.2.1', '4.2.1'],
    ['v4.2.1', '4.2.1', '4.2.1'],
    ['==4.2.1', '4.2.1', '4.2.1'],
    ['=4.2.1', '4.2.1', '4.2.1'],
    ['^7.1', undefined, '7.1'],
    ['~> 7.1', undefined, '7.1'],
    ['>=4.2,<5', undefined, '4.2'],
    ['<5,>=4.2', undefined, '4.2'],
    ['!=4.2.1,>=4.0', undefined, '4.0'],
    ['^6.4 || ^7.0', undefined, '6.4'],
    ['^6.4|^7.0', undefined, '6.4'],
    ['7.1.*', undefined, '7.1'],
    ['7.x', undefined, '7'],
    ['<5', undefined, undefined],
    ['^7 || *', undefined, undefined],
    ['*', undefined, undefined],
    ['', undefined, undefined],
    ['dev-main', undefined, undefined],
  ])('%s', (text, exact, least) => {
    expect(parseRequirement(text)).toEqual({ exact, least })
  })

  it('a bare version is a range in Cargo', () => {
    expect(parseRequirement('0.11', 'range')).toEqual({ exact: undefined, least: '0.11' })
  })

  it('a version that is too short for the change of meaning does not decide', () => {
    expect(settleVersion({ exact: '5', least: '5' }, ['5.2'])).toBeUndefined()
    expect(settleVersion({ exact: '5', least: '5' }, ['5.0', '6.1'])).toBe('5')
    expect(settleVersion({ exact: '6', least: '6' }, ['5.2'])).toBe('6')
  })
})

describe('hostile project files', () => {
  const readers = Object.entries(projectFiles).flatMap(([manager, files]) =>
    files.map(({ name, read }) => ({ manager, name, read })),
  )

  it.each(readers)('$name ($manager) takes any text, and no time that grows with its square', ({ read }) => {
    const name = 'ab:cd'
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => read(text)(name)).not.toThrow()
      }),
      { numRuns: 50 },
    )
    const pieces = [
      ' ',
      '\n',
      '\t',
      '"',
      '{',
      '<dependency>',
      '<dependency><version>${x}</version></dependency>',
      '<Package',
      '<PackageReference a ',
      'ab',
      '"ab:cd',
      "'ab:cd ",
      'name = "',
      'ab:cd@',
      ' ab:cd',
      '[',
    ]
    for (const piece of pieces) {
      // What grows with the square of this takes minutes, and the test is over before.
      expect(() => read(piece.repeat(1_000_000 / piece.length))(name)).not.toThrow()
    }
  })
})
