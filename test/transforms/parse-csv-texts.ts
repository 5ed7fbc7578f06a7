import type { CsvDialect } from '../../src/transforms/parse-csv-compat.ts'

/** What the columns of the tables are. */
export const ab = { a: 'utf8', n: 'int32' } as const

export type Cells = readonly (readonly [a: string | null, n: number | null])[]

export type CsvText = readonly [title: string, text: string, rows: Cells, dialect?: CsvDialect]

/** Texts that every parser reads; all have columns `a` and `n`. */
export const texts: readonly CsvText[] = [
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
  ['a carriage return at the end, which no line feed follows', 'n,a\n1,x\r', [[`x\r`, 1]]],
  [
    'control characters, of which none is a break',
    'a,n\n\0,1\nx\0y\x0b\x0c\x1a\x85\u2028,2\n',
    [
      ['\0', 1],
      ['x\0y\x0b\x0c\x1a\x85\u2028', 2],
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
]
