// Where a worker thread begins; `workerEntry` is its address.
import { parentPort, workerData } from 'node:worker_threads'
import { workUnits } from '../core/work-units.ts'

if (parentPort) workUnits(parentPort, workerData)
