import { mannerOf } from './manner.ts'
import { readRecipeArguments } from './recipe-arguments.ts'
import { listenForSignals } from './signals.ts'

/** Runs a recipe; its flags and those of every run become values here, and nowhere else. */
export async function run(args: readonly string[]): Promise<number> {
  const interrupts = listenForSignals()
  const read = await readRecipeArguments('run', args, {})
  if (!read) return 0
  // Loads the engine, which --help has no need of.
  const { execute } = await import('./execute.ts')
  return execute({ ...read, manner: mannerOf(read.settings), observer: {} }, interrupts)
}
