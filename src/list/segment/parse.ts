import { visible } from '../../escape.ts'
import type { Expression, Order, Value } from './expression.ts'
import { type Keyword, type Token, readTokens, segmentError } from './token.ts'

/** How deep brackets and nots may go. */
const maxDepth = 50

/** A condition that was understood. */
export interface Segment {
  /** As typed. */
  readonly source: string
  readonly expression: Expression
  /** Each column that it names, and where it does so first. */
  readonly columns: ReadonlyMap<string, number>
}

/**
 * Parses the condition of a segment.
 *
 * @example
 * ```ts
 * parseSegment('country = "DE" and (age >= 18 or vip)')
 * ```
 * @throws SealpostError SP_SEGMENT_INVALID with the character at fault
 */
export function parseSegment(source: string): Segment {
  return new Parser(source).parse()
}

class Parser {
  readonly #source: string
  readonly #tokens: readonly Token[]
  readonly #columns = new Map<string, number>()
  #next = 0
  #depth = 0

  constructor(source: string) {
    this.#source = source
    this.#tokens = readTokens(source)
  }

  parse(): Segment {
    if (this.#peek().kind === 'end') throw this.#error('The condition is empty')
    const expression = this.#readOr()
    if (this.#peek().kind !== 'end') throw this.#error('The condition should end here, or go on with and or or')
    return { source: this.#source, expression, columns: this.#columns }
  }

  #readOr(): Expression {
    const parts = [this.#readAnd()]
    while (this.#take('or')) parts.push(this.#readAnd())
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'or', parts }
  }

  #readAnd(): Expression {
    const parts = [this.#readNot()]
    while (this.#take('and')) parts.push(this.#readNot())
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'and', parts }
  }

  #readNot(): Expression {
    if (!this.#take('not')) return this.#readPrimary()
    return this.#deeper(() => ({ kind: 'not', part: this.#readNot() }))
  }

  #readPrimary(): Expression {
    if (!this.#takeSign('(')) return this.#readComparison()
    return this.#deeper(() => {
      const inside = this.#readOr()
      if (!this.#takeSign(')')) throw this.#error('A bracket is not closed: ) is missing here')
      return inside
    })
  }

  #readComparison(): Expression {
    const column = this.#readColumn()
    const token = this.#peek()
    if (token.kind === 'sign' && /^[=!<>]/.test(token.sign)) {
      this.#next++
      return this.#readOperation(column, token.sign)
    }
    if (this.#take('contains')) return { kind: 'contains', column, text: this.#readText() }
    if (this.#take('in')) return { kind: 'in', column, values: this.#readValues() }
    if (this.#take('is')) {
      const negated = this.#take('not')
      if (!this.#take('empty')) throw this.#error('After is comes empty, or not empty; to compare, write =')
      return negate({ kind: 'empty', column }, negated)
    }
    if (token.kind === 'keyword' && token.word === 'not') {
      this.#next++
      if (this.#take('in')) return negate({ kind: 'in', column, values: this.#readValues() }, true)
      if (this.#take('contains')) return negate({ kind: 'contains', column, text: this.#readText() }, true)
      throw this.#error('After a column and not comes in or contains')
    }
    return { kind: 'yes', column }
  }

  #readOperation(column: string, sign: string): Expression {
    const token = this.#peek()
    const value = this.#readValue()
    if (sign === '=' || sign === '!=') return negate({ kind: 'equal', column, value }, sign === '!=')
    if (value.kind === 'text')
      throw segmentError(this.#source, token.at, `${sign} compares numbers and dates, which are written without quotes`)
    return { kind: 'order', column, order: sign as Order, value }
  }

  #readColumn(): string {
    const token = this.#peek()
    if (token.kind !== 'column') {
      const hint = token.kind === 'keyword' ? `; a column named ${token.word} is written \`${token.word}\`` : ''
      throw this.#error(`The name of a column should stand here${hint}`)
    }
    this.#next++
    if (!this.#columns.has(token.name)) this.#columns.set(token.name, token.at)
    return token.name
  }

  #readValues(): readonly Value[] {
    if (!this.#takeSign('[')) throw this.#error('After in comes a list, such as ["DE", "AT"]')
    const values = [this.#readValue()]
    while (this.#takeSign(',')) values.push(this.#readValue())
    if (!this.#takeSign(']')) throw this.#error('The list is not closed: ] or , is missing here')
    return values
  }

  #readValue(): Value {
    const token = this.#peek()
    if (token.kind === 'value') {
      this.#next++
      return token.value
    }
    const hint = token.kind === 'column' ? `: write "${visible(token.name, 50)}", if it is a text` : ''
    throw this.#error(`A text in quotes, a number or a date (2025-04-03) should stand here${hint}`)
  }

  #readText(): string {
    const { at } = this.#peek()
    const value = this.#readValue()
    if (value.kind === 'text' && value.text !== '') return value.text
    throw segmentError(this.#source, at, 'After contains comes a text in quotes that is not empty')
  }

  #deeper(read: () => Expression): Expression {
    if (++this.#depth > maxDepth) throw this.#error(`Brackets and nots go deeper than ${maxDepth}`)
    const expression = read()
    this.#depth--
    return expression
  }

  #take(word: Keyword): boolean {
    const token = this.#peek()
    if (token.kind !== 'keyword' || token.word !== word) return false
    this.#next++
    return true
  }

  #takeSign(sign: string): boolean {
    const token = this.#peek()
    if (token.kind !== 'sign' || token.sign !== sign) return false
    this.#next++
    return true
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', at: this.#source.length }
  }

  #error(what: string) {
    return segmentError(this.#source, this.#peek().at, what)
  }
}

function negate(part: Expression, negated: boolean): Expression {
  return negated ? { kind: 'not', part } : part
}
