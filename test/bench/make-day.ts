// Writes a sample as a .csv.gz and prints what is in it as JSON: make-day.js FILE SAMPLE, which is JSON as well.
import { stat } from 'node:fs/promises'
import { type SampleOptions, sampleDay, writeSampleGzip } from '../helpers/sample-day.ts'
import type { InputFile } from './input.ts'
import { readSample } from './readers/sample.ts'

const [, , path = '', options = ''] = process.argv
const sample = JSON.parse(options) as SampleOptions
await writeSampleGzip(path, sample)
const { size: gzipBytes } = await stat(path)
let csvBytes = 0
for (const chunk of sampleDay(sample)) csvBytes += chunk.length
const day: InputFile = { date: sample.date, path, csvBytes, gzipBytes, totals: readSample(sample) }
process.stdout.write(JSON.stringify(day))
