import { parseCsvCompat } from '../../src/transforms/parse-csv-compat.ts'
import { readsTexts } from './parse-csv-suite.ts'

readsTexts(parseCsvCompat, [
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
])
