import type { Dataset } from './dataset.ts'
import { stocksDaily, stocksMinute, stocksQuotes, stocksTrades } from './stocks.ts'

/** Every dataset, in the order in which they are listed. Adding one here adds its recipe, its flags and its help. */
export const datasets: readonly Dataset[] = [stocksTrades, stocksQuotes, stocksMinute, stocksDaily]
