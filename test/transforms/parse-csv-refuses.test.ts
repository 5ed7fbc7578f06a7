import { parseCsv } from '../../src/transforms/parse-csv.ts'
import { refusesTexts, rejectsRows } from './parse-csv-suite.ts'

rejectsRows(parseCsv)
refusesTexts(parseCsv)
