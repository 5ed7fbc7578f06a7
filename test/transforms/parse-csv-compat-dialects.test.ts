import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CsvDialect, parseCsvCompat } from '../../src/transforms/parse-csv-compat.ts'
import { rowsOf } from '../helpers/batches.ts'
import { someCuts, tallied } from './tallied.ts'

const ab = { a: 'utf8', n: 'int32' } as const
type Cells = readonly (readonly [a: string | null, n: number | null])[]

/** Every text is read whole and byte by byte; all dialects have columns `a` and `n`. */
const texts: readonly [title: string, text: string, rows: Cells, dialect?: CsvDialect][] = [
  [
    'lines that end in \\n',
    'a,n\nx,1\ny,2\n',
    [
      ['x', 1],
      ['y', 2],
    ],
  ],
  [
    'lines that end in \\r\\n',
    'a,n\r\nx,1\r\ny,2\r\n',
    [
      ['x', 1],
      ['y', 2],
    ],
  ],
  [
    'lines that end now so, now so',
    'a,n\r\nx,1\ny,2\r\nz,3\n',
    [
      ['x', 1],
      ['y', 2],
      ['z', 3],
    ],
  ],
  [
    'no line break at the end',
    'a,n\nx,1\ny,2',
    [
      ['x', 1],
      ['y', 2],
    ],
  ],
  ['an empty field at the end', 'a,n\nx,', [['x', null]]],
  ['a quoted empty field at the end', 'n,a\n1,""', [['', 1]]],
  [
    'empty fields and quoted empty ones',
    'a,n\n,1\n"",2\n"","3"\n,\n',
    [
      [null, 1],
      ['', 2],
      ['', 3],
      [null, null],
    ],
  ],
  ['a byte order mark', '\uFEFFa,n\nx,1\n', [['x', 1]]],
  ['a byte order mark and a quoted header', '\uFEFF"a","n"\nx,1\n', [['x', 1]]],
  [
    'a carriage return of its own',
    'a,n\n\r,1\nx\ry,2\n',
    [
      ['\r', 1],
      ['x\ry', 2],
    ],
  ],
  [
    'spaces, which belong to the field',
    'a,n\n x ,1\n" ",2\n',
    [
      [' x ', 1],
      [' ', 2],
    ],
  ],
  [
    'quotes in quotes',
    'a,n\n"""",1\n"""x""",2\n"a""""b",3\n',
    [
      ['"', 1],
      ['"x"', 2],
      ['a""b', 3],
    ],
  ],
  ['line breaks and delimiters in quotes', 'a,n\n"x\r\ny,\n",1\n', [['x\r\ny,\n', 1]]],
  ['columns in another order', 'n,a\n1,x\n', [['x', 1]]],
  ['a header in other letters', 'A,N\nx,1\n', [['x', 1]]],
  [
    'tickers that look like something else',
    'a,n\nNA,1\nTRUE,2\nNAN,3\nnull,4\n',
    [
      ['NA', 1],
      ['TRUE', 2],
      ['NAN', 3],
      ['null', 4],
    ],
  ],
  [
    'semicolons',
    'a;n\nx,y;1\n"p;q";2\n',
    [
      ['x,y', 1],
      ['p;q', 2],
    ],
    { delimiter: ';' },
  ],
  [
    'tabs',
    'a\tn\nx y\t1\n\t2\n',
    [
      ['x y', 1],
      [null, 2],
    ],
    { delimiter: '\t' },
  ],
  [
    'single quotes',
    "a,n\n'x,y',1\n'',2\n,3\n\"z\",4\n",
    [
      ['x,y', 1],
      ['', 2],
      [null, 3],
      ['"z"', 4],
    ],
    { quote: "'" },
  ],
  ['single quotes in single quotes', "a,n\n'it''s',1\n", [["it's", 1]], { quote: "'" }],
  [
    'double quotes in single quotes',
    "a,n\n'\"',1\n'say \"hi\"',2\n'x\"\"y',3\n",
    [
      ['"', 1],
      ['say "hi"', 2],
      ['x""y', 3],
    ],
    { quote: "'" },
  ],
  [
    'no quotes',
    'a,n\n"x,1\n"",2\ny"z",3\n,4\n',
    [
      ['"x', 1],
      ['""', 2],
      ['y"z"', 3],
      [null, 4],
    ],
    { quote: null },
  ],
  [
    'an escape of its own',
    'a,n\n"x\\"y",1\n"\\\\",2\n"",3\n',
    [
      ['x"y', 1],
      ['\\', 2],
      ['', 3],
    ],
    { escape: '\\' },
  ],
  [
    'comments',
    '#c\na,n\n# x,1\nx,1\n"#y",2\nz#,3\n#end',
    [
      ['x', 1],
      ['#y', 2],
      ['z#', 3],
    ],
    { comment: '#' },
  ],
  [
    'comments with quotes',
    'a,n\n# say ""\n"",1\n#"\n,2\n',
    [
      ['', 1],
      [null, 2],
    ],
    { comment: '#' },
  ],
  [
    'no header',
    'x,1\n"",2\n',
    [
      ['x', 1],
      ['', 2],
    ],
    { header: 'none' },
  ],
  ['no header and no rows', '', [], { header: 'none' }],
  ['no header, but a byte order mark', '\uFEFFx,1\n', [['x', 1]], { header: 'none' }],
  [
    'no header, but a byte order mark before an empty text',
    '\uFEFF"",1\n"",2\n',
    [
      ['', 1],
      ['', 2],
    ],
    { header: 'none' },
  ],
]

for (const [title, text, rows, dialect] of texts)
  test(`CSV with ${title} is read to the letter, wherever it is cut`, async () => {
    const expected = rows.map(([a, n]) => ({ a, n }))
    const bytes = Buffer.from(text)
    for (const pieces of someCuts(bytes)) {
      const { output, counts } = await tallied(pieces, parseCsvCompat(ab, dialect))
      const sorted = output.flatMap(rowsOf).map(({ a, n }) => ({ a, n }))
      assert.deepEqual(sorted, expected, `in ${pieces.length} pieces`)
      assert.deepEqual([counts.rowsIn, counts.rejected], [rows.length, 0])
    }
  })
