import { parseCsv } from '../../src/transforms/parse-csv.ts'
import { readsTexts } from './parse-csv-suite.ts'

readsTexts(parseCsv)
