import type { MadeFile } from './made-file.ts'

const futuresTrades: readonly MadeFile[] = [
  {
    title: 'with the header of today',
    text: `ticker,timestamp,sequence_number,report_sequence,price,size,correction,exchange,session_end_date
0BTZ9,1779368715688046681,104906685,259,100.000000000,1,0,4,2026-05-21
BZ:BF G6-H6-J6,1779368715688046682,104906686,,-0.25,2,0,4,2026-05-22
`,
    rows: [
      ['0BTZ9', '1779368715688046681', '104906685', '259', null, '100.0', '1.0', '0', '4', '2026-05-21'],
      [
        'BZ:BF G6-H6-J6',
        '1779368715688046682',
        '104906686',
        null,
        null,
        '-0.25',
        '2.0',
        '0',
        '4',
        '2026-05-22',
      ],
    ],
  },
  {
    title: 'with the older header and milliseconds with a fraction',
    text: `ticker,timestamp,sequence_number,conditions,price,size,correction,exchange,session_end_date
ESU5,1754843586948.6707,7,[401],6400.25,1,0,4,2025-08-11
ESU5,1754843586949,8,"[401,2]",6400.5,1,0,4,2025-08-11
ESU5,1754843586949.000001,9,,6400.5,1,0,4,2025-08-11
`,
    rows: [
      ['ESU5', '1754843586948670700', '7', null, '[401]', '6400.25', '1.0', '0', '4', '2025-08-11'],
      ['ESU5', '1754843586949000000', '8', null, '[401,2]', '6400.5', '1.0', '0', '4', '2025-08-11'],
      ['ESU5', '1754843586949000001', '9', null, null, '6400.5', '1.0', '0', '4', '2025-08-11'],
    ],
  },
]

const futuresQuotes: readonly MadeFile[] = [
  {
    title: 'with the header of today',
    text: `ticker,timestamp,sequence_number,report_sequence,ask_timestamp,ask_price,ask_size,bid_timestamp,bid_price,bid_size,exchange,session_end_date
0BTZ9,1779368715560670607,104906684,257,1779368715560670607,100.000000000,1,1779047085970577269,,0,4,2026-05-21
`,
    rows: [
      [
        ...['0BTZ9', '1779368715560670607', '104906684', '257', '1779368715560670607', '100.0', '1.0'],
        ...['1779047085970577269', null, '0.0', '4', '2026-05-21'],
      ],
    ],
  },
  {
    title: 'with the older header, which has no sequences, and milliseconds with a fraction',
    text: `ticker,timestamp,ask_timestamp,ask_price,ask_size,bid_timestamp,bid_price,bid_size,exchange,session_end_date
ESU5,1754843586948.6707,1754843586948.5,1.5,1,,1.25,2,4,2025-08-11
`,
    rows: [
      [
        ...['ESU5', '1754843586948670700', null, null, '1754843586948500000', '1.5', '1.0'],
        ...[null, '1.25', '2.0', '4', '2025-08-11'],
      ],
    ],
  },
]

const futuresBars: readonly MadeFile[] = [
  {
    title: 'of bars',
    text: `ticker,exchange,session_end_date,window_start,open,high,low,close,volume,dollar_volume,transactions
ESZ5,4,2025-11-04,1762207200000000000,6800,6801.25,-1,6800.5,10,68005.125,3
`,
    rows: [
      [
        ...['ESZ5', '4', '2025-11-04', '1762207200000000', '6800.0', '6801.25', '-1.0', '6800.5'],
        ...['10.0', '68005.125', '3'],
      ],
    ],
  },
  {
    title: 'of bars without their worth',
    text: `ticker,exchange,session_end_date,window_start,open,high,low,close,volume,transactions
ESZ5,4,2025-11-04,1762207200000000000,1,1,1,1,10,3
`,
    rows: [['ESZ5', '4', '2025-11-04', '1762207200000000', '1.0', '1.0', '1.0', '1.0', '10.0', null, '3']],
  },
]

/** By recipe, for one exchange. */
export const futuresFiles = (exchange: string): Record<string, readonly MadeFile[]> => ({
  [`futures-${exchange}-trades`]: futuresTrades,
  [`futures-${exchange}-quotes`]: futuresQuotes,
  [`futures-${exchange}-minute`]: futuresBars,
  [`futures-${exchange}-daily`]: futuresBars,
})
