import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Listing, type SymbolEvent, symbolSpans } from '../../src/datasets/symbol-spans.ts'

const change = (ticker: string, day: number, newTicker: string): SymbolEvent => ({
  ticker,
  type: 'ticker_change',
  day,
  newTicker,
})
const event = (ticker: string, type: 'listing' | 'delisting', day: number): SymbolEvent => ({
  ticker,
  type,
  day,
})

/** `FB 10-19 META`: the ticker, its days, and what the stock is known by today. */
type Span = string
const cases: readonly (readonly [
  what: string,
  listings: readonly Listing[],
  events: readonly SymbolEvent[],
  spans: readonly Span[],
])[] = [
  ['nothing is known of it but its name', [{ ticker: 'A' }], [], ['A - A']],
  ['it was listed', [{ ticker: 'A' }], [event('A', 'listing', 5)], ['A 5- A']],
  ['it was delisted', [{ ticker: 'A', delisted: 9 }], [event('A', 'listing', 5)], ['A 5-9 A']],
  [
    'it was renamed',
    [{ ticker: 'META' }],
    [change('META', 10, 'FB'), change('META', 20, 'META')],
    ['FB 10-19 META', 'META 20- META'],
  ],
  [
    'changes come in any order',
    [{ ticker: 'META' }],
    [change('META', 20, 'META'), change('META', 10, 'FB')],
    ['FB 10-19 META', 'META 20- META'],
  ],
  [
    'it was renamed, and then delisted',
    [{ ticker: 'B', delisted: 30 }],
    [change('B', 10, 'A'), change('B', 20, 'B')],
    ['A 10-19 B', 'B 20-30 B'],
  ],
  [
    'its ticker is another company by now',
    [{ ticker: 'META' }, { ticker: 'FB' }],
    [change('META', 10, 'FB'), change('META', 20, 'META')],
    ['FB 10-19 META', 'META 20- META', 'FB - FB'],
  ],
  [
    'its ticker was used by two, of which one is gone',
    [{ ticker: 'A', delisted: 9 }, { ticker: 'A' }],
    [change('A', 12, 'A')],
    ['A -9 A', 'A 12- A'],
  ],
  ['only its events are known', [], [event('A', 'listing', 5), event('A', 'delisting', 9)], ['A 5-9 A']],
]

for (const [what, listings, events, expected] of cases)
  test(`a stock when ${what}`, () => {
    const spans = symbolSpans(listings, events)
    assert.deepEqual(
      spans.map(
        ({ ticker, from = '', to = '', currentTicker }) => `${ticker} ${from}-${to} ${currentTicker}`,
      ),
      expected,
    )
  })

test('what is known of a stock is in each of its spans', () => {
  const listing = { ticker: 'META', cik: '1', compositeFigi: 'F', name: 'Meta', active: true }
  for (const span of symbolSpans([listing], [change('META', 10, 'FB'), change('META', 20, 'META')]))
    assert.deepEqual(
      { cik: span.cik, compositeFigi: span.compositeFigi, name: span.name, active: span.active },
      { cik: '1', compositeFigi: 'F', name: 'Meta', active: true },
    )
})
