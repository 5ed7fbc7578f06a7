import fc, { type Arbitrary } from 'fast-check'
import type { Columns, Kind } from '../../src/core/schema.ts'
import { csvKinds, textOfKind } from './parse-csv-values.ts'

/** One delimiter and quote, as both parsers take them. */
export interface AnyDialect {
  readonly delimiter: string
  readonly quote: string | null
}

/** A text in some dialect, and what its columns are to be read as. */
export interface AnyCsv {
  readonly text: string
  readonly columns: Columns
  readonly dialect: AnyDialect
}

const plainRecord = <T extends object>(parts: { readonly [K in keyof T]: Arbitrary<T[K]> }): Arbitrary<T> =>
  fc.record(parts, { noNullPrototype: true }) as Arbitrary<T>

const dialects: Arbitrary<AnyDialect> = plainRecord<AnyDialect>({
  delimiter: fc.constantFrom(',', ',', ';', '\t', '|', ' ', '~', '\u0001'),
  quote: fc.constantFrom('"', '"', "'", '`', null),
})

interface Cell {
  readonly text: string
  /** Nothing at all, or with quotes around it even if it needs none. */
  readonly form: 'plain' | 'quoted' | 'empty' | 'quoted empty'
}

function cellText({ text, form }: Cell, { delimiter, quote }: AnyDialect): string {
  if (form === 'empty') return ''
  const special = [delimiter, quote ?? '\n', '\r', '\n']
  // Without quotes nothing special can be written; the byte order mark would be one at the very beginning.
  if (quote === null) return special.reduce((rest, one) => rest.replaceAll(one, ''), text)
  if (form === 'quoted empty') return quote + quote
  const bare = form === 'plain' && text !== '' && !special.some((one) => text.includes(one))
  return bare ? text : quote + text.replaceAll(quote, quote + quote) + quote
}

const cellOf = (kind: Kind): Arbitrary<Cell> =>
  plainRecord<Cell>({
    text: textOfKind[kind],
    form: fc.constantFrom(
      'plain',
      'plain',
      'plain',
      'plain',
      'plain',
      'plain',
      'quoted',
      'empty',
      'quoted empty',
    ),
  })

interface Field {
  /** As the header has it. */
  readonly name: string
  readonly kind: Kind
  readonly known: boolean
}

const nameForms: readonly ((name: string) => string)[] = [(name) => name, (name) => name.toUpperCase()]
const fields: Arbitrary<Field[]> = fc
  .array(fc.tuple(fc.constantFrom(...csvKinds), fc.constantFrom(...nameForms), fc.nat(9), fc.nat(80)), {
    minLength: 1,
    maxLength: 7,
  })
  .map((given) =>
    given.map(([kind, form, chance, twin], at) => {
      const known = chance > 0
      // Now and then a name that was there before.
      const name = `${known ? 'k' : 'Other '}${twin === 0 && at > 0 ? at - 1 : at}`
      return { name: form(name), kind: known ? kind : ('utf8' as const), known }
    }),
  )

interface Line {
  readonly cells: readonly Cell[]
  readonly ending: '\n' | '\r\n'
  /** Now and then a row has another number of fields, or none. */
  readonly shape: number
}

const lineOf = (some: readonly Field[]): Arbitrary<Line> =>
  plainRecord<Line>({
    cells: fc.tuple(...some.map(({ kind }) => cellOf(kind))),
    ending: fc.constantFrom('\n', '\r\n'),
    shape: fc.nat(40),
  })

function lineText({ cells, shape, ending }: Line, dialect: AnyDialect): string {
  const written = cells.map((cell) => cellText(cell, dialect))
  if (shape === 0) written.pop()
  if (shape === 1) written.push('more')
  if (shape === 2) written.length = 0
  return written.join(dialect.delimiter) + ending
}

const headerForm = plainRecord<{
  bom: boolean
  quoted: boolean
  crlf: boolean
  lacks: boolean
  lastBreak: boolean
}>({
  bom: fc.nat(4).map((n) => n === 0),
  quoted: fc.nat(4).map((n) => n === 0),
  crlf: fc.boolean(),
  lacks: fc.nat(4).map((n) => n === 0),
  lastBreak: fc.boolean(),
})

/** Text that is well formed, with values that are good or not, and rows that have too many fields or too few. */
export const wellFormed: Arbitrary<AnyCsv> = fc
  .tuple(fields, dialects, headerForm)
  .chain(([some, dialect, form]) =>
    fc.tuple(fc.constant([some, dialect, form] as const), fc.array(lineOf(some), { maxLength: 12 })),
  )
  .map(([[some, dialect, { bom, quoted, crlf, lacks, lastBreak }], lines]) => {
    const names = some.map(({ name }) => cellText({ text: name, form: quoted ? 'quoted' : 'plain' }, dialect))
    const text = [
      names.join(dialect.delimiter),
      crlf ? '\r\n' : '\n',
      ...lines.map((line) => lineText(line, dialect)),
    ]
      .join('')
      .replace(lastBreak ? /$^/ : /\r?\n$/, '')
    const columns = Object.fromEntries([
      ...some.filter(({ known }) => known).map(({ name, kind }) => [name.toLowerCase(), kind] as const),
      ...(lacks ? [['lacking', 'int32'] as const] : []),
    ])
    return { text: `${bom ? '\uFEFF' : ''}${text}`, columns, dialect }
  })

const damages = fc.array(
  fc.tuple(
    fc.nat(),
    fc.constantFrom('quote', 'quote', 'delimiter', '\r', '\n', '\r\n', 'x', 'nothing', 'the end'),
  ),
  { minLength: 1, maxLength: 4 },
)

/** The same text with some characters put in, taken out, or all from some place on gone. */
export const damaged: Arbitrary<AnyCsv> = fc.tuple(wellFormed, damages).map(([csv, some]) => {
  const { delimiter, quote } = csv.dialect
  const meant: Readonly<Record<string, string>> = { quote: quote ?? '"', delimiter, nothing: '' }
  let characters = [...csv.text]
  for (const [place, what] of some) {
    const at = place % (characters.length + 1)
    const rest = characters.slice(what === 'nothing' ? at + 1 : at)
    characters = [...characters.slice(0, at), meant[what] ?? what, ...rest]
    if (what === 'the end') characters.length = at
  }
  return { ...csv, text: characters.join('') }
})

/** Where a text is cut. */
export const cuts: Arbitrary<number[]> = fc.array(fc.nat(4000), { maxLength: 8 })
