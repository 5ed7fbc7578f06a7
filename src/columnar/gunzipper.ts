import { DataError } from '../core/errors.ts'
import { type MemberProgress, readMembers } from './gzip-members.ts'
import { openInflater, type SavedInflater } from './inflater.ts'

/** What a gunzipper begins with: what `compileInflater` made, and all that another one knew, be it in another thread. */
export interface GunzipperState {
  readonly module: object
  readonly inflater?: SavedInflater
  readonly members?: MemberProgress
  /** Compressed bytes. */
  readonly fed?: number
}

/**
 * Inflates a gzip file of any number of members, piece by piece. All that is in a piece comes out before the next one is
 * fed, but for what its last 640 bytes may hold; at most 1 MiB at a time, each of them in a buffer of its own.
 *
 * @throws {DataError} when it is corrupt, or something else than zeros follows; at its end, when it is cut off or empty.
 */
export interface Gunzipper {
  feed(bytes: Uint8Array): Generator<Uint8Array<ArrayBuffer>>
  end(): Generator<Uint8Array<ArrayBuffer>>
  /** To be called between pieces. */
  save(): GunzipperState
}

export function openGunzipper(state: GunzipperState): Gunzipper {
  const { module } = state
  const inflater = openInflater(module, state.inflater)
  const members = readMembers(inflater, state.members)
  let { fed = 0 } = state
  function* read(): Generator<Uint8Array<ArrayBuffer>> {
    let outcome = members.read()
    for (; outcome === 'full'; outcome = members.read()) yield members.take()
    if (typeof outcome === 'object')
      throw dataError(`the gzip data is corrupt (${outcome.fault})`, fed - inflater.rest.length)
  }
  function* rest(): Generator<Uint8Array<ArrayBuffer>> {
    if (inflater.output.length > 0) yield members.take()
  }
  return {
    *feed(bytes) {
      for (let at = 0; at < bytes.length; ) {
        const taken = inflater.put(at === 0 ? bytes : bytes.subarray(at))
        at += taken
        fed += taken
        yield* read()
      }
      yield* rest()
    },
    *end() {
      inflater.end()
      yield* read()
      if (fed === 0) throw dataError('the file is empty, there is not even a gzip header', fed)
      const isBetween = members.progress.part === 'header' && inflater.rest.length === 0
      // What came out last may be made of what was put after the end.
      if (!isBetween && members.progress.part !== 'padding') throw dataError('the gzip data is cut off', fed)
      yield* rest()
    },
    save: () => ({ module, inflater: inflater.save(), members: members.progress, fed }),
  }
}

const dataError = (what: string, at: number): DataError =>
  new DataError(`${what}, after ${at} compressed bytes`, {
    again: 'few',
    hint: 'fetch the file again; if it is like this in the bucket, tell its vendor',
  })
