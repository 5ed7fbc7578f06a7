import { pipeline } from 'node:stream/promises'
import { discard, publish } from './durable-file.ts'
import { destroyAll, type Opened, openStage, unfinishedStage, untilClosed } from './open-stage.ts'
import type { Run } from './run.ts'
import type { Sink, Source, Stage, Transform } from './stage.ts'
import { openUnitRun, rejectsError, type Tally, type UnitRun } from './unit-run.ts'

/** A finished chain: source, transforms, sink. It is only data until it is run, and may be run again. */
export interface Pipeline {
  readonly stages: readonly Stage[]
}

/** A chain still open at its end, carrying `T`. */
export interface Flow<T> {
  through<U>(stage: Transform<T, U>): Flow<U>
  into(stage: Sink<T>): Pipeline
}

/** Starts a chain. */
export function from<T>(source: Source<T>): Flow<T> {
  return extend<T>([source])
}

function extend<T>(stages: readonly Stage[]): Flow<T> {
  return {
    through: <U>(stage: Transform<T, U>) => extend<U>([...stages, stage]),
    into: (stage) => ({ stages: [...stages, stage] }),
  }
}

/**
 * Runs a chain to its end and commits what it wrote: all of it, or, on any error, nothing.
 *
 * @returns what was counted, and the files that now have their final names.
 * @throws the first error of any stage, after everything the chain held is released; a `MillraceError` carries the name
 * of the stage it came from. The signal's reason when the run is aborted.
 */
export async function runPipeline({ stages }: Pipeline, run: Run): Promise<Tally> {
  const unit = openUnitRun(run)
  const opened: Opened[] = []
  try {
    unit.run.signal.throwIfAborted()
    for (const stage of stages) opened.push(openStage(stage, unit))
    // `pipeline` takes any array at run time; its types want to see the two ends.
    const streams = opened.map(({ stream }) => stream) as [NodeJS.ReadableStream, NodeJS.WritableStream]
    // Raced, because `pipeline` itself waits for a stage that is stuck in an await of its own.
    await unit.run.until(pipeline(streams, { signal: unit.run.signal }))
    const lazy = unfinishedStage(opened)
    if (lazy) throw new Error(`${lazy} stopped before its input had ended`)
    checkRejects(unit, run.mostRejects)
    if (!stages.some(({ endsEarly }) => endsEarly)) checkRows(unit)
    unit.end()
    await untilClosed(opened, run)
    run.signal.throwIfAborted()
    for (const output of unit.tally.outputs) await publish(output, run.durability)
    for (const temp of unit.tally.spent) await discard({ temp })
    return unit.tally
  } catch (error) {
    unit.fail(error)
    throw unit.failure
  } finally {
    if (unit.failure !== undefined) {
      destroyAll(opened)
      await untilClosed(opened, run)
      await Promise.all(unit.tally.outputs.filter(({ keep }) => !keep).map(discard))
    }
    unit.close()
  }
}

/**
 * Rows that cannot be read fail the unit, unless so many may be set aside; also where a stage may end early: they are among
 * those that were asked for.
 */
function checkRejects({ tally }: UnitRun, most: number): void {
  if (tally.counts.rejected <= most) return
  throw rejectsError(tally, most > 0 ? `, more than the ${most} that may be set aside` : '')
}

/**
 * Every row that came in went out, or is accounted for. A stage that changes how many there are says so: it counts the
 * difference as `filtered`.
 */
function checkRows({ tally: { counts, counted } }: UnitRun): void {
  const { rowsIn, rowsOut, filtered, rejected } = counts
  if (counted.has('rowsIn') && counted.has('rowsOut') && rowsIn !== rowsOut + filtered + rejected)
    throw new Error(
      `${rowsIn} rows came in, but ${rowsOut} went out, ${filtered} were filtered and ${rejected} rejected: nothing was committed`,
    )
}
