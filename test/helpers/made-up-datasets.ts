import { datasets } from '../../src/datasets/all.ts'
import type { Dataset } from '../../src/datasets/dataset.ts'
import { stocksDaily, stocksMinute } from '../../src/datasets/stocks.ts'

/** Options as the bucket has them, for tests that ask only for names, keys and days. */
const options: readonly Dataset[] = [
  {
    ...stocksMinute,
    name: 'options-minute',
    aliases: ['options_minute'],
    table: 'options_minute',
    prefix: 'us_options_opra/minute_aggs_v1',
    since: '2014-06-02',
  },
  {
    ...stocksDaily,
    name: 'options-daily',
    aliases: ['options_daily'],
    table: 'options_daily',
    prefix: 'us_options_opra/day_aggs_v1',
    since: '2014-06-02',
  },
]

/** The datasets there are, and those made up here that are not among them. */
export const withOptions: readonly Dataset[] = [
  ...datasets,
  ...options.filter(({ prefix }) => !datasets.some((one) => one.prefix === prefix)),
]
