import { futuresFiles } from './futures-files.ts'
import type { MadeFile } from './made-file.ts'

const bars = (ticker: string, start: string, microseconds: string): MadeFile => ({
  title: 'of bars',
  text: `ticker,volume,open,close,high,low,window_start,transactions
${ticker},4930,200.29,0.1,200.63,-0.5,${start},129
NA,33278552.153126,333.260000,0.412060465749694,1,1,${start},
`,
  rows: [
    [ticker, '4930.0', '200.29', '0.1', '200.63', '-0.5', microseconds, '129'],
    ['NA', '33278552.153126', '333.26', '0.412060465749694', '1.0', '1.0', microseconds, null],
  ],
})

const winter = ['1740978000000000000', '1740978000000000'] as const
const midnight = ['1717362000000000000', '1717362000000000'] as const

const indexBars: MadeFile = {
  title: 'of bars without a volume',
  text: 'ticker,open,close,high,low,window_start\nI:SPX,5000.5,5001.25,5002,4999,1740981600000000000\n',
  rows: [['I:SPX', '5000.5', '5001.25', '5002.0', '4999.0', '1740981600000000']],
}

const optionTrades: readonly MadeFile[] = [
  {
    title: 'with the header of today',
    text: `ticker,conditions,correction,exchange,price,sip_timestamp,size
O:A260618C00100000,227,0,308,26.57,1781794876313000001,1
O:A260618C00115000,"209,227",,320,10.7,1781791123025000000,2
`,
    rows: [
      ['O:A260618C00100000', '227', '0', '308', null, '26.57', '1781794876313000001', '1.0'],
      ['O:A260618C00115000', '209,227', null, '320', null, '10.7', '1781791123025000000', '2.0'],
    ],
  },
  {
    title: 'with the older header, which has the time of the exchange',
    text: `ticker,conditions,correction,exchange,participant_timestamp,price,sip_timestamp,size
O:SPY230327P00390000,232,0,312,1679918400123456789,0.25,1679918400123456790,3
`,
    rows: [
      [
        'O:SPY230327P00390000',
        '232',
        '0',
        '312',
        '1679918400123456789',
        '0.25',
        '1679918400123456790',
        '3.0',
      ],
    ],
  },
  {
    title: 'with the columns in another order and another case',
    text: 'Size,SIP_Timestamp,Ticker,Price,Exchange,Correction,Conditions\r\n3,1,O:X,2.5,300,0,""\r\n',
    rows: [['O:X', '', '0', '300', null, '2.5', '1', '3.0']],
  },
]

const stockTrades: MadeFile = {
  title: 'of trades, of 2023 and of 2026',
  text: `ticker,conditions,correction,exchange,id,participant_timestamp,price,sequence_number,sip_timestamp,size,tape,trf_id,trf_timestamp
MSFT,"12,37",,11,1,1679990400018025984,276.16,1550,1679990400018381329,55,3,,0
A,"12,37",0,4,52983526340682,1775023619906000000,113.950000,4410,1775030437400930176,0.123456789012345678,1,201,1775030437400903786
`,
  rows: [
    [
      ...['MSFT', '12,37', null, '11', '1', '1679990400018025984', '276.16', '1550'],
      ...['1679990400018381329', '55.0', '3', null, null],
    ],
    [
      ...['A', '12,37', '0', '4', '52983526340682', '1775023619906000000', '113.95', '4410'],
      ...['1775030437400930176', '0.12345678901234568', '1', '201', '1775030437400903786'],
    ],
  ],
}

const stockQuotes: MadeFile = {
  title: 'of quotes',
  text: `Ticker,ask_exchange,ask_price,ask_size,bid_exchange,bid_price,bid_size,conditions,indicators,participant_timestamp,sequence_number,sip_timestamp,tape,trf_timestamp
A,19,0.0,0,19,0.0,0,"1,81",,1770800340065735000,324,1770800340066046795,1,0
`,
  rows: [
    [
      ...['A', '19', '0.0', '0.0', '19', '0.0', '0.0', '1,81', null, '1770800340065735000', '324'],
      ...['1770800340066046795', '1', null],
    ],
  ],
}

/** One for each known header of every dataset, by recipe. */
export const everyFile: Readonly<Record<string, readonly MadeFile[]>> = {
  'stocks-trades': [stockTrades],
  'stocks-quotes': [stockQuotes],
  'stocks-minute': [bars('AAPL', ...winter)],
  'stocks-daily': [bars('BApA', ...winter)],
  'options-trades': optionTrades,
  'options-quotes': [
    {
      title: 'of quotes',
      text: `ticker,ask_exchange,ask_price,ask_size,bid_exchange,bid_price,bid_size,sequence_number,sip_timestamp
O:SPY241220P00720000,309,326.77,1,309,321.77,1,81779,1680010200067217664
`,
      rows: [
        [
          'O:SPY241220P00720000',
          '309',
          '326.77',
          '1.0',
          '309',
          '321.77',
          '1.0',
          '81779',
          '1680010200067217664',
        ],
      ],
    },
  ],
  'options-minute': [bars('O:SPY230327P00390000', ...winter)],
  'options-daily': [bars('O:SPY230327P00390000', '-68400000000000', '-68400000000')],
  'indices-values': [
    {
      title: 'of values',
      text: 'ticker,value,timestamp\nI:AAPLCW,87.27,1784295061137000001\n',
      rows: [['I:AAPLCW', '87.27', '1784295061137000001']],
    },
  ],
  'indices-minute': [indexBars],
  'indices-daily': [
    indexBars,
    {
      title: 'whose times are the zero time, as that of Good Friday 2023',
      text: 'ticker,open,close,high,low,window_start\nI:SPX,1,1,1,1,-6795364578871345152\nI:NDX,1,1,1,1,0\n',
      rows: [
        ['I:SPX', '1.0', '1.0', '1.0', '1.0', null],
        ['I:NDX', '1.0', '1.0', '1.0', '1.0', '0'],
      ],
    },
  ],
  'forex-quotes': [
    {
      title: 'of quotes',
      text: `ticker,ask_exchange,ask_price,bid_exchange,bid_price,participant_timestamp
C:EUR-USD,48,1.08512,48,1.08508,1717362000123456789
`,
      rows: [['C:EUR-USD', '48', '1.08512', '48', '1.08508', '1717362000123456789']],
    },
  ],
  'forex-minute': [bars('C:AED-AUD', '1757552407000000000', '1757552407000000')],
  'forex-daily': [bars('C:USD-NOK', ...midnight)],
  'crypto-trades': [
    {
      title: 'of trades',
      text: `ticker,conditions,exchange,id,participant_timestamp,price,size
X:BTC-USD,2,1,612345678,1704067200123456789,42000.01,0.00000001
X:1INCH-USD,,23,a-b,1704067200123456790,0.4,1e3
`,
      rows: [
        ['X:BTC-USD', '2', '1', '612345678', '1704067200123456789', '42000.01', '1e-08'],
        ['X:1INCH-USD', null, '23', 'a-b', '1704067200123456790', '0.4', '1000.0'],
      ],
    },
  ],
  'crypto-minute': [bars('X:BTC-USD', ...midnight)],
  'crypto-daily': [bars('X:BTC-USD', ...midnight)],
  ...futuresFiles('cbot'),
  ...futuresFiles('cme'),
  ...futuresFiles('comex'),
  ...futuresFiles('nymex'),
}
