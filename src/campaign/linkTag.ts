import {
  type Context,
  type Emitter,
  type Liquid,
  type Parser,
  Tag,
  type TagToken,
  type Template,
  type TopLevelToken,
} from 'liquidjs'

/** What a link becomes, of its number and the value that it would have; both are HTML. */
export type WriteLink = (link: number, href: string) => string

/** Where a rendering keeps it: no name that a template can say, and partials see it as they see the columns. */
export const writeLinkKey = Symbol('links')

/** `{% sealpost_link 3 %}https://shop.example/{{ id }}{% endsealpost_link %}`: a link whose address has values in it. */
export class LinkTag extends Tag {
  readonly #link: number
  readonly #inner: Template[] = []

  constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, rest, liquid)
    this.#link = Number(token.args)
    for (let next = rest.shift(); next; next = rest.shift()) {
      if ('name' in next && next.name === `end${token.name}`) return
      this.#inner.push(parser.parseToken(next, rest))
    }
    throw new Error(`tag ${token.getText()} not closed`)
  }

  *render(context: Context, emitter: Emitter): Generator<unknown, void, string> {
    const href = yield this.liquid.renderer.renderTemplates(this.#inner, context)
    const write = (context.globals as { [writeLinkKey]?: WriteLink })[writeLinkKey]
    emitter.write(write ? write(this.#link, href) : href)
  }

  *children(): Generator<unknown, Template[]> {
    yield* []
    return this.#inner
  }
}
